"""Point 4 on clusters that are strange but legal."""

from dataclasses import replace
from typing import Any

import pytest

from k8sready.checks import Status
from k8sready.snapshot import Coverage, Reading, ServedResource
from k8sready.tables import Tables

from .clusters import cluster, without
from .making import asked, container, deployment, namespace, node, pod, verdicts, workload

SPEC: dict[str, Any] = {"containers": [container()]}
TAINT = {"key": "env", "value": "prod", "effect": "NoSchedule"}
CORDON = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}
TOLERATION = {"key": "env", "operator": "Equal", "value": "prod", "effect": "NoSchedule"}


def shared(prod: dict[str, Any], other: dict[str, Any], *nodes: Any, second: str = "shop-staging") -> Any:
    """Production and another environment, one workload each."""
    spaces = [namespace("shop-prod"), namespace(second)]
    return cluster(
        [
            *spaces,
            deployment("web", {**SPEC, **prod}, "shop-prod"),
            deployment("web", {**SPEC, **other}, second),
            *nodes,
        ]
    )


PROD_NODE, ANY_NODE = node("p", taints=[TAINT], pool="prod"), node("n", pool="any")


@pytest.mark.parametrize(
    ("snapshot", "failed"),
    [
        (shared({}, {}, ANY_NODE), 2),
        (shared({"nodeSelector": {"pool": "prod"}}, {"nodeSelector": {"pool": "prod"}}, node("n", pool="prod")), 2),
        # A taint alone keeps staging out, but lets production in among it.
        (shared({"tolerations": [TOLERATION]}, {}, PROD_NODE, ANY_NODE), 2),
        (shared({"tolerations": [TOLERATION], "nodeSelector": {"pool": "prod"}}, {}, PROD_NODE, ANY_NODE), 0),
        (shared({"nodeSelector": {"pool": "prod"}}, {"nodeSelector": {"pool": "any"}}, PROD_NODE, ANY_NODE), 0),
        # A node that is being drained is nobody's for a while, and everybody's again after that.
        (shared({"nodeSelector": {"pool": "prod"}}, {}, node("p", taints=[CORDON], pool="prod"), ANY_NODE), 2),
        (shared({}, {}, ANY_NODE, second="shop-pr-482"), 0),  # a preview is no environment
        (shared({}, {}, ANY_NODE, second="dev-preview-3"), 0),
    ],
)
def test_environments_are_apart_where_the_scheduler_cannot_mix_them(snapshot: Any, failed: int) -> None:
    assert asked("environments_separated", snapshot).failed == failed


def test_development_and_test_are_one_environment_and_production_weighs_more() -> None:
    spaces = [namespace("a-dev"), namespace("a-test"), namespace("a-qa")]
    both = cluster([*spaces[:2], *(deployment("web", SPEC, name) for name in ("a-dev", "a-test")), ANY_NODE])
    assert asked("environments_separated", both).examined == 0
    apart = cluster([*spaces[1:], *(deployment("web", SPEC, name) for name in ("a-test", "a-qa")), ANY_NODE])
    assert {item.severity.value for item in asked("environments_separated", apart).findings} == {"low"}
    assert {item.severity.value for item in asked("environments_separated", shared({}, {}, ANY_NODE)).findings} == {
        "medium"
    }


def test_a_workload_that_no_node_takes_is_not_called_apart() -> None:
    """An autoscaler adds nodes for it, and nobody knows yet who else may run there."""
    snapshot = shared({"nodeSelector": {"pool": "prod"}}, {}, ANY_NODE)
    assert verdicts("environments_separated", snapshot) == {"shop-prod": None, "shop-staging": None}


def test_without_nodes_nothing_is_said_of_placement() -> None:
    assert asked("environments_separated", shared({}, {})).status is Status.UNKNOWN
    denied = without(shared({}, {}, ANY_NODE), ["nodes"], Reading.FORBIDDEN)
    assert asked("environments_separated", denied).status is Status.UNKNOWN


def test_a_quota_that_limits_nothing_is_none_and_weighs_less_where_capacity_follows_the_need() -> None:
    quota = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "q", "namespace": "shop"}, "spec": {}}
    snapshot = cluster([namespace("shop"), deployment("web", SPEC), quota])
    assert [item.severity.value for item in asked("quota_set", snapshot).findings] == ["medium"]
    served = (*(snapshot.discovery or ()), ServedResource("karpenter.sh", "v1", "nodepools", "NodePool", False))
    assert [item.severity.value for item in asked("quota_set", replace(snapshot, discovery=served)).findings] == ["low"]


