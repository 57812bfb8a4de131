"""What only a real API server shows: tokens that expire, groups that are down, older discovery, denials, logins."""

import json
import time
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

import k8sready
from k8sready import needs
from k8sready.checks import Status
from k8sready.cli import main
from k8sready.errors import K8sReadyError
from k8sready.objects.core import Event
from k8sready.objects.kinds import BY_KEY, Kind
from k8sready.progress import Quiet, Step
from k8sready.reporting import to_json
from k8sready.snapshot import Reading, ServedResource, Snapshot
from k8sready.sources import discovery
from k8sready.sources.paging import Response
from tests.controlplane.fixtures import running
from tests.controlplane.server import ControlPlane

pytestmark = pytest.mark.controlplane
TOKENS = "serviceaccounts"
UTC = timezone.utc
LAST = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


@pytest.fixture(scope="module")
def controlplane() -> Iterator[ControlPlane]:
    """A server of its own: on the shared one others bind roles and run controllers."""
    with running() as plane:
        yield plane


def collected(kubeconfig: Path, **options: Any) -> Snapshot:
    return k8sready.collect(kubeconfig, requests_per_second=1000, **options)


def accounts(controlplane: ControlPlane, namespace: str, count: int) -> None:
    path = f"/api/v1/namespaces/{namespace}/serviceaccounts"
    controlplane.requests([("POST", path, {"metadata": {"name": f"a{number}"}}) for number in range(count)])


class _Compacting(Quiet):
    """Once the first page of a kind has arrived, what its token refers to is compacted away."""

    def __init__(self, controlplane: ControlPlane, key: str) -> None:
        self.plane, self.key, self.done = controlplane, key, False

    def step(self, step: Step) -> None:
        if step.key == self.key and step.objects and not self.done:
            self.done = True
            self.plane.namespace("later")
            self.plane.compact()


def test_a_list_whose_token_expires_on_the_real_server_is_complete(controlplane: ControlPlane) -> None:
    namespace = controlplane.namespace("expiring")
    accounts(controlplane, namespace, 1300)
    before = controlplane.audit_size()
    compacting = _Compacting(controlplane, "serviceaccounts")
    snapshot = collected(controlplane.kubeconfig(), namespaces=[namespace], progress=compacting)
    covered = snapshot.coverage["serviceaccounts"]
    assert compacting.done
    assert (covered.reading, covered.count) == (Reading.COMPLETE, 1300)
    lists = [item for item in controlplane.audit_events(before) if "/serviceaccounts?" in item["requestURI"]]
    expired = [item for item in lists if item["responseStatus"]["code"] == 410]
    assert covered.restarts == min(len(expired), 2)  # the watch cache may outlive etcd's compaction


@pytest.fixture
def down(controlplane: ControlPlane) -> Iterator[str]:
    """A group whose aggregated API server is nowhere."""
    spec = {
        "group": "aquasecurity.github.io",
        "version": "v1alpha1",
        "groupPriorityMinimum": 1000,
        "versionPriority": 15,
    }
    spec |= {"service": {"name": "nowhere", "namespace": "kube-system"}, "insecureSkipTLSVerify": True}
    path, name = "/apis/apiregistration.k8s.io/v1/apiservices", "v1alpha1.aquasecurity.github.io"
    assert controlplane.request("POST", path, {"metadata": {"name": name}, "spec": spec})[0] == 201
    _wait_for_group(controlplane, "aquasecurity.github.io", listed=True)
    yield "vulnerabilityreports.aquasecurity.github.io"
    controlplane.request("DELETE", f"{path}/{name}")
    _wait_for_group(controlplane, "aquasecurity.github.io", listed=False)


def _wait_for_group(controlplane: ControlPlane, group: str, *, listed: bool) -> None:
    """The aggregator learns of an APIService, and that it is gone, after the answer to the request."""
    deadline = time.monotonic() + 30
    while (group in {item.group for item in _served(controlplane, discovery.ACCEPT)}) is not listed:
        assert time.monotonic() < deadline, group
        time.sleep(0.05)


