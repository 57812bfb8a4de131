"""What is said about a cluster stays with it: changes of clusters, kernels side by side, interrupted changes."""

from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
import yaml

import k8sready
from k8sready import answers, bundle
from k8sready.answers import Answer, Reply, Said
from k8sready.errors import K8sReadyError
from k8sready.notebook.desk import Desk
from k8sready.notebook.folder import Folder, key
from k8sready.progress import Quiet
from k8sready.snapshot import Snapshot

ANSWER = Answer("tenancy_decided", Reply.YES, "Platform meeting")


def said(answer: Answer = ANSWER) -> Said:
    return Said((answer,))


def another(snapshot: Snapshot) -> Snapshot:
    return replace(snapshot, identity=replace(snapshot.identity, uid="another", name="another"))


def manifests(folder: Path) -> Path:
    folder.mkdir(parents=True)
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"containers": [{"name": "c"}]}}
    (folder / "pod.yaml").write_text(yaml.safe_dump(pod))
    return folder


def test_answers_are_set_aside_with_their_cluster_and_come_back_with_it(demo: Snapshot, tmp_path: Path) -> None:
    folder, other = Folder(tmp_path), another(demo)
    mine, theirs = key(demo.identity), key(other.identity)
    folder.change(mine, lambda _: said())
    aside = folder.put(other, theirs, mine)
    assert aside
    assert answers.read(aside).answers == (ANSWER,)
    assert folder.said(theirs) == answers.read(tmp_path) == Said()
    assert folder.said(mine).answers == (ANSWER,)
    folder.put(demo, mine, theirs)
    assert answers.read(tmp_path).answers == (ANSWER,)


def test_a_kernel_that_shows_the_cluster_before_cannot_answer_for_the_new_one(demo: Snapshot, tmp_path: Path) -> None:
    folder, other = Folder(tmp_path), another(demo)
    folder.put(other, key(other.identity), key(demo.identity))
    with pytest.raises(K8sReadyError, match="another cluster"):
        folder.change(key(demo.identity), lambda _: said())
    assert answers.read(tmp_path) == Said()


def test_an_interrupted_change_is_finished_when_the_folder_is_opened(demo: Snapshot, tmp_path: Path) -> None:
    folder, other = Folder(tmp_path), another(demo)
    folder.change(key(demo.identity), lambda _: said())
    k8sready.snapshot.save(other, tmp_path / "snapshot.k8sready")  # and then the power failed
    snapshot, cluster = Folder(tmp_path).load()
    assert (snapshot.identity.uid, cluster) == ("another", key(other.identity))
    assert folder.said(cluster) == Said()
    assert folder.said(key(demo.identity)).answers == (ANSWER,)


def test_folders_of_manifests_with_the_same_name_are_different_clusters(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "assessment")
    for place in ("one", "two"):
        desk.switch(str(manifests(tmp_path / place / "manifests")), False, Quiet(), Event())
        assert desk.assess().said == Said()
        desk.folder.change(desk.cluster, lambda _: said())
    assert Desk(tmp_path / "assessment").assessment.said.answers == (ANSWER,)
    assert len(list((tmp_path / "assessment" / "earlier").iterdir())) == 1


def _answer(place: tuple[Path, str, int]) -> None:
    folder, cluster, number = place
    Folder(folder).change(cluster, lambda before: before.with_answer(Answer(f"q{number}", Reply.YES)))


def test_kernels_side_by_side_lose_no_answer(tmp_path: Path) -> None:
    with ProcessPoolExecutor(4) as kernels:
        list(kernels.map(_answer, [(tmp_path, "cluster-1", number) for number in range(24)]))
    assert {item.question for item in answers.read(tmp_path).answers} == {f"q{number}" for number in range(24)}


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        ("/nowhere/cluster.k8sready", "no such file"),
        ("context:nowhere", "No usable credentials for context 'nowhere'"),
        ("{tmp}", "no .yaml, .yml or .json file in it"),
        ("{tmp}/broken.k8sready", "broken.k8sready"),
    ],
)
def test_a_source_that_cannot_be_read_leaves_the_cluster_before(chosen: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "broken.k8sready").write_bytes(b"PK\x03\x04 and no more")
    desk = Desk(tmp_path / "assessment")
    with pytest.raises(K8sReadyError, match=told):
        desk.switch(chosen.format(tmp=tmp_path), False, Quiet(), Event())
    assert desk.snapshot.identity.name == "lanternfish"
    assert not (tmp_path / "assessment").exists()


def test_a_reading_that_was_stopped_leaves_the_cluster_before(tmp_path: Path) -> None:
    desk, stopped = Desk(tmp_path / "assessment"), Event()
    stopped.set()
    with pytest.raises(K8sReadyError, match="Stopped"):
        desk.switch(str(manifests(tmp_path / "manifests")), False, Quiet(), stopped)
    assert desk.snapshot.identity.name == "lanternfish"


def test_a_cluster_that_was_on_the_desk_can_be_looked_at_again(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "assessment")
    desk.switch(str(manifests(tmp_path / "shop")), False, Quiet(), Event())
    shop = desk.snapshot.identity
    desk.folder.change(desk.cluster, lambda _: said())
    told = desk.switch("demo:", False, Quiet(), Event())
    (kept,) = (tmp_path / "assessment" / "earlier").glob("*/snapshot.k8sready")
    assert str(kept.parent) in told
    desk.switch(str(kept), False, Quiet(), Event())
    assert desk.snapshot.identity == shop
    assert desk.assess().said.answers == (ANSWER,)
    assert Desk(tmp_path / "assessment").assessment.said.answers == (ANSWER,)


def test_a_folder_that_cannot_be_written_says_so_and_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "assessment").write_text("a file, where the folder should be")
    desk = Desk(tmp_path / "assessment")
    with pytest.raises(K8sReadyError, match=r"assessment: cannot be written, so nothing was saved\..*\(File exists\)"):
        desk.folder.change(desk.cluster, lambda _: said())
    with pytest.raises(K8sReadyError, match="cannot be written"):
        desk.switch(str(manifests(tmp_path / "shop")), False, Quiet(), Event())
    assert desk.snapshot.identity.name == "lanternfish"


def test_a_report_that_cannot_be_written_names_the_file_that_was_asked_for(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as raised:
        Desk(tmp_path / "assessment").report(tmp_path / "nowhere" / "report.html")
    assert raised.value.filename == str(tmp_path / "nowhere" / "report.html")
