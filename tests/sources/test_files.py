"""Manifests and dumps: what is read, what is skipped, and what a broken file costs."""

import json
import os
import shutil
import threading
from pathlib import Path
from typing import Any

import pytest
import yaml

import k8sready
from k8sready.checklist import CHECKLIST
from k8sready.checks import Status
from k8sready.errors import K8sReadyError
from k8sready.notebook.folder import key
from k8sready.objects.core import SecretRow
from k8sready.objects.kinds import KINDS, Kind
from k8sready.objects.pods import Pod
from k8sready.snapshot import Origin, Reading, Snapshot, open_snapshot, save
from k8sready.tables import TABLES

Manifest = dict[str, Any]
NAMESPACE: Manifest = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a"}}


def pod(name: str = "p", **spec: Any) -> Manifest:
    body = {"containers": [{"name": "c", "image": "nginx"}], **spec}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": "a"}, "spec": body}


def opened(folder: Path, **files: str) -> Snapshot:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)
    return k8sready.open(folder)


def test_documents_lists_and_folders_are_read_together(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "x.json").write_text(json.dumps(pod("json")))
    listed = {"apiVersion": "v1", "kind": "List", "items": [pod("listed")]}
    snapshot = opened(tmp_path, a=yaml.safe_dump_all([NAMESPACE, pod("one")]), b=yaml.safe_dump(listed))
    assert [item.metadata.name for item in snapshot.objects["pods"]] == ["json", "listed", "one"]
    assert snapshot.identity.origin is Origin.MANIFESTS


def test_broken_yaml_costs_only_itself_and_is_told_with_its_line(tmp_path: Path) -> None:
    snapshot = opened(tmp_path, good=yaml.safe_dump(pod()), bad="a: 1\nb: [\n")
    covered = snapshot.coverage["pods"]
    assert covered.count == 1
    assert covered.reading is Reading.PARTIAL
    assert "bad.yaml: line" in covered.reason


def test_an_object_that_does_not_fit_costs_only_itself(tmp_path: Path) -> None:
    snapshot = opened(tmp_path, a=yaml.safe_dump_all([pod("good"), pod("bad", containers=7)]))
    assert len(snapshot.objects["pods"]) == 1
    assert "bad" in snapshot.coverage["pods"].broken[0]


def test_other_yaml_is_no_reason_to_stop(tmp_path: Path) -> None:
    snapshot = opened(
        tmp_path, values="replicas: 2\nimage: {tag: x}\n", crd="apiVersion: x/v1\nkind: Y\n", p=yaml.safe_dump(pod())
    )
    assert snapshot.reading("pods") is Reading.COMPLETE


def test_an_alias_bomb_is_refused(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x,x]"] + [f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    snapshot = opened(tmp_path, bomb="\n".join(lines), p=yaml.safe_dump(pod()))
    assert "unfold without end" in snapshot.coverage["pods"].reason


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "outside.yaml").write_text(yaml.safe_dump(pod("outside")))
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "link.yaml").symlink_to(tmp_path / "outside.yaml")
    snapshot = opened(inside, p=yaml.safe_dump(pod("own")))
    assert [item.metadata.name for item in snapshot.objects["pods"]] == ["own"]


def test_a_folder_without_kubernetes_objects_says_what_it_found(tmp_path: Path) -> None:
    with pytest.raises(K8sReadyError, match="no Kubernetes object"):
        opened(tmp_path, values="replicas: 2")


def test_a_dump_knows_only_the_kinds_it_holds(tmp_path: Path) -> None:
    items = [{**pod(), "metadata": {"name": "p", "namespace": "a", "uid": "1"}}]
    (tmp_path / "dump.json").write_text(json.dumps({"apiVersion": "v1", "kind": "PodList", "items": items}))
    snapshot = k8sready.open(tmp_path / "dump.json")
    assert snapshot.identity.origin is Origin.DUMP
    assert snapshot.reading("pods") is Reading.COMPLETE
    assert snapshot.reading("services") is Reading.NOT_REQUESTED


def test_of_a_secret_only_type_and_number_of_keys_are_kept(tmp_path: Path) -> None:
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "s"},
        "type": "Opaque",
        "data": {"a": "eA==", "b": "eA=="},
    }
    rows = opened(tmp_path, s=yaml.safe_dump(secret)).of("secrets", SecretRow)
    assert [(row.type, row.data_count) for row in rows] == [("Opaque", 2)]


BASE = Path("data/demo/shop-prod")


@pytest.fixture(scope="module")
def whole() -> dict[str, Status]:
    return {result.check: result.status for result in k8sready.assess(k8sready.open(BASE), prove=False).results}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)