def test_a_quota_that_the_platform_puts_everywhere_is_no_teams_quota() -> None:
    own = {"name": "gke-resource-quotas", "namespace": "shop"}
    quota = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": own, "spec": {"hard": {"pods": "1500"}}}
    assert asked("quota_set", cluster([namespace("shop"), deployment("web", SPEC), quota])).failed == 1


def limits(**defaults: Any) -> dict[str, Any]:
    spec = {"limits": [{"type": "Container", **defaults}]}
    return {"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "l", "namespace": "shop"}, "spec": spec}


CPU = {"resources": {"requests": {"cpu": "1"}}}


@pytest.mark.parametrize(
    ("spec", "extra", "failed"),
    [
        ({"containers": [container(**CPU)]}, [], 1),
        ({"containers": [container(**CPU)]}, [limits(defaultRequest={"memory": "1Mi"})], 0),  # the other half
        ({"containers": [container(**CPU)]}, [limits(defaultRequest={"cpu": "1"})], 1),
        (
            {"containers": [container(resources={"limits": {"cpu": "1", "memory": "1Mi"}})]},
            [],
            0,
        ),  # limits are requests
        ({"containers": [container(), container("istio-proxy")]}, [limits(default={"cpu": "1", "memory": "1Mi"})], 0),
        (
            {
                "initContainers": [container("init")],
                "containers": [container(resources={"requests": {"cpu": "1", "memory": "1"}})],
            },
            [],
            0,
        ),
        ({"containers": [container()], "resources": {"requests": {"cpu": "1", "memory": "1Mi"}}}, [], 0),  # the pod's
        ({"containers": [container()], "resources": {"limits": {"cpu": "1", "memory": "1Mi"}}}, [], 0),
        ({"containers": [container()], "resources": {"requests": {"cpu": "1"}}}, [], 1),
    ],
)
def test_requests_may_come_from_the_container_or_the_limit_range(spec: Any, extra: list[Any], failed: int) -> None:
    snapshot = cluster([namespace("shop"), deployment("web", spec), *extra])
    assert asked("limit_range_or_requests_set", snapshot).failed == failed


def test_a_limit_range_is_offered_for_what_none_has_a_default_of() -> None:
    """Of two defaults either may be taken: one below the other's minimum would refuse every pod."""
    least = limits(min={"cpu": "100m"}, defaultRequest={"cpu": "100m"})
    snapshot = cluster([namespace("shop"), deployment("web", {"containers": [container()]}), least])
    (finding,) = asked("limit_range_or_requests_set", snapshot).findings
    assert finding.evidence["lacking"] == "memory"
    assert finding.remedy[0]["spec"]["limits"] == [{"type": "Container", "defaultRequest": {"memory": "64Mi"}}]


def test_sidecars_of_an_injector_are_not_asked_for_requests() -> None:
    sized = container(resources={"requests": {"cpu": "1", "memory": "1Mi"}})
    owner = {"kind": "Deployment", "name": "web", "uid": "Deployment-shop-web"}
    injected = pod("web-1", {"containers": [sized, container("acme-agent")]}, owner=owner)
    snapshot = cluster([namespace("shop"), deployment("web", {"containers": [sized]}), injected])
    assert asked("limit_range_or_requests_set", snapshot).status is Status.PASS


@pytest.mark.parametrize(
    ("image", "labels", "fine"),
    [
        ("registry.example/team/cron-helper:1", {}, False),
        ("registry.k8s.io/sig-storage/csi-provisioner:v6", {}, True),
        ("mirror.example/rancher/mirrored-library-traefik:3", {}, True),
        ("gke.gcr.io/fluent-bit-gke-exporter:1", {}, True),
        ("mirror.example/external-secrets/external-secrets:v1", {}, True),  # an operator
        ("registry.example/custom/addon:1", {"addonmanager.kubernetes.io/mode": "Reconcile"}, True),
        ("registry.example/custom/addon:1", {"resources.gardener.cloud/managed-by": "gardener"}, True),
        ("nginx:1", {}, False),
        ("NotAReference", {"addonmanager.kubernetes.io/mode": "Reconcile"}, True),
    ],
)
def test_the_platform_is_known_by_images_and_by_labels_of_addon_managers(
    image: str, labels: dict[str, str], fine: bool
) -> None:
    spec = {"containers": [container(image=image)]}
    snapshot = cluster([namespace("kube-system"), deployment("tool", spec, "kube-system", **labels)])
    assert (asked("system_namespaces_reserved", snapshot).status is Status.PASS) is fine


@pytest.mark.parametrize(("role", "fine"), [("initContainers", True), ("containers", False)])
def test_a_shell_that_prepares_says_nothing_about_an_agent(role: str, fine: bool) -> None:
    spec: dict[str, Any] = {"containers": [container("agent", "fluent/fluent-bit:4")]}
    spec[role] = [*spec.get(role, ()), container("shell", "busybox:1.37")]
    snapshot = cluster([namespace("kube-system"), workload("DaemonSet", "logs", spec, "kube-system")])
    assert (asked("system_namespaces_reserved", snapshot).status is Status.PASS) is fine


def test_an_image_that_is_no_reference_is_not_called_an_application() -> None:
    spec = {"containers": [container(image="NotAReference")]}
    snapshot = cluster([namespace("kube-system"), deployment("tool", spec, "kube-system")])
    assert verdicts("system_namespaces_reserved", snapshot) == {"tool": None}


def test_static_pods_are_the_platform() -> None:
    static = pod("thing-n1", SPEC, "kube-system", {"kind": "Node", "name": "n1"})
    static["metadata"]["annotations"] = {"kubernetes.io/config.mirror": "x"}
    assert asked("system_namespaces_reserved", cluster([static])).status is Status.PASS


def test_one_application_of_many_parts_may_fill_a_namespace() -> None:
    parts = [deployment(name, SPEC, **{"app.kubernetes.io/name": name}) for name in ("api", "web", "worker", "cron")]
    assert asked("namespace_not_overloaded", cluster([namespace("shop"), *parts])).status is Status.PASS
    several = [deployment(name, SPEC, **{"app.kubernetes.io/part-of": name}) for name in ("api", "web", "worker")]
    assert asked("namespace_not_overloaded", cluster([namespace("shop"), *several])).status is Status.FAIL


def test_policies_of_a_plugin_leave_default_deny_unknown() -> None:
    policy = {
        "apiVersion": "cilium.io/v2",
        "kind": "CiliumNetworkPolicy",
        "metadata": {"name": "p", "namespace": "shop"},
    }
    enforced = namespace("shop", **{"pod-security.kubernetes.io/enforce": "restricted"})
    quota = {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": "q", "namespace": "shop"},
        "spec": {"hard": {"pods": "9"}},
    }
    base = [enforced, quota, deployment("web", SPEC)]
    assert verdicts("namespace_isolated", cluster(base)) == {"shop": False}
    assert verdicts("namespace_isolated", cluster([*base, policy])) == {"shop": None}


@pytest.mark.parametrize(("host_network", "offered"), [(False, True), (True, False)])
def test_a_level_that_would_refuse_what_runs_is_not_offered(host_network: bool, offered: bool) -> None:
    spec = {"containers": [container()], "hostNetwork": host_network}
    (finding,) = asked("namespace_isolated", cluster([namespace("shop"), deployment("web", spec)])).findings
    assert bool(finding.remedy) is offered


def test_a_quota_is_offered_on_what_is_counted() -> None:
    """A namespace may hold hundreds of Services or finished Jobs, which the next of them would be refused for."""
    (finding,) = asked("quota_set", cluster([namespace("shop"), deployment("web", SPEC)])).findings
    assert finding.remedy[0]["spec"] == {"hard": {"pods": "200"}}


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "DaemonSet", "CronJob"])
def test_every_kind_of_workload_counts_in_default(kind: str) -> None:
    assert asked("default_namespace_unused", cluster([workload(kind, "web", dict(SPEC), "default")])).failed == 1


