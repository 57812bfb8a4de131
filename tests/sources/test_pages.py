"""Pods of a page come out as one by one, however much their templates share or differ."""

import json
import re
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from k8sready.objects.decoding import from_dict
from k8sready.objects.kinds import BY_KEY
from k8sready.sources.nesting import DEEPEST, shallow
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


@st.composite
def _alike(draw: st.DrawFn) -> list[dict[str, Any]]:
    """A few pods that differ little: other names of nodes and token volumes, at the places where they stand."""
    pod = draw(_pods())
    volume, node = pod["spec"]["volumes"][0]["name"], pod["spec"].get("nodeName")
    changed = []
    for _ in range(draw(st.integers(0, 5))):
        spec = pod["spec"] | ({"nodeName": draw(_NAMES)} if node is not None else {})
        text = json.dumps(spec)
        changed.append(
            {**pod, "spec": json.loads(text.replace(volume, draw(_TOKENS)) if draw(st.booleans()) else text)}
        )
    return [pod, *changed]


@settings(max_examples=150)
@given(st.lists(st.lists(_pods(), max_size=6) | _alike(), max_size=3), st.booleans())
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
    assert len({id(item.spec) for item in objects}) == 1
    assert [item.node_name for item in objects] == [f"node-{n}" for n in range(5)]


def test_a_selector_by_node_name_is_not_taken_for_the_node() -> None:
    def pod(value: str) -> dict[str, Any]:
        spec = {"containers": [{"name": "c", "image": "a:1"}], "nodeSelector": {"nodeName": value}}
        return {"metadata": {"name": "p", "namespace": "n"}, "spec": spec}

    pods = [pod(""), pod("a"), pod("b")]
    objects, _ = decoder(PODS)(json.dumps({"items": pods}, separators=(",", ":")).encode())
    assert objects == [from_dict(PODS, one) for one in pods]


@pytest.mark.parametrize("account", ["kube-api-access-zz9zz", "kube-api-access-ab1cd", "kube-api-access-x"])
def test_an_account_named_like_a_token_volume_is_kept_apart(account: str) -> None:
    def pod(token: str) -> dict[str, Any]:
        spec = {"volumes": [{"name": token, "emptyDir": {}}], "serviceAccountName": account, "nodeName": "n-1"}
        return {"metadata": {"name": "p", "namespace": "n"}, "spec": spec}

    pods = [pod(f"kube-api-access-{end}") for end in ("ab1cd", "ab1cd", "zz9zz", "zz9zz", "AB1CD", "x")]
    objects, _ = decoder(PODS)(json.dumps({"items": pods}, separators=(",", ":")).encode())
    assert objects == [_expected(one) for one in pods]


@pytest.mark.parametrize("key", ["pods", "deployments.apps", "sealedsecrets.bitnami.com", "events"])
def test_no_items_are_an_empty_page(key: str) -> None:
    """As some aggregated servers write one."""
    assert decoder(BY_KEY[key])(b'{"metadata": {}, "items": null}') == ([], [])


@pytest.mark.parametrize("managed", [7, [7], [{"manager": 7}], [{"time": "x"}], [{"time": "2026-01-01T00:00:00"}]])
def test_managers_that_do_not_fit_cost_only_their_object(managed: Any) -> None:
    bad = {"metadata": {"name": "bad", "managedFields": managed}, "spec": {}}
    page = json.dumps({"items": [bad, {"metadata": {"name": "good"}, "spec": {}}]}).encode()
    objects, broken = decoder(BY_KEY["deployments.apps"])(page)
    assert [item.metadata.name for item in objects] == ["good"]
    assert [told.partition(":")[0] for told in broken] == ["bad"]


@pytest.mark.parametrize("depth", [300, 600, 1_500, 9_000])
@pytest.mark.parametrize("key", ["pods", "deployments.apps", "sealedsecrets.bitnami.com", "events", "namespaces"])
def test_what_is_nested_too_deeply_is_left_out_and_costs_nothing_else(key: str, depth: int) -> None:
    """Whoever may create a pod may write a managedFields entry as deep as the API server's parser goes."""
    deep = b'{"f:a\\"[{":' * depth + b"{}" + b"}" * depth
    managed = b'[{"manager": "m", "fieldsV1": {"f:spec": {"f:template": {}}, "f:metadata": %s}}]' % deep
    bad = b'{"metadata": {"name": "bad", "managedFields": %s}, "spec": {"x": %s}}' % (managed, deep)
    good = b'{"metadata": {"name": "good]}"}, "spec": {}}'
    objects, broken = decoder(BY_KEY[key])(b'{"items": [%s, %s], "metadata": {}}' % (bad, good))
    assert [item.metadata.name for item in objects] == ["bad", "good]}"]
    assert broken == []


@given(
    st.recursive(st.text(max_size=3) | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(_NAMES, inner))
)
def test_json_that_is_not_deep_stays_as_it_is(value: Any) -> None:
    body = json.dumps(value).encode()
    assert shallow(body) == body
    within = b"[" * (DEEPEST + 1) + body + b"]" * (DEEPEST + 1)
    assert shallow(within) == b"[" * DEEPEST + b"null" + b"]" * DEEPEST


def test_a_string_without_an_end_costs_little() -> None:
    start = time.process_time()
    shallow(b"[" * (DEEPEST + 1) + b'\\"a' * 300_000)
    assert time.process_time() - start < 2.0  # a quadratic rule takes minutes
