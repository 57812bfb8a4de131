"""What belongs to the platform, not to applications: system namespaces, known platform workloads, the distribution."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from ..objects.core import Node
from .images import has_suffix
from .products import is_tool

KUBERNETES_NAMESPACES = frozenset({"kube-system", "kube-public", "kube-node-lease"})
_SYSTEM = re.compile(
    r"kube-(?:system|public|node-lease|flannel)|openshift(?:-.*)?|gke-.*|gmp-(?:system|public)|config-management-system"
    r"|asm-system|amazon-.*|aws-.*|azure-.*|aks-(?:command|istio-.*|.*system)|app-routing-system|gatekeeper-system"
    r"|calico-(?:system|apiserver)|tigera-operator|cattle-.*|(?:cluster-)?fleet-(?:default|local|system)(?:-.*)?"
    r"|vmware-system-.*|tkg-system(?:-public)?|cilium-secrets|local-path-storage|metallb-system|longhorn-system|rook-ceph"
)
# Agents of nodes: network, storage, logs, sensors, devices. By the path of the image.
_NEEDS_THE_HOST = re.compile(
    r"(?:^|/)(?:calico/(?:node|cni)|cilium/(?:cilium|tetragon)|amazon-k8s-cni|aws-network-policy-agent|azure-(?:cni|npm)"
    r"|ovn-kubernetes/[^/]+|cloudnativelabs/kube-router|flannel(?:-io)?/flannel|antrea/antrea-[^/]+|weaveworks/weave-kube"
    r"|kindnetd|kube-proxy|csi-node-driver-registrar|[^/]*csi-driver[^/]*|[^/]*csi-plugin[^/]*|k8s-dns-node-cache"
    r"|node-exporter|fluent-bit|fluentd[^/]*|filebeat|promtail|alloy|vector|falcosecurity/falco|aquasec/tracee"
    r"|datadog(?:hq)?/agent|dynatrace-oneagent|newrelic-infra[^/]*|infrastructure-bundle|k8s-device-plugin"
    r"|intel-[^/]*-plugin|node-problem-detector|kured|multus-cni|sriov-[^/]+)$",
    re.IGNORECASE,
)
# Containers that an injector adds; their settings are the platform's, not the application's.
INJECTED = frozenset(
    (
        *("istio-proxy", "istio-init", "istio-validation"),
        *("linkerd-proxy", "linkerd-init", "linkerd-network-validator"),
        *("vault-agent", "vault-agent-init", "consul-dataplane", "kuma-sidecar", "kuma-init"),
    )
)
_PLATFORM_IMAGES = (
    *("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy", "etcd", "pause"),
    *("coredns", "metrics-server", "k8s-dns-node-cache", "konnectivity-agent", "apiserver-network-proxy-agent"),
    *("amazon-k8s-cni", "aws-network-policy-agent", "cluster-proportional-autoscaler", "cluster-autoscaler"),
    *("addon-resizer", "node-problem-detector", "kubereboot/kured", "kube-state-metrics/kube-state-metrics"),
    *("kubernetes-dashboard", "sealed-secrets-controller", "cloudnativelabs/kube-router", "weaveworks/weave-kube"),
    *("weaveworks/weave-npc", "plndr/kube-vip", "rook/ceph", "velero/velero", "hostpath-provisioner"),
    *("library/traefik", "haproxytech/kubernetes-ingress", "netapp/trident", "coreos/flannel", "cloudwatch-agent"),
    *("descheduler", "snapshot-controller", "ceph/cephcsi", "do-agent", "spot-oceancontroller"),
    *("azure-application-gateway/kubernetes-ingress", "prometheus-config-reloader", "kiwigrid/k8s-sidecar"),
)
_PLATFORM_PATHS = re.compile(
    # publishers all of whose images are parts of clusters
    r"(?:^|/)(?:sig-storage|calico|cilium|tigera|antrea|flannel(?:-io)?|kubeovn|k8snetworkplumbingwg|metallb|kube-vip"
    r"|kindest|k8s-minikube|k0sproject|siderolabs|rancher|longhornio|openebs|kubernetesui|hetznercloud|digitalocean|eks-distro"
    r"|karpenter|gke-release|containernetworking|azure-policy|openshift-release-dev|armada-master|kedacore|cephcsi"
    r"|portworx|openstorage|juicedata|external_storage|gardener-project|tkeimages|hwofficial|headlamp-k8s"
    r"|oss/(?:v2/)?(?:kubernetes(?:-csi)?|azure|virtual-kubelet|open-policy-agent))/"
    r"|^(?:eks|aks|acs|tkg)/"  # of a cloud's own registry; deeper down people call their folders so
    r"|(?:^|/)(?:csi-|oke-public-|cloud-provider-|amazon-k8s-cni-|[a-z-]*-csi-driver|[a-z-]*csi-plugin)"
    r"|(?:^|/)nvidia/(?:k8s[-/]|gpu-|driver$|cloud-native/)"
    # what an image is for, whoever publishes it
    r"|(?:^|[/-])(?:operator|device-plugin|gpu-plugin|csi|cloud-controller-manager|load-balancer-controller|cni-plugin"
    r"|node-termination-handler|kube-rbac-proxy|external-dns|csr-approver|serving-cert-approver)$",
    re.IGNORECASE,
)
_PLATFORM_HOSTS = frozenset({"registry.k8s.io", "k8s.gcr.io", "gke.gcr.io"})  # what the project and GKE publish
# Labels that add-on managers of Kubernetes and of distributions put on what they install.
_PLATFORM_LABELS = frozenset(
    (
        *("addonmanager.kubernetes.io/mode", "kubernetes.io/cluster-service", "addon.kops.k8s.io/name"),
        *("eks.amazonaws.com/component", "kubernetes.azure.com/managedby", "objectset.rio.cattle.io/hash"),
        *("minikube.k8s.io/minikube_addons", "microk8s.io/addon", "resources.gardener.cloud/managed-by"),
    )
)


@lru_cache(maxsize=65_536)
def is_system_namespace(name: str) -> bool:
    """Whether a namespace belongs to Kubernetes or a distribution; they are judged in their own lane."""
    return bool(_SYSTEM.fullmatch(name))


@lru_cache(maxsize=65_536)
def is_platform_image(repository: str) -> bool:
    """Whether an image is a known part of Kubernetes, its network, storage or distribution (by path, any host)."""
    return any(has_suffix(repository, suffix) for suffix in _PLATFORM_IMAGES) or bool(
        _PLATFORM_PATHS.search(repository)
    )


def is_platform_part(registry: str, repository: str, labels: Iterable[str]) -> bool:
    """Whether a container belongs to the platform: by its image, the registry it is from, or its pod's labels.

    Tools that clusters run (operators, agents, meshes, scanners; `products.yaml`) count: they are nobody's application.
    """
    known = is_platform_image(repository) or registry in _PLATFORM_HOSTS or is_tool(repository)
    return known or not _PLATFORM_LABELS.isdisjoint(labels)


def is_expected_privileged(repository: str) -> bool:
    """Whether a DaemonSet with this image is known to need the host: accepted, still to be reviewed."""
    return bool(_NEEDS_THE_HOST.search(repository))


# GKE puts it into every namespace; it protects the control plane, thousands of pods away from any team's share.
PLATFORM_QUOTAS = frozenset({"gke-resource-quotas"})


class Distribution(str, Enum):
    """Who operates the control plane, as far as the cluster shows."""

    EKS = "EKS"
    GKE = "GKE"
    AKS = "AKS"
    OPENSHIFT = "OpenShift"
    K3S = "k3s"
    RKE2 = "RKE2"
    K0S = "k0s"
    ACK = "ACK"
    TKGI = "TKGI"
    RKE1 = "RKE1"
    KIND = "kind"
    MINIKUBE = "minikube"
    MICROK8S = "MicroK8s"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Detected:
    """A distribution and the sign it was known by.

    `hosted` is False for a sign that clusters have too which people run themselves on that cloud.
    """

    distribution: Distribution
    evidence: str
    hosted: bool = True


_SUFFIX = re.compile(r"v\d+\.\d+\.\d+[-+](\w+)")
_BY_SUFFIX = (
    *(("eks", Distribution.EKS), ("gke", Distribution.GKE), ("k3s", Distribution.K3S), ("rke2r", Distribution.RKE2)),
    *(
        ("k0s", Distribution.K0S),
        ("aliyun", Distribution.ACK),
        ("vmware", Distribution.TKGI),
        ("rancher", Distribution.RKE1),
    ),
)
_BY_LABEL = (
    ("kubernetes.azure.com/cluster", Distribution.AKS),
    ("eks.amazonaws.com/nodegroup", Distribution.EKS),
    ("eks.amazonaws.com/compute-type", Distribution.EKS),
    ("cloud.google.com/gke-nodepool", Distribution.GKE),
    ("alpha.eksctl.io/cluster-name", Distribution.EKS),
    ("cloud.google.com/gke-os-distribution", Distribution.GKE),
    ("node.openshift.io/os_id", Distribution.OPENSHIFT),
    ("minikube.k8s.io/version", Distribution.MINIKUBE),
    ("microk8s.io/cluster", Distribution.MICROK8S),
)
_BY_ANNOTATION = (("rke2.io/node-args", Distribution.RKE2), ("k3s.io/node-args", Distribution.K3S))
# aws:// is not here: self-managed clusters on that cloud carry it as well.
_BY_PROVIDER = (("azure://", Distribution.AKS), ("gce://", Distribution.GKE), ("kind://", Distribution.KIND))
DEVELOPMENT = frozenset({Distribution.KIND, Distribution.MINIKUBE, Distribution.MICROK8S})


def detect_distribution(version: str, nodes: Iterable[Node]) -> Detected:
    """The distribution by version suffixes and node labels; the first sign that matches is the evidence."""
    listed = tuple(nodes)
    for text in (version, *(node.status.node_info.kubelet_version for node in listed)):
        match = _SUFFIX.match(text)
        for suffix, distribution in _BY_SUFFIX:
            if match and match[1].startswith(suffix):
                return Detected(distribution, text)
    for label, distribution in _BY_LABEL:
        if any(label in node.metadata.labels for node in listed):
            return Detected(distribution, f"node label {label}")
    return _by_node(listed)


def _by_node(nodes: tuple[Node, ...]) -> Detected:
    for name, distribution in _BY_ANNOTATION:
        if any(name in node.metadata.annotations for node in nodes):
            return Detected(distribution, f"node annotation {name}")
    for prefix, distribution in _BY_PROVIDER:
        if any(node.spec.provider_id.startswith(prefix) for node in nodes):
            return Detected(distribution, f"node providerID {prefix}", hosted=False)
    return Detected(Distribution.UNKNOWN, "")