@pytest.mark.parametrize(
    ("scope", "status"), [(None, Status.PASS), (("default", "shop"), Status.PASS), (("shop",), Status.UNKNOWN)]
)
def test_default_is_not_called_empty_where_only_other_namespaces_were_read(
    scope: tuple[str, ...] | None, status: Status
) -> None:
    snapshot = cluster([namespace("shop"), deployment("web", SPEC)])
    coverage = {key: replace(item, namespaces=scope) for key, item in snapshot.coverage.items()}
    assert asked("default_namespace_unused", replace(snapshot, coverage=coverage)).status is status


def test_finished_pods_do_not_keep_a_namespace_in_use() -> None:
    done = pod("once", SPEC, "old", phase="Succeeded")
    assert verdicts("namespace_in_use", cluster([namespace("old"), done])) == {"old": False}


def autoscaler(kind: str, name: str, most: int) -> dict[str, Any]:
    spec = {"scaleTargetRef": {"apiVersion": "x/v1", "kind": kind, "name": name}, "maxReplicas": most}
    metadata = {"name": name, "namespace": "shop"}
    return {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": metadata, "spec": spec}


def replicated(name: str, replicas: int, kind: str = "Deployment", owner: str = "") -> dict[str, Any]:
    made = deployment(name, SPEC)
    owners = [{"kind": owner, "name": name, "uid": "u", "controller": True, "apiVersion": "x/v1"}] if owner else []
    metadata = {**made["metadata"], "ownerReferences": owners}
    return {**made, "kind": kind, "metadata": metadata, "spec": {**made["spec"], "replicas": replicas}}


def at_once(kind: str, pods: int, *conditions: str) -> dict[str, Any]:
    job = {"parallelism": pods, "template": {"spec": SPEC}}
    spec = {"schedule": "0 * * * *", "jobTemplate": {"spec": job}} if kind == "CronJob" else job
    status = {"conditions": [{"type": name, "status": "True"} for name in conditions]}
    metadata = {"name": "wide", "namespace": "shop"}
    return {"apiVersion": "batch/v1", "kind": kind, "metadata": metadata, "spec": spec, "status": status}


@pytest.mark.parametrize(
    ("objects", "pods"),
    [
        ([replicated("web", 3)], 200),
        ([replicated("web", 300), replicated("web-1", 300, "ReplicaSet", "Deployment")], 600),
        ([replicated("web", 3), autoscaler("Deployment", "web", 400)], 800),  # its peak is not today
        ([replicated("web", 3), autoscaler("Rollout", "api", 400)], 806),
        ([replicated("web-1", 300, "ReplicaSet", "Rollout")], 600),
        ([at_once("Job", 250)], 500),
        ([replicated("web", 3), at_once("Job", 250, "Failed")], 200),
        ([at_once("CronJob", 250)], 500),
    ],
)
def test_the_quota_that_is_offered_stops_nothing_that_workloads_may_come_to(
    objects: list[dict[str, Any]], pods: int
) -> None:
    snapshot = cluster([namespace("shop"), *objects])
    (finding,) = asked("quota_set", snapshot).findings
    assert finding.remedy[0]["spec"]["hard"] == {"pods": str(pods)}
    autoscalers = Coverage("horizontalpodautoscalers.autoscaling", Reading.PARTIAL, 1, "one does not fit")
    partly = replace(snapshot, coverage={**snapshot.coverage, autoscalers.key: autoscalers})
    assert asked("quota_set", partly).detail == ""  # no verdict depends on them


FENCES = ("resourcequotas", "limitranges", "networkpolicies.networking.k8s.io")
_TOLD = dict(zip(FENCES, ("quotas", "default_requests", "default_deny_ingress"), strict=True))


@pytest.mark.parametrize("denied", FENCES)
def test_a_fence_that_cannot_be_read_costs_only_what_is_said_of_it(denied: str) -> None:
    stuck = {**namespace("old"), "status": {"phase": "Terminating"}}
    stuck["metadata"]["deletionTimestamp"] = "2026-10-01T08:00:00Z"
    snapshot = without(cluster([namespace("shop"), stuck, deployment("web", SPEC)]), [denied], Reading.FORBIDDEN)
    about = {"quota_set": FENCES[:1], "limit_range_or_requests_set": FENCES[1:2], "namespace_isolated": FENCES[::2]}
    for check, fences in about.items():
        assert (asked(check, snapshot).status is Status.UNKNOWN) is (denied in fences), check
    assert asked("namespace_not_stuck", snapshot).failed == 1
    row = Tables(snapshot)["namespaces"].set_index("name").loc["shop"]
    assert set(row[list(_TOLD.values())].dropna().index) == {name for key, name in _TOLD.items() if key != denied}


@pytest.mark.parametrize(
    ("space", "failed"),
    [("kube-system", 1), ("kube-public", 1), ("kube-node-lease", 1), ("default", 0), ("kube-tools", 0)],
)
def test_namespaces_of_kubernetes_are_reserved(space: str, failed: int) -> None:
    snapshot = cluster([namespace(space), deployment("web", SPEC, space)])
    assert asked("system_namespaces_reserved", snapshot).failed == failed


@pytest.mark.parametrize("held", [deployment("web", SPEC, "shop"), pod("debug", SPEC, "shop")])
def test_a_namespace_is_in_use_by_pods_or_by_what_would_make_them(held: dict[str, Any]) -> None:
    assert verdicts("namespace_in_use", cluster([namespace("shop"), namespace("old"), held])) == {"old": False}