def _served(controlplane: ControlPlane, accept: str) -> tuple[ServedResource, ...]:
    def fetch(path: str) -> Response:
        return Response(*controlplane.request("GET", path, headers={"Accept": accept}))

    served, _ = discovery.served(fetch)
    assert served
    return served


def test_a_group_whose_server_is_down_has_failed_and_is_not_absent(controlplane: ControlPlane, down: str) -> None:
    covered = collected(controlplane.kubeconfig()).coverage[down]
    assert covered.reading is Reading.FAILED
    assert covered.reason


def test_discovery_group_by_group_says_the_same_as_aggregated_discovery(controlplane: ControlPlane) -> None:
    aggregated, legacy = (_served(controlplane, accept) for accept in (discovery.ACCEPT, "application/json"))
    assert {(i.group, i.version, i.resource, i.kind, i.namespaced) for i in legacy} == {
        (i.group, i.version, i.resource, i.kind, i.namespaced) for i in aggregated
    }


def plain(name: str, namespace: str) -> list[tuple[str, str, Any]]:
    """A namespace in which checks have something to pass."""
    pod = {"containers": [{"name": "c", "image": "registry.example/a:1@sha256:" + "a" * 64}]}
    hard = {"metadata": {"name": "q"}, "spec": {"hard": {"pods": "9"}}}
    template = {"metadata": {"labels": {"a": "b"}}, "spec": pod}
    deployment = {
        "metadata": {"name": name},
        "spec": {"selector": {"matchLabels": {"a": "b"}}, "template": template},
    }
    policy = {"metadata": {"name": "p"}, "spec": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}}
    core, apps = f"/api/v1/namespaces/{namespace}", f"/apis/apps/v1/namespaces/{namespace}"
    network = f"/apis/networking.k8s.io/v1/namespaces/{namespace}/networkpolicies"
    return [
        ("POST", f"{core}/pods", {"metadata": {"name": name}, "spec": pod}),
        ("POST", f"{core}/resourcequotas", hard),
        ("POST", f"{apps}/deployments", deployment),
        ("POST", network, policy),
    ]


def reader(controlplane: ControlPlane, namespace: str, denied: Kind | None) -> Path:
    """A ServiceAccount with the printed role, less one kind."""
    role, account = needs.cluster_role(secrets=True), f"r{(denied.resource if denied else 'all')[:40]}"
    name = f"{namespace}-{account}"
    role["metadata"]["name"] = name
    for rule in role["rules"] if denied else ():
        if denied and rule.get("apiGroups") == [denied.group]:
            rule["resources"] = [resource for resource in rule["resources"] if resource != denied.resource]
    role["rules"] = [rule for rule in role["rules"] if rule.get("resources", True)]
    subject = {"kind": "ServiceAccount", "name": account, "namespace": namespace}
    ref = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": name}
    root = "/apis/rbac.authorization.k8s.io/v1"
    binding = {"metadata": {"name": name}, "roleRef": ref, "subjects": [subject]}
    made = controlplane.requests(
        [("POST", f"{root}/clusterroles", role), ("POST", f"{root}/clusterrolebindings", binding)]
    )
    assert [status for status, _ in made] == [201, 201]
    probe = "nodes" if denied and denied.key != "nodes" else "namespaces"
    return controlplane.kubeconfig_for(namespace, account, lists=probe)


@pytest.fixture(scope="module")
def furnished(controlplane: ControlPlane) -> tuple[str, dict[str, Status], Snapshot]:
    namespace = controlplane.namespace("denied")
    controlplane.requests(plain("web", namespace))
    snapshot = collected(reader(controlplane, namespace, None), secrets=True)
    whole = k8sready.assess(snapshot, prove=False)
    return namespace, {item.check: item.status for item in whole.results}, snapshot


SERVED = [kind for kind in needs.kinds() if not kind.custom]


