"""A label value that is a credential by its look gets a stand-in that selectors cannot tell from the value."""

from typing import Any

import pytest

from k8sready.engines.selectors import matches
from k8sready.objects.decoding import from_manifest, to_manifest
from k8sready.objects.meta import LabelSelector, ObjectMeta, Operator, Requirement
from k8sready.objects.pods import Pod
from k8sready.objects.services import Service

KEY, OTHER = "AKIAC4NARYC4NARYC4NA", "ghp_C4NARYC4NARYC4NARYC4NARYC4NARYC4NARY"
PLAIN = {"app": "web", "chart": "kube-prometheus-stack-61.3.2", "pod": "checkout-worker-7d9c8b6f5d-x2x4z", "empty": ""}


def test_ordinary_labels_stay_as_they_are() -> None:
    assert ObjectMeta(labels=PLAIN).labels is PLAIN


@pytest.mark.parametrize("value", [KEY, OTHER, f"x.{KEY}", "glpat-C4NARYC4NARYC4NARY", "eyJC4NARYC4NARYC4NARYC4NARY"])
def test_a_credential_in_a_label_is_replaced(value: str) -> None:
    labels = ObjectMeta(labels={"key": value, **PLAIN}).labels
    assert "C4NARY" not in str(labels)
    assert {name: labels[name] for name in PLAIN} == PLAIN
    assert ObjectMeta(labels=labels).labels == labels


@pytest.mark.parametrize("operator", [Operator.IN, Operator.NOT_IN])
@pytest.mark.parametrize("wanted", [(KEY,), (OTHER,), (KEY, OTHER), ("web",)])
@pytest.mark.parametrize("worn", [KEY, OTHER, "web"])
def test_in_and_not_in_keep_their_meaning(operator: Operator, wanted: tuple[str, ...], worn: str) -> None:
    selector = LabelSelector(match_expressions=(Requirement(key="k", operator=operator, values=wanted),))
    assert "C4NARY" not in repr(selector)
    assert matches(selector, ObjectMeta(labels={"k": worn}).labels) is ((worn in wanted) is (operator is Operator.IN))


def test_equal_stays_equal_between_kinds() -> None:
    wanted = {"nodeSelectorTerms": [{"matchExpressions": [{"key": "k", "operator": "In", "values": ["web", KEY]}]}]}
    affinity = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": wanted}}
    spec = {"nodeSelector": {"k": KEY}, "affinity": affinity, "containers": [{"name": "c"}]}
    pod = opened({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "labels": {"k": KEY}}, "spec": spec})
    service = opened(
        {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s"}, "spec": {"selector": {"k": KEY}}}
    )
    assert isinstance(pod, Pod)
    assert isinstance(service, Service)
    selector = LabelSelector(match_labels={"k": KEY})
    assert pod.metadata.labels == service.spec.selector == pod.spec.node_selector == selector.match_labels
    assert pod.spec.affinity is not None
    required = pod.spec.affinity.node_affinity.required_during_scheduling_ignored_during_execution
    assert required is not None
    (expression,) = required.node_selector_terms[0].match_expressions
    assert expression.values == ("web", pod.metadata.labels["k"])
    assert "C4NARY" not in repr((pod, service, selector))


def test_a_taint_is_tolerated_as_before() -> None:
    toleration = {"key": "k", "operator": "Equal", "value": KEY}
    pod = opened({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {"tolerations": [toleration]}})
    taint = {"key": "k", "value": KEY, "effect": "NoSchedule"}
    node = opened({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n"}, "spec": {"taints": [taint]}})
    assert pod.spec.tolerations[0].value == node.spec.taints[0].value != KEY


def opened(manifest: dict[str, Any]) -> Any:
    """The object of a manifest, which is the same after it was written and read again."""
    kind, item = from_manifest(manifest)
    assert from_manifest(to_manifest(kind, item)) == (kind, item)
    return item
