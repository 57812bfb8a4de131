"""What-if: patches merge as the API server merges them, and a changed template reaches its pods."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from k8sready.objects.decoding import from_dict, from_manifest, to_manifest
from k8sready.objects.kinds import kind_of
from k8sready.objects.pods import Pod
from k8sready.snapshot.merging import strategic
from k8sready.sources.defaults import defaulted
from tests.checklist.clusters import cluster, manifests
from tests.controlplane.server import ControlPlane

Manifest = dict[str, Any]


def test_a_changed_template_reaches_the_pods_of_the_workload() -> None:
    before = cluster(manifests("base_images", "image_pinned", "fail"))
    fields = {"name": "web", "image": "registry.example/shop/web:1.0"}
    spec = {"template": {"spec": {"containers": [fields]}}}
    patch = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": spec,
    }
    after = before.apply([patch])
    assert {str(pod.spec.containers[0].image) for pod in after.of("pods", Pod)} == {"registry.example/shop/web:1.0"}
    assert {str(pod.spec.containers[0].image) for pod in before.of("pods", Pod)} == {"registry.example/shop/web:latest"}


MISFITS: list[Any] = [
    pytest.param({"spec": "x"}, id="text for a spec"),
    pytest.param({"spec": {"template": {"spec": {"containers": ["x"]}}}}, id="text for a container"),
    pytest.param({"spec": {"template": {"spec": {"$setElementOrder/containers": ["x"]}}}}, id="an order of texts"),
    pytest.param({"spec": {"replicas": "many"}}, id="text for a number"),
]


@pytest.mark.parametrize("change", MISFITS)
def test_a_manifest_of_another_form_is_refused_by_its_name(change: Manifest) -> None:
    before = cluster(manifests("base_images", "image_pinned", "fail"))
    named = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "namespace": "shop"}}
    with pytest.raises(msgspec.ValidationError):
        before.apply([{**named, **change}])


def test_what_is_no_list_of_named_manifests_is_refused() -> None:
    manifest = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a"}}
    with pytest.raises(TypeError, match=r"a list of manifests: \[manifest\]"):
        cluster().apply(manifest)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="a list of manifests"):
        cluster().apply("namespace.yaml")  # type: ignore[arg-type]
    for metadata in (None, {}, {"name": ""}, "a"):
        with pytest.raises(LookupError, match="Namespace without a name"):
            cluster().apply([{**manifest, "metadata": metadata}])


def test_objects_are_added_and_deleted() -> None:
    quota = {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": "q", "namespace": "a"},
        "spec": {"hard": {"pods": "1"}},
    }
    added = cluster().apply([quota])
    assert added.coverage["resourcequotas"].count == 1
    assert "resourcequotas" not in {
        key for key, items in added.apply([{**quota, "$patch": "delete"}]).objects.items() if items
    }


def owned(kind: str, name: str, owner: tuple[str, str, str] | None, **fields: Any) -> Manifest:
    """An object of namespace a with its owner (apiVersion, kind, name); uids are names."""
    owners = [{**dict(zip(("apiVersion", "kind", "name"), owner, strict=True)), "uid": owner[2]}] if owner else []
    references = [{**item, "controller": True} for item in owners]
    metadata = {"name": name, "namespace": "a", "uid": name, "ownerReferences": references}
    version = "v1" if kind == "Pod" else "apps/v1"
    return {"apiVersion": version, "kind": kind, "metadata": {**metadata, **fields.pop("metadata", {})}, **fields}


def rolled_out() -> list[Manifest]:
    """A Deployment with its ReplicaSet and pod, and a pod beside them."""
    spec, labels = {"containers": [container()]}, {"app": "web", "tier": "old"}
    hashed = {**labels, "pod-template-hash": "1"}
    notes = {"sidecar.istio.io/proxyCPU": "1"}
    own = {"labels": hashed, "annotations": {**notes, "cni.projectcalico.org/podIP": "10.0.0.1"}}
    replicas = {"template": {"metadata": {"labels": hashed, "annotations": notes}, "spec": spec}}
    template = {"metadata": {"labels": labels, "annotations": notes}, "spec": spec}
    return [
        owned("Deployment", "web", None, spec={"template": template}),
        owned("ReplicaSet", "web-1", ("apps/v1", "Deployment", "web"), spec=replicas),
        owned("Pod", "web-1-x", ("apps/v1", "ReplicaSet", "web-1"), spec=spec, metadata=own),
        owned("Pod", "alone", None, spec=spec),
    ]


def test_labels_of_a_changed_template_reach_the_pods() -> None:
    """Network policies and Services select pods by them."""
    notes = {"sidecar.istio.io/proxyCPU": None, "sidecar.istio.io/inject": "true"}
    metadata = {"labels": {"tier": None, "zone": "x"}, "annotations": notes}
    patch = owned("Deployment", "web", None, spec={"template": {"metadata": metadata}})
    after = cluster(rolled_out()).apply([patch])
    pods = {pod.metadata.name: pod.metadata for pod in after.of("pods", Pod)}
    assert pods["web-1-x"].labels == {"app": "web", "zone": "x", "pod-template-hash": "1"}
    assert set(pods["web-1-x"].annotations) == {"sidecar.istio.io/inject", "cni.projectcalico.org/podIP"}
    assert pods["alone"].labels == {}
    (replicas,) = after.objects["replicasets.apps"]
    assert replicas.spec.template.metadata.labels == pods["web-1-x"].labels
    assert replicas.spec.template.metadata.annotations == {"sidecar.istio.io/inject": "true"}


def test_what_a_deleted_object_owns_goes_with_it() -> None:
    after = cluster(rolled_out()).apply([{**owned("Deployment", "web", None), "$patch": "delete"}])
    assert {key: [item.metadata.name for item in items] for key, items in after.objects.items() if items} == {
        "pods": ["alone"]
    }
    assert after.coverage["pods"].count == 1


def test_what_is_in_a_deleted_namespace_goes_with_it() -> None:
    space = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a"}}
    after = cluster([*rolled_out(), space]).apply([{**space, "$patch": "delete"}])
    assert not any(after.objects.values())


def test_objects_of_manifests_own_nothing_by_a_uid_that_they_do_not_have() -> None:
    space = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a"}}
    nameless = [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web", "uid": ""}]
    inside = owned("Pod", "inside", None, metadata={"uid": ""})
    outside = owned("Pod", "outside", None, metadata={"namespace": "b", "ownerReferences": nameless})
    after = cluster([space, inside, outside]).apply([{**space, "$patch": "delete"}])
    assert [item.metadata.name for item in after.objects["pods"]] == ["outside"]


def test_a_kind_that_is_not_read_is_named() -> None:
    with pytest.raises(LookupError, match="Widget"):
        cluster().apply([{"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "w"}}])


_env = st.lists(
    st.one_of(
        st.builds(lambda n, v: {"name": n, "value": v}, st.sampled_from("ABC"), st.sampled_from(["1", "2"])),
        st.builds(lambda n: {"name": n, "$patch": "delete"}, st.sampled_from("ABC")),
    ),
    max_size=3,
    unique_by=lambda item: item["name"],
)
_mounts = st.lists(
    st.builds(
        lambda p, n, r: {"mountPath": p, "name": n, "readOnly": r},
        st.sampled_from(["/a", "/b"]),
        st.sampled_from("vw"),
        st.booleans(),
    ),
    max_size=2,
    unique_by=lambda item: item["mountPath"],
)
_container = st.fixed_dictionaries(
    {"name": st.sampled_from(["c", "d"])},
    optional={
        "image": st.sampled_from(["i:1", "i:2"]),
        "env": _env,
        "volumeMounts": _mounts,
        "args": st.lists(st.sampled_from(["-x", "-y"]), max_size=2),
        "securityContext": st.sampled_from(
            [{"privileged": True}, {"privileged": None}, {"runAsUser": 5}, {"$patch": "replace", "runAsUser": 6}, None]
        ),
        "ports": st.just([{"containerPort": 80, "name": "web"}]),
    },
)
_patches = st.fixed_dictionaries(
    {"containers": st.lists(_container, max_size=2, unique_by=lambda item: item["name"])},
    optional={
        "nodeSelector": st.sampled_from([{"pool": "x"}, {"pool": None}, {"$patch": "replace", "zone": "z"}, None]),
        "tolerations": st.just([{"key": "k", "operator": "Exists"}]),
        "automountServiceAccountToken": st.sampled_from([True, False, None]),
        "imagePullSecrets": st.just([{"name": "r"}]),
        "securityContext": st.sampled_from([{"runAsNonRoot": True}, {"fsGroup": None}]),
    },
)


@pytest.mark.controlplane
def test_strategic_merge_agrees_with_the_api_server(controlplane: ControlPlane) -> None:
    namespace, differing = controlplane.namespace("merge"), []
    containers = [
        {
            "name": name,
            "image": "i:0",
            "env": [{"name": "A", "value": "0"}, {"name": "B", "value": "0"}],
            "ports": [{"containerPort": 80}],
        }
        for name in ("c", "d")
    ]
    containers[0]["volumeMounts"] = [{"mountPath": "/a", "name": "v"}]
    pod = {
        "containers": containers,
        "volumes": [{"name": "v", "emptyDir": {}}, {"name": "w", "emptyDir": {}}],
        "nodeSelector": {"pool": "y"},
        "securityContext": {"fsGroup": 3},
    }
    metadata, labels = {"name": "d", "namespace": namespace}, {"a": "b"}
    spec = {"selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": pod}}
    path = f"/apis/apps/v1/namespaces/{namespace}/deployments"
    body = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec}
    assert controlplane.request("POST", path, body)[0] == 201
    stored = controlplane.get(f"{path}/d")
    compared = []

    @settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True)
    @given(_patches)
    def agree(change: Manifest) -> None:
        patch = {"spec": {"template": {"spec": change}}}
        headers = {"Content-Type": "application/strategic-merge-patch+json"}
        status, answer = controlplane.request("PATCH", f"{path}/d?dryRun=All", json.dumps(patch).encode(), headers)
        if status != 200:
            return
        compared.append(change)
        theirs = from_manifest(json.loads(answer))[1].spec.template.spec
        ours = from_manifest(strategic(stored, patch))[1].spec.template.spec
        if _plain(ours) != _plain(theirs):
            differing.append((change, _plain(ours), _plain(theirs)))

    agree()
    assert len(compared) >= 50
    for difference in differing[:1]:
        for name in difference[1]["containers"]:
            assert difference[1]["containers"][name] == difference[2]["containers"][name], difference[0]
        assert difference[1] == difference[2], difference[0]


def _plain(spec: Any) -> Manifest:
    """What checks read of a merged template, lists of named things in any order."""
    return {
        "containers": {
            item.name: (
                str(item.image),
                {variable.name: variable.value for variable in item.env},
                {mount.mount_path: (mount.name, mount.read_only) for mount in item.volume_mounts},
                item.args,
                item.security_context and (item.security_context.privileged, item.security_context.run_as_user),
                {port.container_port: port.name for port in item.ports},
            )
            for item in spec.containers
        },
        "rest": (spec.node_selector, spec.tolerations, spec.automount_service_account_token, spec.image_pull_secrets),
        "context": spec.security_context and (spec.security_context.run_as_non_root, spec.security_context.fs_group),
    }


def container(name: str = "c", **fields: Any) -> Manifest:
    return {"name": name, "image": "i:1", **fields}


ENV = [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]
POD_SPEC = {
    "containers": [container(env=ENV, ports=[{"containerPort": 80}, {"containerPort": 81}]), container("d")],
    "volumes": [{"name": "v", "hostPath": {"path": "/x"}}, {"name": "w", "emptyDir": {}}],
    "tolerations": [{"key": "a", "operator": "Exists"}],
    "imagePullSecrets": [{"name": "one"}],
    "hostAliases": [{"ip": "10.0.0.1", "hostnames": ["a"]}],
}
DEPLOYMENT = {
    "spec": {
        "selector": {"matchLabels": {"a": "b"}},
        "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 2}},
        "template": {"metadata": {"labels": {"a": "b"}}, "spec": POD_SPEC},
    }
}
SERVICE = {"spec": {"selector": {"a": "b"}, "ports": [{"name": "x", "port": 80}, {"name": "y", "port": 81}]}}
ACCOUNT = {"imagePullSecrets": [{"name": "one"}], "secrets": [{"name": "s"}], "metadata": {"finalizers": ["a.b/c"]}}
POLICY = {"spec": {"podSelector": {}, "ingress": [{"ports": [{"port": 80}]}], "policyTypes": ["Ingress"]}}
QUOTA = {"spec": {"hard": {"pods": "5", "secrets": "3"}}}
RANGE = {"spec": {"limits": [{"type": "Container", "max": {"cpu": "2"}}, {"type": "Pod", "max": {"cpu": "4"}}]}}
BUDGET = {"spec": {"selector": {"matchLabels": {"a": "b"}}, "minAvailable": 1}}
BINDING = {
    "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "r"},
    "subjects": [{"kind": "ServiceAccount", "name": "one", "namespace": "x"}],
}


def of_pods(patch: Manifest) -> Manifest:
    return {"spec": {"template": {"spec": patch}}}


PATCHES: list[Any] = [
    ("apps/v1", "Deployment", DEPLOYMENT, of_pods({"containers": [{"name": "c", "$patch": "delete"}]})),
    ("apps/v1", "Deployment", DEPLOYMENT, of_pods({"containers": [{"$patch": "replace"}, container("n")]})),
    (
        "apps/v1",
        "Deployment",
        DEPLOYMENT,
        of_pods({"containers": [{"name": "c", "env": [{"name": "A", "$patch": "delete"}]}]}),
    ),
    (
        "apps/v1",
        "Deployment",
        DEPLOYMENT,
        of_pods(
            {
                "$setElementOrder/containers": [{"name": "d"}, {"name": "c"}],
                "containers": [{"name": "d", "image": "i:2"}],
            }
        ),
    ),
    (
        "apps/v1",
        "Deployment",
        DEPLOYMENT,
        of_pods(
            {
                "$setElementOrder/containers": [{"name": "n"}, {"name": "c"}, {"name": "d"}],
                "containers": [container("n")],
            }
        ),
    ),
    (
        "apps/v1",
        "Deployment",
        DEPLOYMENT,
        of_pods({"volumes": [{"name": "v", "$retainKeys": ["name", "emptyDir"], "emptyDir": {}}]}),
    ),
    (
        "apps/v1",
        "Deployment",
        DEPLOYMENT,
        of_pods({"volumes": [{"name": "v", "hostPath": None, "secret": {"secretName": "s"}}]}),
    ),
    ("apps/v1", "Deployment", DEPLOYMENT, of_pods({"tolerations": [{"key": "b", "operator": "Exists"}]})),
    ("apps/v1", "Deployment", DEPLOYMENT, of_pods({"imagePullSecrets": [{"name": "two"}]})),
    ("apps/v1", "Deployment", DEPLOYMENT, of_pods({"hostAliases": [{"ip": "10.0.0.2", "hostnames": ["b"]}]})),
    (
        "apps/v1",
        "Deployment",
        DEPLOYMENT,
        of_pods({"containers": [{"name": "c", "ports": [{"containerPort": 80, "name": "web"}]}]}),
    ),
    ("apps/v1", "Deployment", DEPLOYMENT, of_pods({"containers": [{"name": "c", "env": None}]})),
    ("apps/v1", "Deployment", DEPLOYMENT, of_pods({"securityContext": {"$patch": "replace", "runAsUser": 5}})),
    ("apps/v1", "Deployment", DEPLOYMENT, {"spec": {"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}}),
    ("apps/v1", "Deployment", DEPLOYMENT, {"spec": {"strategy": {"type": "Recreate", "rollingUpdate": None}}}),
    ("apps/v1", "Deployment", DEPLOYMENT, {"metadata": {"labels": {"x": "y"}, "annotations": {"a": "b"}}}),
    ("v1", "Service", SERVICE, {"spec": {"ports": [{"port": 80, "name": "z"}]}}),
    ("v1", "Service", SERVICE, {"spec": {"ports": [{"port": 81, "$patch": "delete"}]}}),
    ("v1", "Service", SERVICE, {"spec": {"selector": {"a": None, "c": "d"}}}),
    ("v1", "ServiceAccount", ACCOUNT, {"imagePullSecrets": [{"name": "two"}]}),
    ("v1", "ServiceAccount", ACCOUNT, {"secrets": [{"name": "t"}]}),
    ("v1", "ServiceAccount", ACCOUNT, {"metadata": {"finalizers": ["d.e/f"]}}),
    ("v1", "ServiceAccount", ACCOUNT, {"metadata": {"$deleteFromPrimitiveList/finalizers": ["a.b/c"]}}),
    ("v1", "ServiceAccount", ACCOUNT, {"automountServiceAccountToken": False}),
    ("networking.k8s.io/v1", "NetworkPolicy", POLICY, {"spec": {"ingress": [{"ports": [{"port": 81}]}]}}),
    ("networking.k8s.io/v1", "NetworkPolicy", POLICY, {"spec": {"policyTypes": ["Egress"]}}),
    ("policy/v1", "PodDisruptionBudget", BUDGET, {"spec": {"selector": {"matchLabels": {"c": "d"}}}}),
    ("policy/v1", "PodDisruptionBudget", BUDGET, {"spec": {"selector": {}}}),
    ("policy/v1", "PodDisruptionBudget", BUDGET, {"spec": {"minAvailable": None, "maxUnavailable": "50%"}}),
    ("v1", "ResourceQuota", QUOTA, {"spec": {"hard": {"pods": None, "services": "2"}}}),
    ("v1", "LimitRange", RANGE, {"spec": {"limits": [{"type": "Container", "max": {"cpu": "3"}}]}}),
    (
        "rbac.authorization.k8s.io/v1",
        "RoleBinding",
        BINDING,
        {"subjects": [{"kind": "ServiceAccount", "name": "two", "namespace": "x"}]},
    ),
    ("rbac.authorization.k8s.io/v1", "RoleBinding", BINDING, {"subjects": None}),
]


@pytest.mark.controlplane
@pytest.mark.parametrize(("version", "name", "original", "patch"), PATCHES)
def test_a_patch_of_any_kind_gives_what_the_api_server_makes_of_it(
    controlplane: ControlPlane, version: str, name: str, original: Manifest, patch: Manifest
) -> None:
    kind = kind_of(version, name)
    assert kind is not None
    namespace = controlplane.namespace("patched")
    path = f"{'/apis' if '/' in version else '/api'}/{version}/namespaces/{namespace}/{kind.resource}"
    body = {**original, "metadata": {"name": "x", **original.get("metadata", {})}}
    assert controlplane.request("POST", path, body)[0] == 201
    stored = {"apiVersion": version, "kind": name, **controlplane.get(f"{path}/x")}
    headers = {"Content-Type": "application/strategic-merge-patch+json"}
    status, answer = controlplane.request("PATCH", f"{path}/x?dryRun=All", json.dumps(patch).encode(), headers)
    assert status == 200, answer
    named = {
        "apiVersion": version,
        "kind": name,
        "metadata": {"name": "x", "namespace": namespace, **patch.get("metadata", {})},
    }
    ours = cluster([stored]).apply([{**patch, **named}]).objects[kind.key][0]
    theirs = from_manifest(json.loads(answer))[1]
    after, theirs = (  # what is new in ours has no defaults yet
        from_dict(kind, defaulted(json.loads(json.dumps(to_manifest(kind, item))), namespaced=True))
        for item in (ours, theirs)
    )
    differing = [
        field
        for field in after.__struct_fields__
        if field != "metadata" and getattr(after, field) != getattr(theirs, field)
    ]
    assert differing == [], (after, theirs)
    mine, other = after.metadata, theirs.metadata
    assert (mine.labels, mine.annotations, mine.finalizers) == (other.labels, other.annotations, other.finalizers)
