"""Ctrl-C while a cluster is read, output that nobody reads, and disks that are full."""

import base64
import json
import os
import pty
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import certifi
import pytest

from k8sready import bundle
from k8sready.snapshot import Reading, open_snapshot
from tests.sources.faulty_server import Answer, page, serving

DEMO = str(bundle.demo())
PROGRAM = (sys.executable, "-m", "k8sready")


def program(*arguments: str, **options: object) -> "subprocess.Popen[str]":
    piped = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    return subprocess.Popen([*PROGRAM, *arguments], text=True, **piped)


def interrupted(tmp_path: Path, *arguments: str, at: int = 3) -> tuple[int, str, str]:
    """The program reads a list without end, and gets SIGINT once it asked for its third page."""
    reached = threading.Event()

    def script(token: str, count: int) -> Answer:
        if count == at:
            reached.set()
        return page([f"p{count}"], f"t{count}", 1000)

    with serving(script, tmp_path) as (kubeconfig, _):
        running = program(*arguments, "--kubeconfig", str(kubeconfig))
        assert reached.wait(60)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=60)
    return running.returncode, out, err


def test_an_interrupted_collection_leaves_a_usable_snapshot_and_says_so(tmp_path: Path) -> None:
    file = tmp_path / "s.k8sready"
    code, out, err = interrupted(tmp_path, "collect", "-o", str(file))
    assert code == 2
    assert str(file) in out
    assert "what was read is kept" in err
    assert "interrupted: the snapshot holds what was read until then" in err
    assert "Traceback" not in err
    snapshot = open_snapshot(file)
    assert snapshot.objects["pods"]
    assert (snapshot.reading("pods"), snapshot.coverage["pods"].reason) == (Reading.PARTIAL, "cancelled")


def test_an_interrupted_assessment_is_told_apart_from_a_whole_one(tmp_path: Path) -> None:
    file = tmp_path / "r.json"
    code, _, err = interrupted(tmp_path, "assess", "--no-prove", "--json", str(file))
    assert code == 2
    assert "the assessment holds what was read until then" in err
    assert '"cancelled"' in file.read_text()


def test_an_interrupted_collection_does_not_wait_for_a_server_that_is_silent(tmp_path: Path) -> None:
    """A VPN that was closed answers nothing, for as long as one waits."""
    reached, over, file = threading.Event(), threading.Event(), tmp_path / "s.k8sready"

    def script(_: str, count: int) -> Answer:
        if count == 3:
            reached.set()
            over.wait(110)
        return page([f"p{count}"], f"t{count}", 1000)

    with serving(script, tmp_path) as (kubeconfig, _):
        running = program("collect", "-o", str(file), "--kubeconfig", str(kubeconfig))
        assert reached.wait(60)
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=60)
        over.set()
    assert running.returncode == 2
    assert "the snapshot holds what was read until then" in err
    assert len(open_snapshot(file).objects["pods"]) == 2


def silent(folder: Path, port: int, scheme: str, **cluster: str) -> Path:
    """The kubeconfig of a server that accepts connections and says nothing."""
    content = {
        "current-context": "s",
        "contexts": [{"name": "s", "context": {"cluster": "s", "user": "s"}}],
        "clusters": [{"name": "s", "cluster": {"server": f"{scheme}://127.0.0.1:{port}", **cluster}}],
        "users": [{"name": "s", "user": {"token": "t"}}],
    }
    path = folder / "kubeconfig"
    path.write_text(json.dumps(content))
    return path


def test_a_second_interruption_leaves_no_keys_behind(tmp_path: Path) -> None:
    """The client writes certificates and keys of a kubeconfig into files, and takes them away when it ends."""
    kept, trusted = tmp_path / "kept", base64.b64encode(Path(certifi.where()).read_bytes()).decode()
    kept.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as server:
        kubeconfig = silent(tmp_path, server.getsockname()[1], "https", **{"certificate-authority-data": trusted})
        arguments = ("collect", "-o", str(tmp_path / "s.k8sready"), "--kubeconfig", str(kubeconfig))
        running = program(*arguments, env={**os.environ, "TMPDIR": str(kept)})
        asking, _ = server.accept()
        assert list(kept.iterdir())
        running.send_signal(signal.SIGINT)
        assert running.stderr is not None
        assert "Stopping" in running.stderr.readline() + running.stderr.readline()
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=60)
        asking.close()
    assert (running.returncode, list(kept.iterdir())) == (2, [])


