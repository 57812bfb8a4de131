"""Answers and exemptions are files that people write too: what a form saves leaves the rest as they wrote it."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from k8sready import answers
from k8sready.answers import ANSWERS_FILE, EXEMPTIONS_FILE, Answer, Exemption, Reply, Said
from k8sready.errors import K8sReadyError

WRITTEN = """\
# Kick-off of 12 May, minutes in the wiki.
cluster: 0f3a   # production

answers:
  # Asked twice; the second answer counts.
  - question: tenancy_decided
    reply: no   # not yet, says Ana
    note: "Platform meeting: in July"
    on: 2026-05-12

  - question: secrets_rotated
    reply: yes
    by: ''

profile:
  image_size_moderate: {compressed_low_mb: 500}   # agreed with the client
"""
EXEMPTED = """\
exemptions:
# Ends with the contract.
- {check: image_pinned, reason: vendor image, owner: team-a, namespace: "*", until: 2026-12-31}
"""
ODD = "\n\t\r\x85\u2028 #:-'\"{}[]*&!|>%@`~"
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from(ODD))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / ANSWERS_FILE).write_text(WRITTEN, "utf-8")
    (tmp_path / EXEMPTIONS_FILE).write_text(EXEMPTED, "utf-8")
    return tmp_path


def texts(folder: Path) -> tuple[str, str]:
    answered, exempted = ((folder / name).read_text("utf-8") for name in (ANSWERS_FILE, EXEMPTIONS_FILE))
    return answered, exempted


def test_an_answer_changes_its_own_lines_only(folder: Path) -> None:
    answer = Answer("tenancy_decided", Reply.YES, "Platform meeting: in July", on=date(2026, 5, 12))
    answers.write(folder, answers.read(folder).with_answer(answer))
    assert texts(folder) == (WRITTEN.replace("reply: no   #", "reply: yes  #"), EXEMPTED)


def test_a_new_answer_is_written_behind_the_others(folder: Path) -> None:
    said = answers.read(folder).with_answer(Answer("backups_encrypted", Reply.NO, "First line\nSecond line"))
    answers.write(folder, said)
    added = [
        "  - question: backups_encrypted",
        "    reply: no",
        "    note: |-",
        "      First line",
        "      Second line",
    ]
    lines = texts(folder)[0].splitlines()
    assert [line for line in lines if line not in added] == WRITTEN.splitlines()
    at = lines.index(added[0])
    assert lines[at : at + len(added)] == added
    assert set(answers.read(folder).answers) == set(said.answers)


def test_an_answer_that_is_withdrawn_goes_and_the_others_stay(folder: Path) -> None:
    answers.write(folder, answers.read(folder).without_answer("secrets_rotated"))
    assert "secrets_rotated" not in texts(folder)[0]
    assert {"# Kick-off of 12 May, minutes in the wiki.", "    reply: no   # not yet, says Ana"} <= set(
        texts(folder)[0].splitlines()
    )


def test_an_exemption_is_added_below_those_that_are_there(folder: Path) -> None:
    more = Exemption("image_pinned", "lab", "team-b", name="lab-*")
    answers.write(folder, answers.read(folder).with_exemption(more))
    assert texts(folder)[0] == WRITTEN
    assert texts(folder)[1].startswith(EXEMPTED)
    assert answers.read(folder).exemptions[-1] == more


def test_what_did_not_change_is_not_written(folder: Path) -> None:
    before = [(folder / name).stat().st_ino for name in (ANSWERS_FILE, EXEMPTIONS_FILE)]
    answers.write(folder, answers.read(folder))
    assert [(folder / name).stat().st_ino for name in (ANSWERS_FILE, EXEMPTIONS_FILE)] == before


def test_a_file_of_comments_keeps_them(tmp_path: Path) -> None:
    (tmp_path / EXEMPTIONS_FILE).write_text("# Ask Ana before you add one.\n", "utf-8")
    exemption = Exemption("image_pinned", "lab", "team-b")
    answers.write(tmp_path, Said(exemptions=(exemption,)))
    assert texts(tmp_path)[1].startswith("# Ask Ana before you add one.\n")
    assert answers.read(tmp_path).exemptions == (exemption,)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_files_as_windows_saves_them_are_taken(folder: Path, encoding: str) -> None:
    (folder / ANSWERS_FILE).write_bytes(WRITTEN.replace("\n", "\r\n").encode(encoding))
    answer = Answer("backups_encrypted", Reply.NO, "Ärger")
    said = answers.read(folder).with_answer(answer)
    answers.write(folder, said)
    assert set(answers.read(folder).answers) == set(said.answers)
    assert "# agreed with the client" in texts(folder)[0]


def test_a_broken_file_is_not_written_over(folder: Path) -> None:
    (folder / EXEMPTIONS_FILE).write_text("exemptions: [\n", "utf-8")
    with pytest.raises(K8sReadyError, match="not valid YAML"):
        answers.write(folder, Said((Answer("tenancy_decided", Reply.YES),)))
    assert texts(folder) == (WRITTEN, "exemptions: [\n")


@given(note=TEXTS, by=TEXTS, reason=TEXTS.filter(str.strip), on=st.none() | st.dates())
def test_whatever_is_said_comes_back(note: str, by: str, reason: str, on: date | None) -> None:
    exemption = Exemption("image_pinned", reason, "team-a", until=on)
    said = Said((Answer("tenancy_decided", Reply.NO, note, by, on),), (exemption,), (), "uid")
    with TemporaryDirectory() as name:
        for start in (said, replace(said, answers=(Answer("tenancy_decided", Reply.YES, reason, reason),))):
            answers.write(Path(name), start)
            assert answers.read(Path(name)) == start
        answers.write(Path(name), said)
        assert answers.read(Path(name)) == said
