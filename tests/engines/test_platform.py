"""What belongs to the platform: namespaces, injected containers, node agents, the distribution and its evidence."""

import pytest

from k8sready.engines.platform import (
    DEVELOPMENT,
    Distribution,
    detect_distribution,
    is_expected_privileged,
    is_system_namespace,
)
from k8sready.objects.core import Node, NodeInfo, NodeSpec, NodeStatus
from k8sready.objects.meta import ObjectMeta
from k8sready.objects.redaction import Annotations


def node(version: str = "", label: str = "", annotation: str = "", provider: str = "") -> Node:
    metadata = ObjectMeta(
        labels={label: "x"} if label else {}, annotations=Annotations({annotation: "[]"} if annotation else {})
    )
    status = NodeStatus(node_info=NodeInfo(kubelet_version=version))
    return Node(metadata=metadata, spec=NodeSpec(provider_id=provider), status=status)


@pytest.mark.parametrize(
    "name", ["kube-system", "kube-public", "openshift", "openshift-monitoring", "gke-mcs", "cattle-system"]
)
def test_platform_namespaces_are_known(name: str) -> None:
    assert is_system_namespace(name)


@pytest.mark.parametrize(
    "name", ["", "default", "kube", "my-kube-system", "openshiftish", "gke", "shop", "kube-system\n"]
)
def test_other_namespaces_are_the_applications(name: str) -> None:
    assert not is_system_namespace(name)


@pytest.mark.parametrize(
    ("version", "item", "distribution"),
    [
        ("v1.34.2-eks-1234abc", node(), Distribution.EKS),
        ("v1.34.2-gke.1100", node(), Distribution.GKE),
        ("v1.34.2+k3s1", node(), Distribution.K3S),
        ("v1.34.2+rke2r1", node(), Distribution.RKE2),
        ("v1.34.2", node("v1.34.2+k0s"), Distribution.K0S),
        ("v1.34.2", node(label="kubernetes.azure.com/cluster"), Distribution.AKS),
        ("v1.34.2", node(provider="azure:///subscriptions/x"), Distribution.AKS),
        ("v1.34.2", node(provider="gce://project/zone/x"), Distribution.GKE),
        ("v1.34.2", node(provider="kind://docker/x"), Distribution.KIND),
        ("v1.34.2", node(provider="aws:///eu-1/i-1"), Distribution.UNKNOWN),
        ("v1.34.2", node(annotation="k3s.io/node-args"), Distribution.K3S),
        ("v1.34.2", node(label="minikube.k8s.io/version"), Distribution.MINIKUBE),
        ("", node(), Distribution.UNKNOWN),
        ("garbage-eks", node("v1"), Distribution.UNKNOWN),
    ],
)
def test_the_distribution_is_known_with_its_evidence(version: str, item: Node, distribution: Distribution) -> None:
    found = detect_distribution(version, [item])
    assert found.distribution is distribution
    assert bool(found.evidence) == (distribution is not Distribution.UNKNOWN)


def test_development_clusters_are_told_from_production() -> None:
    assert detect_distribution("v1.37.2", [node(provider="kind://x")]).distribution in DEVELOPMENT


@pytest.mark.parametrize(
    "path", ["mirror/calico/node", "kube-proxy", "prometheus/node-exporter", "falcosecurity/falco"]
)
def test_node_agents_are_expected_to_need_the_host(path: str) -> None:
    assert is_expected_privileged(path)


@pytest.mark.parametrize("path", ["shop/web", "calico/node-copy", "library/nginx", ""])
def test_applications_are_not_expected_to_need_the_host(path: str) -> None:
    assert not is_expected_privileged(path)