def test_who_is_interrupted_before_the_server_answers_reads_of_no_mistake_in_the_address(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        kubeconfig = silent(tmp_path, server.getsockname()[1], "http")
        running = program("collect", "-o", str(tmp_path / "s.k8sready"), "--kubeconfig", str(kubeconfig))
        asking, _ = server.accept()
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=60)
        asking.close()
    assert running.returncode == 2
    assert "interrupted before anything was read" in err


def test_a_reader_that_leaves_early_stops_the_words_not_the_report(tmp_path: Path) -> None:
    file = tmp_path / "r.json"
    running = program("assess", DEMO, "--no-prove", "--json", str(file))
    assert running.stdout is not None
    running.stdout.close()
    assert running.wait(60) == 0
    assert running.stderr is not None
    assert running.stderr.read() == ""
    running.stderr.close()
    assert file.stat().st_size > 1000


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_behind_standard_output_is_told() -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        running = program("role", stdout=full)
        _, err = running.communicate(timeout=60)
    assert running.returncode == 2
    assert err == "k8sready: standard output: No space left on device. Files named as outputs were written.\n"


@pytest.mark.parametrize(("option", "name"), [("--json", "r.json"), ("--html", "r.html"), ("--csv", "r.csv")])
def test_a_file_that_cannot_grow_leaves_the_old_one_whole(option: str, name: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_text("old")
    arguments = ["assess", DEMO, "--no-prove", option, str(file)]
    limit = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000)); "
    code = f"{limit}from k8sready.cli import main; sys.exit(main({arguments!r}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 2
    assert f"{name}: File too large" in done.stderr
    assert "Traceback" not in done.stderr
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_an_output_that_does_not_fit_costs_only_itself(tmp_path: Path) -> None:
    outputs = {name: tmp_path / f"r.{name}" for name in ("json", "csv", "html")}
    arguments = [
        "assess",
        DEMO,
        "--no-prove",
        *(word for name, path in outputs.items() for word in (f"--{name}", str(path))),
    ]
    limit = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (900_000, 900_000)); "
    code = f"{limit}from k8sready.cli import main; sys.exit(main({arguments!r}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 2
    assert "r.html: File too large" in done.stderr
    assert "Score" in done.stdout
    assert str(outputs["csv"]) in done.stdout
    assert [path.exists() for path in outputs.values()] == [True, True, False]


def test_a_snapshot_that_does_not_fit_is_named(tmp_path: Path) -> None:
    arguments = ["collect", DEMO, "-o", str(tmp_path / "s.k8sready")]
    limit = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000)); "
    code = f"{limit}from k8sready.cli import main; sys.exit(main({arguments!r}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, list(tmp_path.iterdir())) == (2, [])
    assert "s.k8sready: File too large" in done.stderr


def test_letters_that_a_terminal_cannot_show_are_no_reason_to_stop() -> None:
    running = program("assess", DEMO, "--no-prove", env={**os.environ, "PYTHONIOENCODING": "ascii"})
    out, err = running.communicate(timeout=60)
    assert (running.returncode, err) == (0, "")
    assert "Score" in out


def test_a_login_plugin_asks_on_the_terminal_wherever_standard_output_goes(tmp_path: Path) -> None:
    """As in: k8sready assess --json - | jq. A question nobody sees looks like a program that hangs."""
    plugin = tmp_path / "login"
    answer = '{"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {"token": "%s"}}'
    plugin.write_text(f"#!/bin/sh\nprintf 'Code: ' >&2; read code\nprintf '{answer}' \"$code\"\n")
    plugin.chmod(0o755)
    terminal, keyboard = pty.openpty()
    with serving(lambda *_: page(["a"]), tmp_path) as (kubeconfig, _):
        content = json.loads(kubeconfig.read_text())
        command = {"apiVersion": "client.authentication.k8s.io/v1", "command": "./login", "interactiveMode": "Always"}
        content["users"][0]["user"] = {"exec": command}
        kubeconfig.write_text(json.dumps(content))
        arguments = ("assess", "--json", "-", "--no-prove", "--kubeconfig", str(kubeconfig))
        running = program(*arguments, stdin=keyboard, stderr=keyboard)
        asked = b""
        while b"Code: " not in asked:
            asked += os.read(terminal, 1000)
        os.write(terminal, b"123\n")
        out, _ = running.communicate(timeout=60)
    os.close(terminal)
    os.close(keyboard)
    assert json.loads(out)["cluster"]["origin"] == "cluster"
