"""The program in a terminal: what it writes, its exit codes, and errors that say what to do."""

import io
import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from k8sready import bundle
from k8sready.cli import main
from k8sready.legible import legible
from k8sready.snapshot import Reading, save
from tests.checklist.clusters import cluster, without
from tests.kubeconfigs import kubeconfig

DEMO = str(bundle.demo())


def run(*arguments: str) -> int:
    try:
        return main(arguments)
    except SystemExit as left:
        return int(left.code or 0)


def test_it_assesses_a_snapshot_and_writes_every_export(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = {name: tmp_path / f"r.{name}" for name in ("html", "json", "csv")}
    assert run("assess", DEMO, *(word for name, path in files.items() for word in (f"--{name}", str(path)))) == 0
    told = capsys.readouterr().out
    assert all(str(path) in told and path.stat().st_size > 1000 for path in files.values())
    assert "Score" in told


def test_the_json_has_the_documented_shape(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("assess", DEMO, "--json", "-", "--no-prove") == 0
    document = json.loads(capsys.readouterr().out)
    assert document["version"] == 1
    assert document["cluster"]["uid"]
    checks = {"check", "section", "severity", "status", "reason", "passed", "failed", "unknown"}
    findings = {"check", "severity", "kind", "namespace", "name", "container", "evidence", "message", "remedy"}
    assert all(checks <= set(item) for item in document["checks"])
    assert all(findings <= set(item) for item in document["findings"])
    order = [(item["section"], item["check"]) for item in document["checks"]]
    assert order == sorted(order)
    ranks = ["critical", "high", "medium", "low", "info"]
    severities = [ranks.index(item["severity"]) for item in document["findings"]]
    assert severities == sorted(severities)
    assert document["score"]["worst"] <= document["score"]["best"]


@pytest.mark.parametrize(("severity", "code"), [("critical", 0), ("high", 1), ("low", 1)])
def test_fail_on_decides_the_exit_code(severity: str, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("assess", DEMO, "--fail-on", severity, "--no-prove") == code


def test_collect_saves_a_snapshot_of_any_source(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    saved = tmp_path / "m.k8sready"
    assert run("collect", "data/demo/payments", "-o", str(saved)) == 0
    assert run("assess", str(saved), "--no-prove") == 0
    assert "payments" in capsys.readouterr().out or saved.exists()


def test_it_reads_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    spec = {"containers": [{"name": "c", "image": "nginx"}]}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "uid": "1", "namespace": "a"}, "spec": spec}
    body = json.dumps({"apiVersion": "v1", "kind": "List", "items": [pod]}).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(body)))
    assert run("assess", "-", "--json", "-", "--no-prove") in (0, 2)
    assert json.loads(capsys.readouterr().out)["cluster"]["origin"] == "dump"


def test_a_comparison_says_what_changed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("assess", DEMO, "--compare", DEMO, "--no-prove") == 0
    assert "0 new, 0 fixed" in capsys.readouterr().err


def test_a_comparison_names_what_is_new_and_fixed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def pod(name: str, image: str) -> str:
        body = {
            "metadata": {"name": name, "namespace": "shop"},
            "spec": {"containers": [{"name": "c", "image": image}]},
        }
        return yaml.safe_dump({"apiVersion": "v1", "kind": "Pod", **body})

    for folder, images in {"before": ("nginx", "r.example/web:1.2"), "after": ("r.example/web:1.2", "nginx")}.items():
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "pods.yaml").write_text("---\n".join(map(pod, ("cart", "web"), images)))
        assert run("collect", str(tmp_path / folder), "-o", str(tmp_path / f"{folder}.k8sready")) == 0
    capsys.readouterr()
    before, after = (str(tmp_path / f"{folder}.k8sready") for folder in ("before", "after"))
    assert run("assess", after, "--compare", before, "--no-prove") == 0
    told = capsys.readouterr().err.splitlines()
    assert any(line.startswith("    new  ") and "Pod shop/web, container c: nginx" in line for line in told)
    assert any(line.startswith("    fixed  ") and "Pod shop/cart, container c: nginx" in line for line in told)


