"""Pods of a page come out as one by one, however much their templates share or differ."""

import json
import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from k8sready.objects.decoding import from_dict
from k8sready.objects.kinds import BY_KEY
from k8sready.sources.pages import decoder

PODS = BY_KEY["pods"]
_NAMES = st.sampled_from(["a", "b", "node-1", 'quo"ted', "back\\slash", "é", "", "kube-api-access-ab1cd"])
_TOKENS = st.sampled_from(
    ["kube-api-access-ab1cd", "kube-api-access-zz9zz", "kube-api-access-a", "kube-api-access-b", "data-0"]
)


def _without_none(value: dict[str, Any]) -> dict[str, Any]:
    return {key: item for key, item in value.items() if item is not None}


_TOKEN = re.compile(r"kube-api-access-[a-z0-9]{5}")


@st.composite
def _pods(draw: st.DrawFn) -> dict[str, Any]:
    volume = draw(_TOKENS)
    mounts = [{"name": volume, "mountPath": "/v"}]
    selector = draw(st.none() | st.dictionaries(st.sampled_from(["nodeName", "zone"]), _NAMES, max_size=2))
    node = draw(st.none() | _NAMES)
    spec = _without_none(
        {
            "volumes": [{"name": volume, "emptyDir": {}}],
            "containers": [{"name": "c", "image": "a:1", "volumeMounts": mounts}],
            "hostname": draw(st.none() | _NAMES),  # a field that is not kept
            "nodeSelector": selector,
            "nodeName": node,
            "serviceAccountName": draw(_TOKENS),
        }
    )
    ordered = draw(st.permutations(list(spec)))
    metadata = {"name": draw(_NAMES), "namespace": "n", "labels": {"nodeName": draw(_NAMES)}}
    return {"metadata": metadata, "spec": {key: spec[key] for key in ordered}, "status": {"phase": "Running"}}


def _expected(pod: dict[str, Any]) -> Any:
    """One by one; the random end of a token volume's name goes, so that pods of a template are equal."""
    name = pod["spec"]["volumes"][0]["name"]
    if not _TOKEN.fullmatch(name):
        return from_dict(PODS, pod)
    spec = json.loads(json.dumps(pod["spec"]).replace(name, "kube-api-access"))
    kept = {"nodeName": pod["spec"]["nodeName"]} if "nodeName" in pod["spec"] else {}
    return from_dict(PODS, {**pod, "spec": spec | kept})


@settings(max_examples=300)
@given(st.lists(st.lists(_pods(), max_size=6), max_size=3), st.booleans())
def test_pods_of_pages_are_those_decoded_alone(pages: list[list[dict[str, Any]]], compact: bool) -> None:
    decode = decoder(PODS)
    separators = (",", ":") if compact else (", ", ": ")
    for items in pages:
        objects, broken = decode(json.dumps({"items": items}, separators=separators).encode())
        assert not broken
        assert objects == [_expected(pod) for pod in items]


def test_pods_of_a_template_share_one_spec_on_any_node() -> None:
    def pod(number: int) -> dict[str, Any]:
        token = f"kube-api-access-{number:05d}"
        mounts = [{"name": token, "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount"}]
        return {
            "metadata": {"name": f"p-{number}", "namespace": "n"},
            "spec": {
                "volumes": [{"name": token}],
                "containers": [{"name": "c", "image": "a:1", "volumeMounts": mounts}],
                "nodeName": f"node-{number}",
            },
        }

    objects, _ = decoder(PODS)(json.dumps({"items": [pod(n) for n in range(5)]}, separators=(",", ":")).encode())
    assert len({id(item.spec) for item in objects}) == 1  # type: ignore[attr-defined]
    assert [item.node_name for item in objects] == [f"node-{n}" for n in range(5)]  # type: ignore[attr-defined]
