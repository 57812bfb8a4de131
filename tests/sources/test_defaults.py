"""Manifests are defaulted as the API server does: generated ones of every defaulted kind, compared field by field."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from k8sready.objects.decoding import encode_hook, from_manifest
from k8sready.objects.kinds import kind_of
from k8sready.sources.defaults import defaulted
from tests.controlplane.server import ControlPlane

pytestmark = pytest.mark.controlplane
Manifest = dict[str, Any]

# Fields that a running server fills in, by API name, with who does it. What they hold no manifest can say.
OF_A_SERVER = {
    "clusterIP": "allocated",
    "nodePort": "allocated",
    "tolerations": "the DefaultTolerationSeconds admission plugin adds two to pods",
    "priorityClassName": "the Priority admission plugin",
    "serviceAccountName": "the ServiceAccount admission plugin, which the test's server runs without",
}
# Fields that are defaulted in templates as in the pods that come of them; the server leaves the templates alone.
OF_PODS = {"hostPort": "of pods with hostNetwork", "requests": "of containers with limits"}


def optional(**fields: Any) -> st.SearchStrategy[Manifest]:
    return st.fixed_dictionaries({}, optional=fields)


PROBES = st.one_of(
    optional(periodSeconds=st.sampled_from([0, 7]), timeoutSeconds=st.sampled_from([0, 4])).map(
        lambda fields: {**fields, "httpGet": {"port": 80}}
    ),
    st.just({"tcpSocket": {"port": 80}, "failureThreshold": 0}),
    st.just({"grpc": {"port": 80}, "successThreshold": 1}),
    st.just({"httpGet": {"port": "web", "path": "/x", "scheme": "HTTPS"}, "initialDelaySeconds": 3}),
    st.just({"exec": {"command": ["true"]}}),
)
IMAGES = st.sampled_from(
    ["nginx", "nginx:latest", "nginx:1", "a@sha256:" + "a" * 64, "a:1@sha256:" + "b" * 64, "h:5000/a"]
)
RESOURCES = st.sampled_from(
    [{}, {"limits": {"cpu": "1"}}, {"limits": {"cpu": "1", "memory": "1Gi"}, "requests": {"cpu": "500m"}}]
)
CONTAINERS = optional(
    imagePullPolicy=st.sampled_from(["Always", "Never"]),
    ports=st.sampled_from([[{"containerPort": 80}], [{"containerPort": 53, "protocol": "UDP", "name": "dns"}]]),
    resources=RESOURCES,
    livenessProbe=PROBES,
    lifecycle=st.sampled_from([{"preStop": {"httpGet": {"port": 80}}}, {"postStart": {"exec": {"command": ["true"]}}}]),
    securityContext=st.sampled_from([{}, {"runAsUser": 5}, {"procMount": "Default"}, {"capabilities": {}}]),
    env=st.sampled_from(
        [[{"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}], [{"name": "B", "value": "1"}]]
    ),
)
VOLUMES = st.lists(
    st.sampled_from(
        [
            {},
            {"emptyDir": {}},
            {"secret": {"secretName": "s"}},
            {"secret": {"secretName": "s", "defaultMode": 0o400}},
            {"configMap": {"name": "c"}},
            {"hostPath": {"path": "/x"}},
            {"downwardAPI": {"items": []}},
            {"projected": {"sources": [{"serviceAccountToken": {"path": "t"}}, {"secret": {"name": "s"}}]}},
            {"persistentVolumeClaim": {"claimName": "c"}},
            {"csi": {"driver": "d.example"}},
            {"image": {"reference": "a:latest"}},
            {"image": {"reference": "a:1"}},
        ]
    ),
    max_size=3,
).map(lambda sources: [{"name": f"v{number}", **source} for number, source in enumerate(sources)])


@st.composite
def specs(draw: st.DrawFn, restart: str = "") -> Manifest:
    container = {"name": "c", "image": draw(IMAGES), **draw(CONTAINERS)}
    fields = optional(
        volumes=VOLUMES,
        hostNetwork=st.booleans(),
        terminationGracePeriodSeconds=st.sampled_from([0, 5]),
        securityContext=st.sampled_from([{}, {"runAsNonRoot": True}]),
        serviceAccount=st.just("old"),
        automountServiceAccountToken=st.booleans(),
        initContainers=st.just([{"name": "i", "image": "i:latest"}]),
        topologySpreadConstraints=st.just(
            [{"maxSkew": 2, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule", "labelSelector": {}}]
        ),
    )
    return {"containers": [container], **draw(fields), **({"restartPolicy": restart} if restart else {})}


LABELS = {"app": "x"}


def templates(restart: str = "") -> st.SearchStrategy[Manifest]:
    return specs(restart).map(lambda spec: {"metadata": {"labels": LABELS}, "spec": spec})


def workloads(**fields: Any) -> st.SearchStrategy[Manifest]:
    required = {"selector": st.just({"matchLabels": LABELS}), "template": templates()}
    return st.fixed_dictionaries(required, optional=fields)


PORTS = st.sampled_from([[{"port": 80}], [{"port": 53, "protocol": "UDP", "targetPort": "dns", "name": "dns"}]])
POLICY_PORTS = st.sampled_from([[], [{"port": 80}], [{"protocol": "UDP", "port": 53}], [{"port": "web"}], [{}]])
RULES = st.lists(optional(ports=POLICY_PORTS), max_size=2)
QUANTITIES = st.dictionaries(st.sampled_from(["cpu", "memory"]), st.sampled_from(["1", "2"]), max_size=2)
JOBS = st.fixed_dictionaries(
    {"template": templates("Never")},
    optional={"backoffLimit": st.sampled_from([0, 3]), "suspend": st.booleans(), "ttlSecondsAfterFinished": st.just(5)},
)
ROLLING = st.sampled_from(["", "RollingUpdate", "OnDelete"]).map(lambda name: {"type": name} if name else {})
SPECS: dict[tuple[str, str], st.SearchStrategy[Manifest]] = {
    ("v1", "Pod"): specs(),
    ("v1", "ReplicationController"): st.fixed_dictionaries(
        {"template": templates()}, optional={"replicas": st.just(0)}
    ),
    ("apps/v1", "Deployment"): workloads(
        replicas=st.sampled_from([0, 3]),
        strategy=st.sampled_from([{}, {"type": "Recreate"}, {"rollingUpdate": {"maxSurge": 2}}]),
        revisionHistoryLimit=st.just(0),
    ),
    ("apps/v1", "ReplicaSet"): workloads(replicas=st.just(0)),
    ("apps/v1", "StatefulSet"): workloads(serviceName=st.just("s"), updateStrategy=ROLLING, replicas=st.just(2)),
    ("apps/v1", "DaemonSet"): workloads(updateStrategy=ROLLING, minReadySeconds=st.just(3)),
    ("batch/v1", "Job"): JOBS,
    ("batch/v1", "CronJob"): st.fixed_dictionaries(
        {"schedule": st.just("* * * * *"), "jobTemplate": JOBS.map(lambda spec: {"spec": spec})},
        optional={"concurrencyPolicy": st.just("Forbid"), "suspend": st.booleans()},
    ),
    ("v1", "Service"): st.one_of(
        st.fixed_dictionaries(
            {"ports": PORTS}, optional={"type": st.sampled_from(["NodePort", "LoadBalancer", "ClusterIP"])}
        ),
        st.just({"type": "ExternalName", "externalName": "a.example", "ports": [{"port": 80}]}),
    ),
    ("networking.k8s.io/v1", "NetworkPolicy"): optional(
        ingress=RULES, egress=RULES, policyTypes=st.sampled_from([["Ingress"], ["Egress"], []])
    ).map(lambda spec: {"podSelector": {}, **spec}),
    ("networking.k8s.io/v1", "Ingress"): st.just(
        {"defaultBackend": {"service": {"name": "s", "port": {"number": 80}}}, "rules": [{"host": "a.example"}]}
    ),
    ("autoscaling/v2", "HorizontalPodAutoscaler"): optional(minReplicas=st.just(2)).map(
        lambda spec: {
            "maxReplicas": 5,
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "d"},
            **spec,
        }
    ),
    ("policy/v1", "PodDisruptionBudget"): st.sampled_from([{}, {"minAvailable": 1}, {"maxUnavailable": "50%"}]),
    ("v1", "LimitRange"): optional(
        type=st.sampled_from(["Pod"]), default=QUANTITIES, defaultRequest=QUANTITIES, max=QUANTITIES, min=QUANTITIES
    ).map(lambda item: {"limits": [{"type": "Container", **item}]}),
    ("v1", "ResourceQuota"): st.just({"hard": {"pods": "5", "requests.cpu": "2"}}),
    ("v1", "PersistentVolumeClaim"): st.just(
        {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    ),
}
OTHERS: list[tuple[str, str, Manifest]] = [
    ("v1", "ServiceAccount", {}),
    ("v1", "ServiceAccount", {"imagePullSecrets": [{"name": "a"}]}),
    ("v1", "PodTemplate", {"template": {"spec": {"containers": [{"name": "c", "image": "a"}]}}}),
    (
        "apps/v1",
        "StatefulSet",
        {
            "spec": {
                "serviceName": "s",
                "selector": {"matchLabels": {"a": "b"}},
                "template": {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "a"}]}},
                "updateStrategy": {"type": "RollingUpdate"},
            }
        },
    ),
    (
        "rbac.authorization.k8s.io/v1",
        "RoleBinding",
        {
            "roleRef": {"kind": "Role", "name": "r"},
            "subjects": [{"kind": "User", "name": "u"}, {"kind": "Group", "name": "g"}],
        },
    ),
    (
        "rbac.authorization.k8s.io/v1",
        "RoleBinding",
        {
            "roleRef": {"kind": "Role", "name": "r", "apiGroup": ""},
            "subjects": [
                {"kind": "User", "name": "u", "apiGroup": ""},
                {"kind": "Group", "name": "g", "apiGroup": None},
            ],
        },
    ),
]


# To the API server null and an empty text are as good as nothing; charts leave both behind.
NOTHING: list[tuple[str, str, Manifest]] = [
    ("v1", "Pod", {"restartPolicy": "", "serviceAccountName": None, "volumes": [{"name": "v", "emptyDir": None}]}),
    ("v1", "Pod", {"restartPolicy": None}),
    ("v1", "Pod", {"volumes": [{"name": "v", "secret": {"secretName": "s", "defaultMode": None}}]}),
    ("apps/v1", "Deployment", {"replicas": None, "strategy": {"type": "", "rollingUpdate": None}}),
    ("apps/v1", "Deployment", {"strategy": {"rollingUpdate": {"maxUnavailable": None}}, "revisionHistoryLimit": None}),
    ("apps/v1", "Deployment", {"progressDeadlineSeconds": None}),
    ("apps/v1", "StatefulSet", {"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": None}}}),
    ("apps/v1", "StatefulSet", {"revisionHistoryLimit": None}),
    ("apps/v1", "DaemonSet", {"updateStrategy": {"type": "", "rollingUpdate": {"maxSurge": None}}}),
    ("apps/v1", "DaemonSet", {"revisionHistoryLimit": None}),
    ("batch/v1", "Job", {"backoffLimit": None}),
    ("batch/v1", "Job", {"completionMode": "Indexed", "completions": 2, "backoffLimitPerIndex": 1}),
    ("batch/v1", "CronJob", {"schedule": "* * * * *", "concurrencyPolicy": ""}),
    ("v1", "Service", {"type": "", "ports": [{"port": 80, "protocol": "", "targetPort": 0}]}),
    ("v1", "Service", {"type": None, "ports": [{"port": 80, "protocol": None, "targetPort": ""}]}),
    ("networking.k8s.io/v1", "NetworkPolicy", {"podSelector": {}, "ingress": [{"ports": [{"protocol": None}]}]}),
    (
        "autoscaling/v2",
        "HorizontalPodAutoscaler",
        {"minReplicas": None, "maxReplicas": 2, "scaleTargetRef": {"apiVersion": "a/v1", "kind": "D", "name": "d"}},
    ),
]
EMPTY = [
    {"name": "c", "image": "a", "ports": [{"containerPort": 80, "protocol": ""}], "env": [{"name": "A", "value": ""}]},
    {"name": "d", "image": "a", "ports": [{"containerPort": 81, "hostPort": 0}], "imagePullPolicy": ""},
]

_POD: Manifest = {"containers": EMPTY, "hostNetwork": True}
_WORKLOAD: Manifest = {
    "selector": {"matchLabels": LABELS},
    "template": {"metadata": {"labels": LABELS}, "spec": _POD},
}
_JOB: Manifest = {"template": {"spec": {**_POD, "restartPolicy": "Never"}}}
REQUIRED: dict[str, Manifest] = {
    "Pod": _POD,
    **dict.fromkeys(("Deployment", "StatefulSet", "DaemonSet"), _WORKLOAD),
    "Job": _JOB,
    "CronJob": {"jobTemplate": {"spec": _JOB}},
}


def manifests(version: str, kind: str, count: int) -> list[Manifest]:
    found: list[Manifest] = []

    @settings(
        max_examples=count,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(SPECS[version, kind])
    def collect(spec: Manifest) -> None:
        found.append({"spec": json.loads(json.dumps(spec))})

    collect()
    return found


def differences(controlplane: ControlPlane, version: str, name: str, bodies: list[Manifest]) -> tuple[int, list[Any]]:
    kind = kind_of(version, name)
    assert kind is not None
    namespace = controlplane.namespace("defaults")
    root = f"/apis/{version}" if "/" in version else f"/api/{version}"
    made = [
        {"apiVersion": version, "kind": name, "metadata": {"name": f"x{number}", "namespace": namespace}, **body}
        for number, body in enumerate(bodies)
    ]
    path = f"{root}/namespaces/{namespace}/{kind.resource}?dryRun=All"
    answers = controlplane.requests([("POST", path, manifest) for manifest in made])
    compared, differing = 0, []
    for manifest, (status, answer) in zip(made, answers, strict=True):
        assert status in (201, 422), answer  # 422: the generator made one that is not valid
        if status == 201:
            compared += 1
            theirs, ours = read(json.loads(answer)), read(defaulted(json.loads(json.dumps(manifest)), namespaced=True))
            differing += [(name, manifest, difference) for difference in apart(ours, theirs)]
    return compared, differing


def read(manifest: Manifest) -> Any:
    """What is kept of an object, fields with their defaults too, without status and metadata."""
    item = from_manifest(manifest)[1]
    names = [name for name in item.__struct_fields__ if name not in ("metadata", "status")]
    return {name: everything(getattr(item, name)) for name in names}


def everything(value: Any) -> Any:
    if isinstance(value, msgspec.Struct):
        fields = [field for field in msgspec.structs.fields(value) if field.name != "metadata"]
        return {field.encode_name: everything(getattr(value, field.name)) for field in fields}
    if isinstance(value, dict):
        return {key: everything(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [everything(item) for item in value]
    return value if isinstance(value, (str, int, float, type(None))) else encode_hook(value)


def apart(ours: Any, theirs: Any, path: str = "") -> list[tuple[str, Any, Any]]:
    """The innermost fields in which two values differ."""
    field = path.rpartition(".")[2].partition("[")[0]
    of_pods = field in OF_PODS and "emplate." in path
    if field in OF_A_SERVER or (of_pods and (not theirs or theirs.items() <= ours.items())):
        return []
    if isinstance(ours, dict) and isinstance(theirs, dict) and field not in ("requests", "limits", "labels"):
        return [d for key in {**ours, **theirs} for d in apart(ours.get(key), theirs.get(key), f"{path}.{key}")]
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        pairs = enumerate(zip(ours, theirs, strict=True))
        return [d for number, (a, b) in pairs for d in apart(a, b, f"{path}[{number}]")]
    return [] if ours == theirs else [(path, ours, theirs)]


@pytest.mark.parametrize(("version", "kind"), SPECS, ids=lambda part: part)
def test_generated_manifests_are_defaulted_as_the_api_server_does(
    controlplane: ControlPlane, version: str, kind: str
) -> None:
    count = 60 if kind == "Pod" else 25
    bodies = manifests(version, kind, count)
    compared, differing = differences(controlplane, version, kind, bodies)
    assert compared >= len(bodies) / 2
    assert sorted({(path, repr(ours), repr(theirs)) for _, _, (path, ours, theirs) in differing}) == []


@pytest.mark.parametrize(("version", "kind", "body"), OTHERS)
def test_other_kinds_are_defaulted_too(controlplane: ControlPlane, version: str, kind: str, body: Manifest) -> None:
    compared, differing = differences(controlplane, version, kind, [body])
    assert (compared, differing) == (1, [])


@pytest.mark.parametrize(("version", "kind", "fields"), NOTHING)
def test_nulls_and_empty_texts_are_defaulted_as_the_api_server_does(
    controlplane: ControlPlane, version: str, kind: str, fields: Manifest
) -> None:
    compared, differing = differences(controlplane, version, kind, [{"spec": {**REQUIRED.get(kind, {}), **fields}}])
    assert (compared, differing) == (1, [])


def test_an_empty_namespace_is_the_default_one() -> None:
    for namespace in ("", None):
        manifest = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": namespace}}
        assert defaulted(manifest, namespaced=True)["metadata"]["namespace"] == "default"


def test_the_label_that_holds_the_name_of_a_namespace_cannot_say_another(controlplane: ControlPlane) -> None:
    """Network policies select namespaces by it."""
    labels = {"kubernetes.io/metadata.name": "other", "a": "b"}
    manifest = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "n", "labels": labels}}
    status, answer = controlplane.request("POST", "/api/v1/namespaces?dryRun=All", manifest)
    assert status == 201
    assert defaulted(manifest, namespaced=False)["metadata"]["labels"] == json.loads(answer)["metadata"]["labels"]