def test_a_broken_object_leaves_its_kind_partial_and_nothing_turns_green(
    kind: Kind, whole: dict[str, Status], tmp_path: Path
) -> None:
    shutil.copytree(BASE, tmp_path / "folder")
    broken = {"apiVersion": kind.api_version, "kind": kind.name, "metadata": {"name": "broken", "labels": {"a": 7}}}
    (tmp_path / "folder" / "broken.json").write_text(json.dumps(broken))
    snapshot = k8sready.open(tmp_path / "folder")
    covered = snapshot.coverage[kind.key]
    assert covered.reading is Reading.PARTIAL
    assert "broken.json" in covered.broken[0]
    after = k8sready.assess(snapshot, prove=False)
    assert [
        item.check for item in after.results if item.status is Status.PASS and whole[item.check] is not Status.PASS
    ] == []
    readers = {name for name, table in TABLES.items() if kind.key in table.reads}
    checks = {check.name for section in CHECKLIST for check in section.checks if readers & set(check.tables)}
    assert [item.check for item in after.results if item.check in checks and item.status is Status.PASS] == []


def test_a_file_that_cannot_be_read_leaves_every_kind_partial_and_no_check_green(tmp_path: Path) -> None:
    shutil.copytree(BASE, tmp_path / "folder")
    (tmp_path / "folder" / "x.yaml").write_bytes(b"\xff\xfe\xff")
    snapshot = k8sready.open(tmp_path / "folder")
    assert {covered.reading for covered in snapshot.coverage.values()} == {Reading.PARTIAL}
    assert [item.check for item in k8sready.assess(snapshot, prove=False).results if item.status is Status.PASS] == []


# The reader of JSON takes it, and Python's own functions do not: from 3.12 on they need fewer frames.
UNTOLD: list[Any] = [
    pytest.param({**pod(), "apiVersion": 1}, "", id="an apiVersion that is no text"),
    pytest.param({"apiVersion": "v1", "metadata": {"name": "p"}, "spec": {}}, "", id="no kind"),
    pytest.param({"apiVersion": "v1", "kind": "List", "items": ["x"]}, "", id="a list of words"),
    pytest.param({"apiVersion": "v1", "kind": "PodList", "items": "x"}, "pods", id="a list without items"),
    pytest.param({**pod(), "kind": "pod"}, "pods", id="a kind in small letters"),
    pytest.param(
        {**pod(), "kind": "Ingress", "apiVersion": "extensions/v1beta1"}, "ingresses.networking.k8s.io", id="old"
    ),
    pytest.param(
        {**pod(), "kind": "Ingress", "apiVersion": "networking.k8s.io/v1beta1"},
        "ingresses.networking.k8s.io",
        id="an old version with other fields",
    ),
    pytest.param(
        {"apiVersion": "v1", "kind": "Service", "metadata": {"generateName": "p-"}},
        "services",
        id="a name that the API server is to make up, of what others refer to by name",
    ),
    pytest.param(pod(containers=[{"name": "c", "image": "{{ .Values.image }}"}]), "pods", id="a template in quotes"),
    pytest.param(pod(containers=None), "pods", id="no containers"),
    pytest.param(
        pod(containers=[{"name": "c", "env": [{"name": "a", "value": {"b": 1}}]}]), "pods", id="a map as value"
    ),
    pytest.param(pod(name="{{ .Values.name }}"), "pods", id="a template that is valid YAML"),
    pytest.param({**pod(), "metadata": {"name": "p", "managedFields": "x"}}, "pods", id="managers of a wrong type"),
    pytest.param(
        {**pod(), "metadata": {"name": "p", "creationTimestamp": "2020-01-01T00:00:00"}}, "pods", id="no zone"
    ),
    pytest.param({**pod(), "status": {"startTime": "2020-01-01T00:00:00"}}, "pods", id="no zone within"),
    pytest.param(pod(terminationGracePeriodSeconds="99999999999999999999"), "pods", id="text for a number"),
    pytest.param(pod(terminationGracePeriodSeconds=1e300), "pods", id="no whole number"),
    pytest.param(pod(hostNetwork="true"), "pods", id="text for a truth"),
]