@pytest.mark.parametrize("kind", SERVED, ids=lambda kind: kind.key)
def test_a_kind_denied_on_the_real_server_turns_nothing_green_and_is_named(
    controlplane: ControlPlane, furnished: tuple[str, dict[str, Status], Snapshot], kind: Kind
) -> None:
    namespace, before, whole = furnished
    snapshot = collected(reader(controlplane, namespace, kind), secrets=True)
    assert (whole.reading(kind.key), snapshot.reading(kind.key)) == (Reading.COMPLETE, Reading.FORBIDDEN)
    after = k8sready.assess(snapshot, prove=False)
    assert [i.check for i in after.results if i.status is Status.PASS and before[i.check] is not Status.PASS] == []
    (told,) = [item for item in json.loads(to_json(after))["coverage"] if item["resource"] == kind.key]
    assert (told["reading"], "403" in told["reason"]) == ("forbidden", True)


def test_a_pod_that_is_nested_as_deeply_as_the_server_allows_costs_nothing(
    controlplane: ControlPlane, tmp_path: Path
) -> None:
    namespace = controlplane.namespace("deep")
    fields = '{"f:a":' * 5000 + "{}" + "}" * 5000
    managed = f'[{{"manager":"m","operation":"Update","apiVersion":"v1","fieldsType":"FieldsV1","fieldsV1":{fields}}}]'
    (tmp_path / "pod.json").write_text(
        '{"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"name":"c","image":"a:1"}]},'
        f'"metadata":{{"name":"deep","managedFields":{managed}}}}}'
    )
    pods = f"/api/v1/namespaces/{namespace}/pods"
    controlplane.kubectl("create", "--raw", pods, "-f", str(tmp_path / "pod.json"))
    try:
        snapshot = collected(controlplane.kubeconfig())
    finally:
        controlplane.kubectl("delete", "pod", "deep", "-n", namespace, "--force", "--grace-period=0")
    assert snapshot.reading("pods") is Reading.COMPLETE
    assert "deep" in {item.metadata.name for item in snapshot.objects["pods"]}


def test_times_that_only_go_knows_cost_nothing(controlplane: ControlPlane) -> None:
    """Whoever may write a template or an event may date it in the year 0, or beyond 9999."""
    namespace = controlplane.namespace("odd-times")
    early, late = "0000-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00"
    written = {"manager": "m", "operation": "Update", "apiVersion": "apps/v1", "fieldsType": "FieldsV1"}
    pod = {"restartPolicy": "Never", "containers": [{"name": "c", "image": "a:1"}]}
    job = {"metadata": {"creationTimestamp": early}, "spec": {"template": {"spec": pod}}}
    template = {
        "metadata": {"labels": {"a": "b"}, "deletionTimestamp": late},
        "spec": {"containers": pod["containers"]},
    }
    made = [
        ("apps/v1/{}/deployments", {"selector": {"matchLabels": {"a": "b"}}, "template": template}),
        ("batch/v1/{}/cronjobs", {"schedule": "@daily", "jobTemplate": job}),
    ]
    for path, spec in made:
        metadata = {"name": "dated", "managedFields": [{**written, "time": early, "fieldsV1": {}}]}
        where = f"/apis/{path.format(f'namespaces/{namespace}')}"
        assert controlplane.request("POST", where, {"metadata": metadata, "spec": spec})[0] == 201
    about = {"kind": "Pod", "name": "a", "namespace": namespace}
    event = {"metadata": {"name": "dated"}, "involvedObject": about, "firstTimestamp": early, "lastTimestamp": late}
    assert controlplane.request("POST", f"/api/v1/namespaces/{namespace}/events", event)[0] == 201
    snapshot = collected(controlplane.kubeconfig(), namespaces=[namespace])
    for key in ("deployments.apps", "cronjobs.batch", "events"):
        assert (key, snapshot.reading(key), len(snapshot.objects[key])) == (key, Reading.COMPLETE, 1)
    (told,) = snapshot.of("events", Event)
    assert (told.first_timestamp, told.last_timestamp) == (datetime.min.replace(tzinfo=UTC), LAST)


