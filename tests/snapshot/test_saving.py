"""Snapshot files: what is opened is what was saved, and anything else is refused with a reason."""

import hashlib
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import zstandard

import k8sready
from k8sready import bundle
from k8sready.errors import K8sReadyError
from k8sready.objects.pods import Pod
from k8sready.snapshot import Snapshot, open_snapshot, save
from tests.checklist.clusters import cluster
from tests.checklist.making import container, pod

Members = dict[str, bytes]


def members(path: Path) -> Members:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rewritten(path: Path, change: Callable[[Members], Members]) -> Path:
    changed = change(members(path))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, body in changed.items():
            archive.writestr(name, body)
    return path


def packed(value: object) -> bytes:
    return zstandard.compress(json.dumps(value).encode())


def unpacked(body: bytes) -> dict[str, object]:
    content: dict[str, object] = json.loads(zstandard.decompress(body))
    return content


def with_manifest(change: Callable[[dict[str, object]], dict[str, object]]) -> Callable[[Members], Members]:
    return lambda held: {**held, "manifest.json": packed(change(unpacked(held["manifest.json"])))}


def test_what_is_opened_equals_what_was_saved(demo: Snapshot, tmp_path: Path) -> None:
    assert open_snapshot(save(demo, tmp_path / "again.k8sready")) == demo


def test_an_empty_cluster_survives_too(tmp_path: Path) -> None:
    assert open_snapshot(save(cluster(), tmp_path / "empty.k8sready")) == cluster()


def test_what_packs_like_a_bomb_is_opened_again(tmp_path: Path) -> None:
    """Whoever may write a pod or a role must not be able to make the snapshot a file that nobody can open."""
    many = pod("web", {"containers": [container(args=["a"] * 100_000)]})
    rule = {"apiGroups": [""], "resources": ["secrets"], "verbs": ["get"], "resourceNames": ["x" * 4_000_000]}
    role = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "rules": [rule]}
    snapshot = cluster([many, {**role, "metadata": {"name": "r", "namespace": "shop", "uid": "r"}}])
    path = save(snapshot, tmp_path / "s.k8sready")
    assert open_snapshot(path) == snapshot
    assert path.stat().st_size < 100_000


def test_equal_snapshots_give_equal_bytes(demo: Snapshot, tmp_path: Path) -> None:
    first, second = save(demo, tmp_path / "a.k8sready"), save(open_snapshot(bundle.demo()), tmp_path / "b.k8sready")
    assert first.read_bytes() == second.read_bytes()


def test_the_order_of_kinds_does_not_show_in_the_bytes(demo: Snapshot, tmp_path: Path) -> None:
    turned = {name: dict(reversed(getattr(demo, name).items())) for name in ("objects", "coverage", "access")}
    first, second = save(demo, tmp_path / "a.k8sready"), save(replace(demo, **turned), tmp_path / "b.k8sready")
    assert first.read_bytes() == second.read_bytes()


def test_pods_of_one_template_share_their_spec_after_opening(demo: Snapshot) -> None:
    pods = demo.of("pods", Pod)
    assert len({id(pod.spec) for pod in pods}) < len(pods)


def test_only_its_owner_may_read_the_file(demo: Snapshot, tmp_path: Path) -> None:
    assert save(demo, tmp_path / "s.k8sready").stat().st_mode & 0o077 == 0


def without_zone(held: dict[str, Any]) -> dict[str, Any]:
    return {**held, "identity": {**held["identity"], "captured_at": "2026-01-01T00:00:00"}}


def with_member(held: Members, name: str, body: bytes) -> Members:
    """The member changed, and listed with its size and checksum."""
    manifest = unpacked(held["manifest.json"])
    listed = {**manifest["members"], name: {"size": len(body), "sha256": hashlib.sha256(body).hexdigest()}}
    return {**held, name: zstandard.compress(body), "manifest.json": packed({**manifest, "members": listed})}


def swapped(held: Members) -> Members:
    return {**held, "nodes": held["namespaces"]}


def extra(held: Members) -> Members:
    return {**held, "../../evil": packed([])}


def foreign(held: Members) -> Members:
    return with_member(held, "../evil", b"[]")


def bomb(held: Members) -> Members:
    return {**held, "nodes": zstandard.compress(b"0" * 50_000_000)}


def honest_bomb(held: Members) -> Members:
    """A few bytes that say truly how many they will be: each "{}" becomes an object, with a hundred times its bytes."""
    return with_member(held, "nodes", b"[" + b"{}," * 3_000_000 + b"{}]")