def test_a_comparison_with_another_cluster_is_refused_and_what_was_assessed_is_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pod.yaml").write_text(
        "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: c}]}}"
    )
    report = tmp_path / "demo.json"
    assert run("assess", DEMO, "--compare", str(tmp_path / "pod.yaml"), "--no-prove", "--json", str(report)) == 2
    assert "different clusters" in capsys.readouterr().err
    assert json.loads(report.read_text())["comparison"] is None


def test_answers_and_exemptions_are_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "answers.yaml").write_text("answers: [{question: secrets_rotated, reply: yes, note: n}]\n")
    (tmp_path / "exemptions.yaml").write_text("exemptions: [{check: quota_set, reason: r, owner: o}]\n")
    assert run("assess", DEMO, "--answers", str(tmp_path), "--json", "-", "--no-prove") == 0
    document = json.loads(capsys.readouterr().out)
    statuses = {item["check"]: item["status"] for item in document["checks"]}
    assert statuses["secrets_rotated"] == "pass"
    assert "quota_set" not in {item["check"] for item in document["findings"]}
    assert {item["exemption"]["reason"] for item in document["exempted"]} == {"r"}


def test_a_folder_without_answers_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As that of another assessment, or a mistake in its name."""
    assert run("assess", DEMO, "--answers", str(tmp_path), "--no-prove") == 0
    assert f"{tmp_path}: nothing is answered or exempted there" in capsys.readouterr().err
    (tmp_path / "exemptions.yaml").write_text("exemptions: [{check: quota_set, reason: r, owner: o}]\n")
    assert run("assess", DEMO, "--answers", str(tmp_path), "--no-prove") == 0
    assert "nothing is answered" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("exemptions:\n- {check: c, reason: r, owner: o, until: 2026-02-30}\n", "'2026-02-30' is not a date"),
        ("exemptions: []\nexemptions: []\n", "line 2: 'exemptions' stands there twice"),
        ("exemptions:\n- check: a\n  check: b\n", "line 3: 'check' stands there twice"),
        ("exemptions: !!bool x\n", "must be a list of mappings"),
        ("? [a]\n: b\n", "this is not valid YAML"),
        ("exemptions: " + "[" * 5000, "this is not valid YAML"),
        ("- a\n", "expected a mapping"),
    ],
)
def test_what_people_wrote_wrongly_is_told(
    text: str, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "exemptions.yaml").write_text(text)
    assert run("assess", DEMO, "--answers", str(tmp_path), "--no-prove") == 2
    assert told in capsys.readouterr().err


def broken_yaml(folder: Path) -> list[str]:
    (folder / "a.yaml").write_text("a: [")
    return ["assess", str(folder)]


def broken_answers(folder: Path) -> list[str]:
    (folder / "answers.yaml").write_text("answers: [{question: x, reply: perhaps}]\n")
    return ["assess", DEMO, "--answers", str(folder)]


def unwritable(folder: Path) -> list[str]:
    return ["assess", DEMO, "--no-prove", "--json", str(folder / "no" / "where.json")]


def dead_server(folder: Path) -> list[str]:
    (folder / "config").write_text(yaml.safe_dump(kubeconfig("https://127.0.0.1:1")))
    return ["assess", "--kubeconfig", str(folder / "config")]


def empty_folder(folder: Path) -> list[str]:
    return ["assess", str(folder)]


CASES: list[Any] = [
    pytest.param(lambda _: ["assess", "/nowhere/x.k8sready"], "no such file", id="a missing file"),
    pytest.param(empty_folder, "no .yaml", id="an empty folder"),
    pytest.param(broken_yaml, "a.yaml: line", id="broken YAML"),
    pytest.param(broken_answers, "reply must be", id="a broken answer"),
    pytest.param(unwritable, "Make it first", id="a folder that is not there"),
    pytest.param(dead_server, "Check the address", id="a dead server"),
    pytest.param(lambda _: ["assess", "--kubeconfig", "/nowhere/config"], "no such kubeconfig", id="no kubeconfig"),
    pytest.param(lambda _: ["assess", "context:nowhere"], "get-contexts", id="no such context"),
]


@pytest.mark.parametrize(("command", "told"), CASES)
def test_errors_say_what_to_do(command: Any, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*command(tmp_path)) == 2
    error = capsys.readouterr().err
    assert told in error
    assert "Traceback" not in error
    assert "s3cr3t-token" not in error


def test_usage_errors_have_a_code_of_their_own(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("assess", "--no-such-option") == 3
    assert run("conquer") == 3


def test_the_role_only_reads(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("role") == 0
    rules = yaml.safe_load(capsys.readouterr().out)["rules"]
    assert {verb for rule in rules for verb in rule["verbs"]} == {"get", "list"}
    resources = {name for rule in rules for name in rule.get("resources", [])}
    assert "pods" in resources
    assert not resources & {"secrets", "configmaps", "*"}


def test_notebooks_are_laid_out_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("notebooks", str(tmp_path / "work")) == 0
    assert (tmp_path / "work" / "00_start_here.ipynb").exists()
    assert run("notebooks", str(tmp_path / "work")) == 2
    assert "exists already" in capsys.readouterr().err


def test_hostile_names_cannot_move_the_cursor() -> None:
    told = legible("a\x1b[31mb\u202ec\rd\x00")
    assert not any(ord(letter) < 32 or letter == "\u202e" for letter in told)


def test_it_runs_as_a_module() -> None:
    done = subprocess.run([sys.executable, "-m", "k8sready", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("k8sready ")


NAME = "p.yaml"
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: i}]}\n"

MISUSE: list[Any] = [
    pytest.param(["assess", ""], "SOURCE is empty", id="an empty source, as of an unset variable"),
    pytest.param(["assess", "context:"], "SOURCE is empty", id="a context without a name"),
    pytest.param(["assess", NAME, "-n", "a"], "only a live cluster", id="namespaces of a file"),
    pytest.param(["assess", NAME, "--secrets"], "only a live cluster", id="secrets of a file"),
    pytest.param(["assess", "-n", "../a"], "not the name of a namespace", id="a path as a namespace"),
    pytest.param(["assess", NAME, "--json", "x", "--html", "x"], "same name", id="two outputs of one name"),
    pytest.param(["assess", NAME, "--json", NAME], "name of an input", id="an output over its source"),
    pytest.param(["collect", NAME, "-o", f"./{NAME}"], "name of an input", id="a snapshot over its source"),
    pytest.param(["assess", NAME, "--csv", "-"], "only --json", id="CSV to standard output"),
    pytest.param(["assess", NAME, "--fail-on", "extreme"], "invalid choice", id="a severity that is none"),
    pytest.param(["collect", NAME], "-o", id="no output"),
    pytest.param([], "COMMAND", id="no command"),
]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / NAME).write_text(POD)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("command", "told"), MISUSE)
def test_what_makes_no_sense_is_refused_before_anything_is_done(
    command: list[str], told: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*command) == 3
    assert told in capsys.readouterr().err
    assert (here / NAME).read_text() == POD


@pytest.mark.parametrize(
    ("output", "told"),
    [("folder", "this is a folder"), ("no/where", "Make it first"), ("/dev/null", "not a regular file")],
)
@pytest.mark.parametrize("option", ["--json", "--csv", "--html"])
def test_outputs_that_cannot_be_are_told_before_reading(
    option: str, output: str, told: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "folder").mkdir()
    assert run("assess", "nowhere.k8sready", option, output) == 2
    assert told in capsys.readouterr().err


def test_a_linked_output_is_written_through(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "link.json").symlink_to(here / "real.json")
    assert run("assess", NAME, "--no-prove", "--json", "link.json") == 0
    assert (here / "link.json").is_symlink()
    assert json.loads((here / "real.json").read_text())["version"] == 1


def test_a_document_for_standard_output_makes_no_file(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("assess", NAME, "--no-prove", "--json", "-") == 0
    assert json.loads(capsys.readouterr().out)["version"] == 1
    assert [path.name for path in here.iterdir()] == [NAME]


def test_what_could_not_be_read_is_named_in_the_summary(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "q\x1b[31m.yaml").write_text("a: [")
    assert run("assess", str(here), "--no-prove") == 0
    told = capsys.readouterr().out
    assert "Not read" in told
    assert ".yaml: line 2: not valid YAML" in told
    assert "\x1b" not in told


def test_exemptions_without_effect_are_named(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    entries = [{"check": "image_pinned", "reason": "r", "owner": "team-a", "namespace": "nowhere"}]
    entries.append({"check": "quota_set", "reason": "r", "owner": "team-b", "until": "2020-01-01"})
    (here / "exemptions.yaml").write_text(yaml.safe_dump({"exemptions": entries}))
    assert run("assess", DEMO, "--answers", str(here), "--no-prove") == 0
    told = capsys.readouterr().out
    assert "matches no finding: image_pinned for nowhere/* (team-a)" in told
    assert "ended on 2020-01-01: quota_set" in told


def test_answers_of_another_cluster_are_refused(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "answers.yaml").write_text("cluster: 0000-other\nanswers: []\n")
    assert run("assess", DEMO, "--answers", str(here), "--no-prove") == 2
    assert "another cluster" in capsys.readouterr().err


def test_a_folder_of_answers_that_is_not_there_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("assess", DEMO, "--answers", "/nowhere") == 2
    assert "no such folder" in capsys.readouterr().err


def test_a_keyboard_is_no_source(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    terminal, keyboard = pty.openpty()
    with os.fdopen(keyboard) as stream:
        monkeypatch.setattr(sys, "stdin", stream)
        assert run("assess", "-") == 2
    os.close(terminal)
    assert "Pipe a dump into it" in capsys.readouterr().err


def test_the_documented_answers_and_exemptions_are_read(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = (Path(__file__).parents[2] / "docs" / "report.md").read_text()
    for block in re.findall(r"```yaml\n(.*?)```", document, re.DOTALL):
        name = re.match(r"# DIR/(\S+?):?\s", block)
        assert name
        (here / name[1]).write_text(block.replace("57439a44-508e-45c8-9a60-8c385a24d028", ""))
    assert run("assess", DEMO, "--answers", str(here), "--no-prove", "--json", "-") == 0
    document = json.loads(capsys.readouterr().out)
    checks = {item["check"]: item for item in document["checks"]}
    assert checks["secrets_rotated"]["status"] == "pass"
    thresholds = checks["image_size_moderate"]["thresholds"]
    assert (thresholds["compressed_low_mb"], thresholds["compressed_medium_mb"]) == (600, 1000)
    assert {item["exemption"]["until"] for item in document["exempted"]} == {"2027-03-31"}


GIVEN = "check: image_pinned, reason: r, owner: o"
MISSAID: list[Any] = [
    pytest.param("exemptions", f"exemptions: [{{{GIVEN}}}]\nexemptions: []\n", "stands there twice", id="a key twice"),
    pytest.param("exemptions", f"exemption: [{{{GIVEN}}}]\n", "unknown key 'exemption'", id="a key misspelt"),
    pytest.param("exemptions", f"exemptions: [{{{GIVEN}, until: 2026-02-30}}]\n", "not a date", id="no such day"),
    pytest.param("exemptions", f"exemptions: [{{{GIVEN}, until: 2026-12-31x}}]\n", "not a date", id="more than a day"),
    pytest.param("exemptions", f"exemptions: [{{{GIVEN}, name: [a, b]}}]\n", "'name' is no text", id="several names"),
    pytest.param("answers", "answers: [{question: x, reply: [yes]}]\n", "'reply' is no text", id="a list as reply"),
    pytest.param(
        "answers",
        "answers: [{question: x, reply: yes}, {question: x, reply: no}]\n",
        "'x' is answered twice",
        id="yes and no",
    ),
    pytest.param("answers", "profile: [c]\n", "'profile' must map checks", id="a profile that is a list"),
    pytest.param("answers", "profile: {c: 3}\n", "'profile' must map checks", id="a threshold without a name"),
    pytest.param("answers", "profile: {c: {t: big}}\n", "must be a number", id="a threshold in words"),
    pytest.param("answers", "profile: {c: {t: .nan}}\n", "must be a number", id="a threshold that is none"),
    pytest.param("answers", "profile: {c: {t: [1]}}\n", "must be a number", id="a list as threshold"),
    pytest.param("answers", 'answers: ["\\U00110000"]\n', "not valid YAML", id="no letter of Unicode"),
    pytest.param("answers", 'answers: ["\\UFFFFFFFF"]\n', "not valid YAML", id="a number beyond any letter"),
]


@pytest.mark.parametrize(("name", "text", "told"), MISSAID)
def test_what_people_said_is_not_dropped_silently(
    name: str, text: str, told: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / f"{name}.yaml").write_text(text)
    assert run("assess", DEMO, "--answers", str(here), "--no-prove") == 2
    assert told in capsys.readouterr().err


def test_answers_in_a_file_of_another_ending_are_not_overlooked(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "exemptions.yml").write_text(f"exemptions: [{{{GIVEN}}}]\n")
    assert run("assess", DEMO, "--answers", str(here), "--no-prove") == 2
    assert "has to be called exemptions.yaml" in capsys.readouterr().err


def test_answers_to_nothing_are_named(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    profile = "{image_size_moderat: {a: 1}, image_size_moderate: {compressed_low: 1}}"
    (here / "answers.yaml").write_text(f"answers: [{{question: secrets_rotatd, reply: yes}}]\nprofile: {profile}\n")
    assert run("assess", DEMO, "--answers", str(here), "--no-prove") == 0
    told = capsys.readouterr().out
    assert "there is no question secrets_rotatd" in told
    assert "there is no threshold image_size_moderat: a" in told
    assert "there is no threshold image_size_moderate: compressed_low" in told


@pytest.mark.parametrize("option", ["--json", "--html", "--csv", "--answers", "--compare"])
def test_an_empty_option_is_a_mistake_as_of_an_unset_variable(
    option: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("assess", NAME, "--no-prove", option, "") == 3
    assert f"{option} is empty" in capsys.readouterr().err


def test_an_output_over_the_answers_is_refused(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("assess", NAME, "--answers", str(here), "--json", "answers.yaml") == 3
    assert "name of an input" in capsys.readouterr().err


def test_a_pipe_as_output_is_refused_before_reading(capsys: pytest.CaptureFixture[str]) -> None:
    ends = os.pipe()
    assert run("collect", "nowhere.k8sready", "-o", f"/dev/fd/{ends[1]}") == 2
    assert "not a regular file" in capsys.readouterr().err
    for end in ends:
        os.close(end)


@pytest.fixture
def denied(tmp_path: Path) -> str:
    """A snapshot of a cluster that let nothing be read."""
    snapshot = cluster()
    return str(save(without(snapshot, sorted(snapshot.coverage), Reading.FORBIDDEN), tmp_path / "d.k8sready"))


@pytest.mark.parametrize("options", [[], ["--fail-on", "info"]])
def test_nothing_examined_is_no_success(options: list[str], denied: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("assess", denied, *options) == 2
    told = capsys.readouterr()
    assert "no check could examine anything" in told.err
    assert "between 0 and 100" in told.out


def test_nothing_read_is_no_success(denied: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("collect", denied, "-o", str(tmp_path / "again.k8sready")) == 2
    told = capsys.readouterr().err
    assert "Cannot list" in told
    assert "nothing could be read" in told


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (KeyboardInterrupt(), "interrupted"),
        (MemoryError(), "not enough memory"),
        (OSError(28, "No space left on device", "/full/disk"), "/full/disk: No space left on device"),
        (OSError(5, "Input/output error"), "reading or writing: Input/output error"),
        (RuntimeError("s3cr3t-token"), "RuntimeError in test_cli.py, line"),
    ],
)
def test_what_goes_wrong_is_told_without_what_an_error_holds(
    error: BaseException, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_: Path) -> None:
        raise error

    monkeypatch.setattr(bundle, "lay_out_notebooks", broken)
    assert run("notebooks", "somewhere") == 2
    said = capsys.readouterr().err
    assert told in said
    assert "s3cr3t-token" not in said
    assert "Traceback" not in said


@pytest.mark.parametrize("source", ["context:nowhere", "context:context:nowhere"])
def test_a_context_is_named_as_it_was_given(source: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "config").write_text(json.dumps(kubeconfig("https://a.example")))
    assert run("assess", source, "--kubeconfig", str(here / "config")) == 2
    assert f"no context '{source.removeprefix('context:')}'" in capsys.readouterr().err