@pytest.mark.parametrize(("manifest", "key"), UNTOLD)
def test_what_is_no_object_is_told_at_its_kind_or_at_all(manifest: Manifest, key: str, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(json.dumps(manifest))
    snapshot = opened(tmp_path, good=json.dumps(pod("good")))
    partial = {name for name, covered in snapshot.coverage.items() if covered.reading is Reading.PARTIAL}
    assert partial == ({key} if key else set(snapshot.coverage))
    assert [item.metadata.name for item in snapshot.objects["pods"]] == ["good"]


@pytest.mark.parametrize("depth", [150, 300, 600, 1_500, 9_000])
def test_what_is_nested_deeper_than_anything_that_is_read_costs_nothing_else(depth: int, tmp_path: Path) -> None:
    manifest = json.dumps({**pod(x="DEEP"), "status": {"phase": "Running"}})
    (tmp_path / "x.json").write_text(manifest.replace('"DEEP"', '{"x":[' * (depth // 2) + "]}" * (depth // 2)))
    snapshot = opened(tmp_path, good=json.dumps(pod("good")))
    assert snapshot.reading("pods") is Reading.COMPLETE
    assert [item.status.phase for item in snapshot.of("pods", Pod)] == ["", "Running"]


def test_charts_and_values_are_no_objects(tmp_path: Path) -> None:
    snapshot = opened(
        tmp_path, Chart="apiVersion: v2\nname: x\nversion: 1.0.0\n", values="kind: DaemonSet\n", p=yaml.safe_dump(pod())
    )
    assert snapshot.reading("pods") is Reading.COMPLETE


def test_an_object_that_stands_twice_and_differs_is_told(tmp_path: Path) -> None:
    snapshot = opened(
        tmp_path, a=yaml.safe_dump(pod()), b=yaml.safe_dump(pod(hostPID=True)), c=yaml.safe_dump(pod(hostPID=True))
    )
    covered = snapshot.coverage["pods"]
    assert (covered.count, covered.reading, len(covered.broken)) == (1, Reading.PARTIAL, 1)


def test_the_same_object_in_two_files_is_one(tmp_path: Path) -> None:
    snapshot = opened(tmp_path, a=yaml.safe_dump(pod()), b=yaml.safe_dump(pod()))
    assert (snapshot.coverage["pods"].count, snapshot.reading("pods")) == (1, Reading.COMPLETE)


def test_what_the_server_would_name_is_read_under_the_start_of_its_name(tmp_path: Path) -> None:
    """As hooks and one-off Jobs are kept in Git, for kubectl create."""
    hooks = [pod() | {"metadata": {"generateName": "migrate-", "namespace": "a"}} for _ in range(2)]
    snapshot = opened(tmp_path, a=yaml.safe_dump_all([*hooks, pod() | {"metadata": {"generateName": "seed-"}}]))
    assert [item.metadata.name for item in snapshot.objects["pods"]] == ["migrate-*", "migrate-*2", "seed-*"]
    assert snapshot.coverage["pods"].reading is Reading.COMPLETE


def test_a_kustomization_that_changes_manifests_is_told(tmp_path: Path) -> None:
    plain = opened(tmp_path, kustomization="resources: [p.yaml]\n", p=yaml.safe_dump(pod()))
    assert plain.reading("pods") is Reading.COMPLETE
    changed = opened(tmp_path, kustomization="resources: [p.yaml]\nimages: [{name: nginx, newTag: '1'}]\n")
    assert "images not applied" in changed.coverage["pods"].reason


@pytest.mark.parametrize(
    ("resource", "read"),
    [
        ("../pods.yaml", True),
        ("../base", True),
        ("./more", True),
        ("../../base", False),  # outside of what was opened
        ("..", True),
        ("../..", False),
        ("/srv/base", False),
        ("https://example.com/all.yaml", False),
        ("github.com/acme/shop//deploy?ref=v1", False),
        ("github.com/acme/shop", False),
        ("git@git.example.com:acme/shop.git", False),
        ("git.example.com/acme/shop?ref=v1", False),
    ],
)
def test_resources_from_elsewhere_are_told_to_be_missing(resource: str, read: bool, tmp_path: Path) -> None:
    (tmp_path / "prod").mkdir()
    (tmp_path / "prod" / "kustomization.yaml").write_text(yaml.safe_dump({"resources": [resource]}))
    covered = opened(tmp_path, pods=yaml.safe_dump(pod())).coverage["pods"]
    assert (covered.reading is Reading.COMPLETE) is read
    assert ("resources from elsewhere" in covered.reason) is not read


def test_a_kustomization_may_be_a_file_without_an_ending(tmp_path: Path) -> None:
    (tmp_path / "Kustomization").write_text("resources: [p.yaml]\nnamePrefix: x-\n")
    assert "namePrefix not applied" in opened(tmp_path, p=yaml.safe_dump(pod())).coverage["pods"].reason


def paged(names: str, following: str = "", left: int = 0) -> str:
    items = [{"metadata": {"name": name, "namespace": "a", "uid": name}, "spec": {"containers": []}} for name in names]
    metadata = {"continue": following, "remainingItemCount": left or None}
    return json.dumps({"apiVersion": "v1", "kind": "PodList", "metadata": metadata, "items": items})


@pytest.mark.parametrize(
    ("pages", "reading"),
    [
        ([paged("ab", "x", 2), paged("cd")], Reading.COMPLETE),
        ([paged("ab", "x", 2)], Reading.PARTIAL),
        ([paged("ab", "x", 4), paged("ef")], Reading.PARTIAL),
        ([paged("")], Reading.COMPLETE),
    ],
)
def test_a_list_without_all_its_pages_is_partial(pages: list[str], reading: Reading, tmp_path: Path) -> None:
    (tmp_path / "pages.json").write_text("\n".join([*pages, json.dumps(NAMESPACE)]))
    assert k8sready.open(tmp_path / "pages.json").reading("pods") is reading


def test_a_dump_of_pods_alone_shows_what_the_pods_show(tmp_path: Path) -> None:
    (tmp_path / "pods.json").write_text(paged("ab"))
    snapshot = k8sready.open(tmp_path / "pods.json")
    assert snapshot.reading("deployments.apps") is Reading.PARTIAL
    assert snapshot.reading("services") is Reading.NOT_REQUESTED


def test_a_pipe_is_read_like_a_file(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_text(json.dumps(pod())))
    writer.start()
    assert k8sready.open(pipe).coverage["pods"].count == 1
    writer.join()


def test_a_folder_may_have_any_name_that_a_disk_takes(tmp_path: Path) -> None:
    """Names on disk are bytes; what is kept of one is text."""
    folder = tmp_path / os.fsdecode(b"caf\xe9\x1b[31m")
    folder.mkdir()
    (folder / os.fsdecode(b"\xff.json")).write_text(json.dumps(pod("good")))
    (folder / "bad.yaml").write_text("a: [")
    snapshot = k8sready.open(folder)
    assert open_snapshot(save(snapshot, tmp_path / "s.k8sready")) == snapshot
    assert key(snapshot.identity, str(folder))


def test_a_folder_is_as_old_as_its_newest_manifest(tmp_path: Path) -> None:
    """A report beside the manifests does not change when they were captured, nor does a clock that went wrong."""
    opened(tmp_path, p=yaml.safe_dump(pod()), q=yaml.safe_dump(pod("q")))
    os.utime(tmp_path / "p.yaml", (1_700_000_000, 1_700_000_000))
    (tmp_path / "report.html").write_text("")
    (tmp_path / "gone.yaml").symlink_to(tmp_path / "nowhere")
    os.utime(tmp_path / "q.yaml", (0, 0))
    assert k8sready.open(tmp_path).identity.captured_at.timestamp() == 1_700_000_000


@pytest.mark.parametrize("time", [OverflowError, ValueError, PermissionError])
def test_a_file_that_tells_no_time_is_read(
    time: type[Exception], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some disks keep years that no calendar has; of a folder one may list only the names."""

    def raising(*_: object) -> None:
        raise time

    (tmp_path / "p.yaml").write_text(yaml.safe_dump(pod()))
    monkeypatch.setattr("k8sready.sources.documents.datetime", type("Clock", (), {"fromtimestamp": raising}))
    assert k8sready.open(tmp_path).coverage["pods"].count == 1


def test_a_link_to_a_file_that_is_named_otherwise_is_read(tmp_path: Path) -> None:
    """As in stores that keep files by their content."""
    (tmp_path / "blob").write_text(yaml.safe_dump(pod("stored")))
    (tmp_path / "p.yaml").symlink_to("blob")
    (tmp_path / "again.yaml").symlink_to("p.yaml")
    assert opened(tmp_path, q=yaml.safe_dump(pod("q"))).coverage["pods"].count == 2


def test_dumps_of_two_clusters_are_not_taken_for_one(tmp_path: Path) -> None:
    for uid in ("one", "two"):
        system = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "kube-system", "uid": uid}}
        (tmp_path / f"{uid}.json").write_text(json.dumps(system))
    with pytest.raises(K8sReadyError, match=r"2 clusters are mixed here .* one, two"):
        k8sready.open(tmp_path)
    assert k8sready.open(tmp_path / "one.json").identity.uid == "one"


def test_a_path_may_begin_at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a notebook no shell has written it out."""
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "p.yaml").write_text(yaml.safe_dump(pod()))
    assert k8sready.open("~/p.yaml").coverage["pods"].count == 1
    monkeypatch.chdir(tmp_path)
    (tmp_path / "~p.yaml").write_text(yaml.safe_dump(pod()))
    assert k8sready.open("~p.yaml").coverage["pods"].count == 1
