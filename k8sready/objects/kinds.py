"""The kinds that are read: group, version, resource name, scope, and the Struct that holds one."""

from dataclasses import dataclass

from . import admission, core, custom, network, pods, rbac, routes, services, workloads
from .meta import Resource


@dataclass(frozen=True, slots=True)
class Kind:
    """One API type. `key` is its GroupResource ("pods", "deployments.apps"), the name used everywhere else."""

    group: str
    version: str
    name: str
    resource: str
    namespaced: bool
    struct: type[Resource]
    custom: bool = False

    @property
    def key(self) -> str:
        return f"{self.resource}.{self.group}" if self.group else self.resource

    @property
    def api_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version


def _built_in(group: str, version: str, *types: tuple[str, str, bool, type[Resource]]) -> list[Kind]:
    return [Kind(group, version, name, resource, namespaced, struct) for name, resource, namespaced, struct in types]


def _custom(group: str, version: str, *types: tuple[str, str, bool, type[Resource]]) -> list[Kind]:
    return [
        Kind(group, version, name, plural, namespaced, struct, custom=True)
        for name, plural, namespaced, struct in types
    ]


_CORE = _built_in(
    "",
    "v1",
    ("Namespace", "namespaces", False, core.Namespace),
    ("Node", "nodes", False, core.Node),
    ("PersistentVolume", "persistentvolumes", False, core.PersistentVolume),
    ("ReplicationController", "replicationcontrollers", True, workloads.ReplicationController),
    ("PodTemplate", "podtemplates", True, workloads.PodTemplate),
    ("Pod", "pods", True, pods.Pod),
    ("Service", "services", True, services.Service),
    ("ServiceAccount", "serviceaccounts", True, core.ServiceAccount),
    ("ResourceQuota", "resourcequotas", True, core.ResourceQuota),
    ("LimitRange", "limitranges", True, core.LimitRange),
    ("PersistentVolumeClaim", "persistentvolumeclaims", True, core.PersistentVolumeClaim),
    ("Event", "events", True, core.Event),
    ("Secret", "secrets", True, core.SecretRow),
    ("ConfigMap", "configmaps", True, core.ConfigMapRow),
)
_WORKLOADS = [
    *_built_in(
        "apps",
        "v1",
        ("Deployment", "deployments", True, workloads.Workload),
        ("StatefulSet", "statefulsets", True, workloads.Workload),
        ("DaemonSet", "daemonsets", True, workloads.Workload),
        ("ReplicaSet", "replicasets", True, workloads.Workload),
        ("ControllerRevision", "controllerrevisions", True, workloads.ControllerRevision),
    ),
    *_built_in(
        "batch",
        "v1",
        ("Job", "jobs", True, workloads.Job),
        ("CronJob", "cronjobs", True, workloads.CronJob),
    ),
    *_built_in(
        "autoscaling",
        "v2",
        ("HorizontalPodAutoscaler", "horizontalpodautoscalers", True, workloads.HorizontalPodAutoscaler),
    ),
    *_built_in("policy", "v1", ("PodDisruptionBudget", "poddisruptionbudgets", True, workloads.PodDisruptionBudget)),
]
_NETWORK = [
    *_built_in(
        "networking.k8s.io",
        "v1",
        ("NetworkPolicy", "networkpolicies", True, network.NetworkPolicy),
        ("Ingress", "ingresses", True, routes.Ingress),
        ("IngressClass", "ingressclasses", False, routes.IngressClass),
    ),
    *_built_in("discovery.k8s.io", "v1", ("EndpointSlice", "endpointslices", True, services.EndpointSlice)),
    *_custom(
        "policy.networking.k8s.io",
        "v1alpha2",
        ("ClusterNetworkPolicy", "clusternetworkpolicies", False, network.ClusterNetworkPolicy),
    ),
    *_custom(
        "policy.networking.k8s.io",
        "v1alpha1",
        ("AdminNetworkPolicy", "adminnetworkpolicies", False, network.ClusterNetworkPolicy),
        ("BaselineAdminNetworkPolicy", "baselineadminnetworkpolicies", False, network.ClusterNetworkPolicy),
    ),
    # Policies of network plugins: that one exists is read, not what it says.
    *_custom(
        "cilium.io",
        "v2",
        ("CiliumNetworkPolicy", "ciliumnetworkpolicies", True, custom.CustomResource),
        ("CiliumClusterwideNetworkPolicy", "ciliumclusterwidenetworkpolicies", False, custom.CustomResource),
    ),
    *_custom(
        "crd.projectcalico.org",
        "v1",
        ("NetworkPolicy", "networkpolicies", True, custom.CustomResource),
        ("GlobalNetworkPolicy", "globalnetworkpolicies", False, custom.CustomResource),
    ),
    *_custom(
        "projectcalico.org",
        "v3",
        ("NetworkPolicy", "networkpolicies", True, custom.CustomResource),
        ("GlobalNetworkPolicy", "globalnetworkpolicies", False, custom.CustomResource),
    ),
    *_custom(
        "crd.antrea.io",
        "v1beta1",
        ("NetworkPolicy", "networkpolicies", True, custom.CustomResource),
        ("ClusterNetworkPolicy", "clusternetworkpolicies", False, custom.CustomResource),
    ),
    *_custom(
        "gateway.networking.k8s.io",
        "v1",
        ("Gateway", "gateways", True, routes.Gateway),
        ("HTTPRoute", "httproutes", True, routes.Route),
        ("GRPCRoute", "grpcroutes", True, routes.Route),
    ),
]
_ACCESS = [
    *_built_in(
        "rbac.authorization.k8s.io",
        "v1",
        ("Role", "roles", True, rbac.Role),
        ("RoleBinding", "rolebindings", True, rbac.RoleBinding),
        ("ClusterRole", "clusterroles", False, rbac.Role),
        ("ClusterRoleBinding", "clusterrolebindings", False, rbac.RoleBinding),
    ),
    *_built_in(
        "admissionregistration.k8s.io",
        "v1",
        ("ValidatingWebhookConfiguration", "validatingwebhookconfigurations", False, admission.WebhookConfiguration),
        ("MutatingWebhookConfiguration", "mutatingwebhookconfigurations", False, admission.WebhookConfiguration),
        ("ValidatingAdmissionPolicy", "validatingadmissionpolicies", False, admission.AdmissionPolicy),
        (
            "ValidatingAdmissionPolicyBinding",
            "validatingadmissionpolicybindings",
            False,
            admission.AdmissionPolicyBinding,
        ),
        ("MutatingAdmissionPolicy", "mutatingadmissionpolicies", False, admission.AdmissionPolicy),
        ("MutatingAdmissionPolicyBinding", "mutatingadmissionpolicybindings", False, admission.AdmissionPolicyBinding),
    ),
    *_built_in(
        "apiextensions.k8s.io",
        "v1",
        ("CustomResourceDefinition", "customresourcedefinitions", False, admission.CustomResourceDefinition),
    ),
    *_built_in("apiregistration.k8s.io", "v1", ("APIService", "apiservices", False, admission.ApiService)),
    *_built_in(
        "storage.k8s.io",
        "v1",
        ("StorageClass", "storageclasses", False, admission.StorageClass),
        ("CSIDriver", "csidrivers", False, admission.CsiDriver),
    ),
    *_built_in("scheduling.k8s.io", "v1", ("PriorityClass", "priorityclasses", False, admission.PriorityClass)),
    *_built_in("node.k8s.io", "v1", ("RuntimeClass", "runtimeclasses", False, admission.RuntimeClass)),
    *_built_in(
        "certificates.k8s.io",
        "v1",
        ("CertificateSigningRequest", "certificatesigningrequests", False, admission.CertificateSigningRequest),
    ),
]
_CUSTOM = [
    *_custom(
        "aquasecurity.github.io",
        "v1alpha1",
        ("VulnerabilityReport", "vulnerabilityreports", True, custom.VulnerabilityReport),
    ),
    *_custom("external-secrets.io", "v1", ("ExternalSecret", "externalsecrets", True, custom.ExternalSecret)),
    *_custom("bitnami.com", "v1alpha1", ("SealedSecret", "sealedsecrets", True, custom.CustomResource)),
    *_custom(
        "secrets-store.csi.x-k8s.io",
        "v1",
        ("SecretProviderClass", "secretproviderclasses", True, custom.SecretProviderClass),
    ),
    *_custom("argoproj.io", "v1alpha1", ("Application", "applications", True, custom.Application)),
]

KINDS: tuple[Kind, ...] = (*_CORE, *_WORKLOADS, *_NETWORK, *_ACCESS, *_CUSTOM)
BY_KEY: dict[str, Kind] = {kind.key: kind for kind in KINDS}


def kind_of(api_version: str, name: str) -> Kind | None:
    """The kind of a manifest by its apiVersion and kind; any served version of a known group is accepted."""
    group = api_version.rpartition("/")[0]
    return next((kind for kind in KINDS if kind.group == group and kind.name == name), None)
