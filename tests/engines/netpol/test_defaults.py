"""The directions that a policy isolates are those that the API server itself writes into it."""

import json
from typing import Any

import pytest

from k8sready.engines.netpol.isolation import types_of
from k8sready.objects.decoding import from_manifest
from tests.controlplane.server import ControlPlane

_RULES: tuple[Any, ...] = ("absent", None, [], [{}])


def _spec(**parts: Any) -> dict[str, Any]:
    return {"podSelector": {}, **{key: value for key, value in parts.items() if value != "absent"}}


@pytest.mark.controlplane
@pytest.mark.parametrize("egress", _RULES)
@pytest.mark.parametrize("ingress", _RULES)
@pytest.mark.parametrize("types", ["absent", None, [], ["Ingress"], ["Egress"], ["Ingress", "Egress"]])
def test_policy_types_default_as_in_the_api_server(
    controlplane: ControlPlane, types: Any, ingress: Any, egress: Any
) -> None:
    spec = _spec(policyTypes=types, ingress=ingress, egress=egress)
    manifest = {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "p"}, "spec": spec}
    path = "/apis/networking.k8s.io/v1/namespaces/default/networkpolicies?dryRun=All"
    status, body = controlplane.request("POST", path, manifest)
    assert status == 201, body
    policy: Any = from_manifest(manifest)[1]
    assert sorted(types_of(policy)) == sorted(json.loads(body)["spec"]["policyTypes"])