def many_large(held: dict[str, Any]) -> dict[str, Any]:
    sizes = {name: {**member, "size": 1 << 30} for name, member in held["members"].items()}
    return {**held, "members": sizes}


def before_the_first(held: Members) -> Members:
    body = json.loads(zstandard.decompress(held["pods"]))
    body[0]["number"] = -1
    return with_member(held, "pods", json.dumps(body).encode())


@pytest.mark.parametrize(
    ("change", "told"),
    [
        pytest.param(with_manifest(lambda held: {**held, "version": 99}), "format 99", id="a newer format"),
        pytest.param(
            with_manifest(lambda held: {**held, "surprise": 1}), "not what a snapshot holds", id="an unknown field"
        ),
        pytest.param(with_manifest(without_zone), "not what a snapshot holds", id="a time without its zone"),
        pytest.param(swapped, "changed", id="a member exchanged"),
        pytest.param(extra, "list of members", id="a member too many"),
        pytest.param(foreign, "unknown kind", id="a path as a member"),
        pytest.param(bomb, "larger than it says", id="a bomb"),
        pytest.param(honest_bomb, "packed ones", id="a bomb that says so"),
        pytest.param(with_manifest(many_large), "more memory", id="members that are large together"),
        pytest.param(before_the_first, "not what a snapshot holds", id="a spec before the first"),
        pytest.param(lambda held: {"manifest.json": held["manifest.json"]}, "list of members", id="members missing"),
        pytest.param(lambda held: {"nodes": held["nodes"]}, "not a k8sready snapshot", id="no manifest"),
        pytest.param(lambda held: {**held, "manifest.json": b"junk"}, "damaged", id="junk instead of the manifest"),
    ],
)
def test_a_file_that_is_not_as_it_was_saved_is_refused(
    demo: Snapshot, tmp_path: Path, change: Callable[[Members], Members], told: str
) -> None:
    path = rewritten(save(demo, tmp_path / "s.k8sready"), change)
    with pytest.raises(K8sReadyError, match=told):
        open_snapshot(path)


@pytest.mark.parametrize("keep", [0, 10, 1000, 50_000])
def test_a_truncated_file_is_refused(demo: Snapshot, tmp_path: Path, keep: int) -> None:
    path = save(demo, tmp_path / "s.k8sready")
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(K8sReadyError, match="again"):
        k8sready.open(path)


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(K8sReadyError, match="no such file"):
        k8sready.open(tmp_path / "nowhere.k8sready")


def test_a_forged_value_in_a_snapshot_is_not_shown(tmp_path: Path) -> None:
    """A file written by hand cannot bring a credential back in: only safe flags keep a value."""
    from k8sready.objects.decoding import from_manifest

    spec = {
        "containers": [
            {
                "name": "c",
                "image": "i",
                "args": [{"kind": "text", "length": 4, "digest": "0", "flag": "--token", "value": "s3cret"}],
            }
        ]
    }
    _, pod = from_manifest({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": spec})
    assert isinstance(pod, Pod)
    assert pod.spec.containers[0].args[0].value == ""


def small(tmp_path: Path) -> tuple[Snapshot, bytes]:
    manifest = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": "a"}, "spec": {}}
    snapshot = cluster([manifest, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a"}}])
    kept = replace(snapshot, discovery=(), coverage={key: snapshot.coverage[key] for key in ("pods", "namespaces")})
    return kept, save(kept, tmp_path / "small.k8sready").read_bytes()


@pytest.mark.parametrize("bit", [0x01, 0x80, 0xFF])
def test_a_changed_byte_is_refused_or_changes_nothing(tmp_path: Path, bit: int) -> None:
    """Every byte of a file is changed in turn: nothing else than what was saved is ever opened."""
    snapshot, body = small(tmp_path)
    path, other = tmp_path / "changed.k8sready", []
    for place in range(len(body)):
        path.write_bytes(body[:place] + bytes([body[place] ^ bit]) + body[place + 1 :])
        try:
            opened = k8sready.open(path)
        except K8sReadyError:
            continue
        if opened != snapshot:
            other.append((place, opened))
    assert other == []


def test_a_file_cut_anywhere_is_refused(tmp_path: Path) -> None:
    _, body = small(tmp_path)
    path = tmp_path / "cut.k8sready"
    for length in range(len(body)):
        path.write_bytes(body[:length])
        with pytest.raises(K8sReadyError):
            k8sready.open(path)


def test_another_archive_is_told_what_to_do_with(tmp_path: Path) -> None:
    path = tmp_path / "manifests.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("p.yaml", "kind: Pod")
    with pytest.raises(K8sReadyError, match="Unpack it"):
        k8sready.open(path)