def plugin(folder: Path, script: str) -> dict[str, Any]:
    program = folder / "plugin"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    version = "client.authentication.k8s.io/v1"
    return {"exec": {"apiVersion": version, "command": str(program), "interactiveMode": "Never"}}


def test_a_login_plugin_is_run(controlplane: ControlPlane, tmp_path: Path) -> None:
    status = {"token": controlplane.admin_token}
    answer = {"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": status}
    kubeconfig = controlplane.kubeconfig_with(tmp_path / "kubeconfig", plugin(tmp_path, f"echo '{json.dumps(answer)}'"))
    assert collected(kubeconfig).identity.user == "admin"


def test_a_login_plugin_that_fails_is_told_without_what_it_printed(
    controlplane: ControlPlane, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    kubeconfig = controlplane.kubeconfig_with(
        tmp_path / "kubeconfig", plugin(tmp_path, "echo hunter2-plugin >&2; echo hunter2-out; exit 3")
    )
    with pytest.raises(K8sReadyError, match=r"the login plugin .* failed"):
        collected(kubeconfig)
    told = capfd.readouterr()
    assert "hunter2" not in told.out + told.err


@pytest.mark.parametrize(
    ("user", "told"),
    [({}, "forbids to ask what it serves"), ({"token": "hunter2-stale"}, "does not accept the credentials")],
)
def test_credentials_that_are_none_are_told(
    controlplane: ControlPlane, tmp_path: Path, user: dict[str, Any], told: str
) -> None:
    with pytest.raises(K8sReadyError, match=told) as raised:
        collected(controlplane.kubeconfig_with(tmp_path / "kubeconfig", user))
    assert "hunter2" not in str(raised.value)


def test_an_unknown_namespace_is_a_mistake_and_not_an_empty_cluster(controlplane: ControlPlane) -> None:
    with pytest.raises(K8sReadyError, match="no namespace 'does-not-exist'"):
        collected(controlplane.kubeconfig(), namespaces=["default", "does-not-exist"])


def test_the_program_reads_the_namespace_of_the_context_where_it_may_not_list_namespaces(
    controlplane: ControlPlane, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    namespace = controlplane.namespace("home")
    controlplane.requests(plain("web", namespace))
    resources = "--resource=pods,services,resourcequotas,serviceaccounts"
    controlplane.kubectl("create", "role", "view", "-n", namespace, "--verb=get,list", resources)
    account = f"--serviceaccount={namespace}:v"
    controlplane.kubectl("create", "rolebinding", "view", "-n", namespace, "--role=view", account)
    user = {"token": controlplane.token_for(namespace, "v")}
    kubeconfig = controlplane.kubeconfig_with(tmp_path / "kubeconfig", user, namespace=namespace)
    file = tmp_path / "s.k8sready"
    assert main(["collect", "--kubeconfig", str(kubeconfig), "-o", str(file)]) == 0
    snapshot = k8sready.open(file)
    assert [item.metadata.name for item in snapshot.objects["pods"]] == ["web"]
    assert snapshot.coverage["pods"].namespaces == (namespace,)
    assert snapshot.reading("nodes") is Reading.FORBIDDEN
    told = capsys.readouterr().err
    assert "Cannot list" in told
    assert "k8sready role" in told


def test_a_collection_that_may_read_nothing_is_no_success(
    controlplane: ControlPlane, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    namespace, file = controlplane.namespace("nobody"), tmp_path / "s.k8sready"
    user = {"token": controlplane.token_for(namespace, "n")}
    kubeconfig = controlplane.kubeconfig_with(tmp_path / "kubeconfig", user)
    command = ["collect", "--kubeconfig", str(kubeconfig), "-o", str(file)]
    assert main(command) == 2
    told = capsys.readouterr().err
    assert "nothing could be read" in told
    assert "name those to read with -n" in told
    assert k8sready.open(file).reading("pods") is Reading.FORBIDDEN
    controlplane.kubectl("create", "role", "lists", "-n", namespace, "--verb=list", "--resource=pods")
    account = f"--serviceaccount={namespace}:n"
    controlplane.kubectl("create", "rolebinding", "lists", "-n", namespace, "--role=lists", account)
    controlplane.kubeconfig_for(namespace, "n", lists="pods")
    assert main([*command, "-n", namespace]) == 0  # there are none, which is something


def test_whoever_sees_many_namespaces_and_may_read_one_asks_once_for_each(controlplane: ControlPlane) -> None:
    """Of 5,000 namespaces a review for each kind would take an hour."""
    namespace = controlplane.namespace("sees")
    controlplane.requests(plain("web", namespace))
    account = f"--serviceaccount={namespace}:s"
    controlplane.kubectl("create", "clusterrole", namespace, "--verb=list", "--resource=namespaces")
    controlplane.kubectl("create", "clusterrolebinding", namespace, f"--clusterrole={namespace}", account)
    controlplane.kubectl("create", "role", "s", "-n", namespace, "--verb=*", "--resource=pods,deployments.apps")
    controlplane.kubectl(
        "create", "role", "no", "-n", namespace, "--verb=list", "--resource=jobs.batch", "--resource-name=j"
    )
    for role in ("s", "no"):
        controlplane.kubectl("create", "rolebinding", role, "-n", namespace, f"--role={role}", account)
    kubeconfig = controlplane.kubeconfig_for(namespace, "s", lists="pods")
    before = controlplane.audit_size()
    snapshot = collected(kubeconfig)
    asked = [event["requestURI"].rpartition("/")[2] for event in controlplane.audit_events(before)]
    assert asked.count("selfsubjectrulesreviews") == snapshot.coverage["namespaces"].count
    assert asked.count("selfsubjectaccessreviews") <= len(needs.kinds()) + 1
    for key, reading in (
        ("pods", Reading.PARTIAL),
        ("deployments.apps", Reading.PARTIAL),
        ("jobs.batch", Reading.FORBIDDEN),
    ):
        assert snapshot.reading(key) is reading
    assert [item.metadata.name for item in snapshot.objects["pods"]] == ["web"]  # type: ignore[attr-defined]
    assert namespace not in snapshot.coverage["pods"].missing


def test_namespaces_that_are_not_known_are_not_claimed(controlplane: ControlPlane, tmp_path: Path) -> None:
    """Where namespaces cannot be listed, that of the context is read, and others may hold what it does not."""
    namespace, role = controlplane.namespace("known"), ("--verb=list", "--resource=pods,secrets")
    controlplane.requests(plain("web", namespace))
    controlplane.kubectl("create", "role", "lists", "-n", namespace, *role)
    controlplane.kubectl(
        "create", "rolebinding", "lists", "-n", namespace, "--role=lists", f"--serviceaccount={namespace}:l"
    )
    controlplane.kubeconfig_for(namespace, "l", lists="pods")
    kubeconfig = controlplane.kubeconfig_with(
        tmp_path / "kubeconfig", {"token": controlplane.token_for(namespace, "l")}, namespace=namespace
    )
    unasked = collected(kubeconfig, secrets=True)
    chosen = collected(kubeconfig, secrets=True, namespaces=[namespace])
    for key in ("pods", "secrets"):
        covered = unasked.coverage[key]
        assert (covered.reading, covered.namespaces) == (Reading.PARTIAL, (namespace,))
        assert "-n" in covered.reason
        assert (chosen.reading(key), chosen.coverage[key].namespaces) == (Reading.COMPLETE, (namespace,))


def test_the_role_names_every_resource_and_only_reads() -> None:
    rules = needs.cluster_role(secrets=True)["rules"]
    assert {verb for rule in rules for verb in rule["verbs"]} == {"get", "list"}
    assert not any("*" in text for rule in rules for texts in rule.values() for text in texts)
    named = {(rule["apiGroups"][0], resource) for rule in rules for resource in rule.get("resources", ())}
    assert named == {(kind.group, kind.resource) for kind in needs.kinds()}
    assert {key for key in BY_KEY if key not in {kind.key for kind in needs.kinds()}} != set(BY_KEY)
