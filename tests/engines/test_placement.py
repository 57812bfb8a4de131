"""Where the scheduler may put a pod: selectors, required affinity, taints and tolerations."""

from typing import Any

import msgspec
import pytest

from k8sready.engines.placement import classes_of, keys_of, may_run_on
from k8sready.objects.core import Node
from k8sready.objects.decoding import decode_hook
from k8sready.objects.pods import PodSpec

PROD = {"key": "env", "value": "prod", "effect": "NoSchedule"}


def spec(**fields: Any) -> PodSpec:
    return msgspec.convert(fields, PodSpec, dec_hook=decode_hook)


def affinity(*terms: list[dict[str, Any]]) -> dict[str, Any]:
    listed = {"nodeSelectorTerms": [{"matchExpressions": term} for term in terms]}
    return {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": listed}}


def needs(key: str, operator: str, *values: str) -> dict[str, Any]:
    return {"key": key, "operator": operator, "values": list(values)}


@pytest.mark.parametrize(
    ("pod", "labels", "taints", "allowed"),
    [
        (spec(), {}, [], True),
        (spec(), {}, [PROD], False),
        (spec(), {}, [PROD | {"effect": "PreferNoSchedule"}], True),
        (spec(tolerations=[{"operator": "Exists"}]), {}, [PROD], True),
        (spec(tolerations=[{"key": "env", "operator": "Exists"}]), {}, [PROD], True),
        (spec(tolerations=[{"key": "env", "value": "prod"}]), {}, [PROD], True),
        (spec(tolerations=[{"key": "env", "value": "dev"}]), {}, [PROD], False),
        (spec(tolerations=[{"key": "env", "operator": "Exists", "effect": "NoExecute"}]), {}, [PROD], False),
        (spec(nodeSelector={"pool": "a"}), {"pool": "a"}, [], True),
        (spec(nodeSelector={"pool": "a"}), {"pool": "b"}, [], False),
        (spec(affinity=affinity([needs("pool", "In", "a", "b")])), {"pool": "b"}, [], True),
        (spec(affinity=affinity([needs("pool", "NotIn", "a")])), {}, [], True),
        (spec(affinity=affinity([needs("pool", "Exists")])), {}, [], False),
        (spec(affinity=affinity([needs("pool", "DoesNotExist")])), {}, [], True),
        (spec(affinity=affinity([needs("cores", "Gt", "8")])), {"cores": "16"}, [], True),
        (spec(affinity=affinity([needs("cores", "Lt", "8")])), {"cores": "many"}, [], False),
        (spec(affinity=affinity([needs("cores", "Gt", "8")])), {"cores": "1_6"}, [], False),
        (spec(affinity=affinity([needs("cores", "Gt", "8")])), {"cores": str(2**63)}, [], False),
        (spec(affinity=affinity([needs("pool", "In", "a")], [needs("zone", "In", "z")])), {"zone": "z"}, [], True),
        (spec(affinity=affinity([needs("pool", "In", "a"), needs("zone", "In", "z")])), {"zone": "z"}, [], False),
    ],
)
def test_a_pod_may_run_where_the_scheduler_may_put_it(
    pod: PodSpec, labels: dict[str, str], taints: list[dict[str, str]], allowed: bool
) -> None:
    node = msgspec.convert({"metadata": {"labels": labels}, "spec": {"taints": taints}}, Node, dec_hook=decode_hook)
    (place,) = classes_of([node, node], keys_of(pod))
    assert (place.nodes, may_run_on(pod, place)) == (2, allowed)
