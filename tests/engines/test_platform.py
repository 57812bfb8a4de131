"""What belongs to the platform: namespaces, injected containers, node agents, the distribution and its evidence."""

import pytest

from k8sready.engines.images import parse
from k8sready.engines.platform import (
    DEVELOPMENT,
    Distribution,
    detect_distribution,
    is_expected_privileged,
    is_platform_part,
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
    "name",
    [
        *("kube-system", "kube-public", "openshift", "openshift-monitoring", "gke-mcs", "cattle-system"),
        *("fleet-local", "cluster-fleet-default-c-m-1", "aks-istio-ingress", "app-routing-system"),
        *("vmware-system-csi", "tkg-system", "gke-managed-cim", "amazon-guardduty", "aws-observability", "azure-arc"),
        *("aks-command", "cattle-fleet-local-system", "cattle-monitoring-system", "azure-workload-identity-system"),
    ],
)
def test_platform_namespaces_are_known(name: str) -> None:
    assert is_system_namespace(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "default",
        "kube",
        "my-kube-system",
        "openshiftish",
        "gke",
        "shop",
        "aks-prod",
        "fleet-tracking",
        "kube-system\n",
    ],
)
def test_other_namespaces_are_the_applications(name: str) -> None:
    assert not is_system_namespace(name)


@pytest.mark.parametrize(
    "image",
    [
        # What distributions and their add-ons run in kube-system.
        "602401143452.dkr.ecr.eu-west-1.amazonaws.com/amazon/aws-load-balancer-controller:v2",
        "public.ecr.aws/eks-distro/kubernetes-csi/livenessprobe:v1",
        "public.ecr.aws/karpenter/controller:1.0",
        "public.ecr.aws/aws-ec2/aws-node-termination-handler:v1",
        "mcr.microsoft.com/oss/v2/azure/workload-identity/webhook:v1",
        "mcr.microsoft.com/azure-policy/policy-kubernetes-addon-prod:1",
        "us-central1-artifactregistry.gcr.io/gke-release/gke-release/netd:v1",
        "rancher/nginx-ingress-controller:v1-hardened",
        "rancher/system-upgrade-controller:v0",
        "quay.io/k0sproject/apiserver-network-proxy-agent:v0",
        "gcr.io/k8s-minikube/storage-provisioner:v5",
        "registry-cn-hangzhou-vpc.ack.aliyuncs.com/acs/terway:v1",
        # What people add to any cluster, there.
        "ghcr.io/kube-vip/kube-vip:v0",
        "docker.io/flannel/flannel-cni-plugin:v1",
        "quay.io/tigera/operator:v1",
        "quay.io/cilium/clustermesh-apiserver:v1",
        "hetznercloud/hcloud-cloud-controller-manager:v1",
        "nvcr.io/nvidia/k8s-driver-manager:v1",
        "ghcr.io/k8snetworkplumbingwg/sriov-network-device-plugin:v3",
        "mirror.example/external-dns:0.15",
        "quay.io/brancz/kube-rbac-proxy:v0",
        "ghcr.io/postfinance/kubelet-csr-approver:v1",
        "quay.io/minio/operator:v7",
        "docker.io/digitalocean/do-agent:3",
        "scaleway/scaleway-csi:v0",
        "quay.io/cephcsi/cephcsi:v3",
        "mcr.microsoft.com/azure-application-gateway/kubernetes-ingress:1",
        "fra.ocir.io/id9y6mi8tcky/oke-public-cloud-provider-oci:1",
        "ghcr.io/kedacore/keda-admission-webhooks:2",
        "mcr.microsoft.com/oss/kedacore/keda:2",
        "docker.io/library/traefik:v3",
        "haproxytech/kubernetes-ingress:3",
        "openstorage/stork:24",
        "netapp/trident:25",
        "quay.io/coreos/flannel:v0",
        "amazon/cloudwatch-agent:1",
        "mirror.example/sig-scheduling/descheduler:v0",
        "mirror.example/eks/coredns:v1",
        "europe-docker.pkg.dev/gardener-project/releases/gardener/apiserver-proxy:v0",
        "ccr.ccs.tencentyun.com/tkeimages/tke-eni-agent:v1",
        "swr.cn-north-4.myhuaweicloud.com/hwofficial/everest:2",
        "ghcr.io/headlamp-k8s/headlamp:v0",
        "nvcr.io/nvidia/k8s/dcgm-exporter:4",
        "quay.io/prometheus-operator/prometheus-config-reloader:v0",
    ],
)
def test_parts_of_the_platform_are_known_by_their_image(image: str) -> None:
    reference = parse(image)
    assert reference is not None
    assert is_platform_part(reference.registry, reference.repository, {})


@pytest.mark.parametrize(
    "image",
    [
        "nvcr.io/nvidia/pytorch:25.01",
        "acme/operators-portal:1",
        "acme/device-plugin-shop:1",
        "nginx:1",
        "acme/eks/shop:1",
    ],
)
def test_applications_are_not_parts_of_the_platform(image: str) -> None:
    reference = parse(image)
    assert reference is not None
    assert not is_platform_part(reference.registry, reference.repository, {})


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
