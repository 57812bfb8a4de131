"""Kubeconfigs mean what kubectl takes them for: joined files, relative paths, tokens in files, impersonation."""

import json
import os
import subprocess
import tempfile
import traceback
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from kubernetes.config import kube_config as client_files

from k8sready.errors import K8sReadyError
from k8sready.objects.kinds import BY_KEY
from k8sready.snapshot import Reading, Snapshot
from k8sready.sources import cluster
from tests.controlplane.server import ControlPlane
from tests.kubeconfigs import kubeconfig

CONTENT = kubeconfig("https://a.example", name="a")


def written(path: Path, *parts: str, **changed: Any) -> Path:
    """A kubeconfig with these parts only (all, if none is named)."""
    content = {name: value for name, value in {**CONTENT, **changed}.items() if not parts or name in parts}
    path.write_text(json.dumps(content))
    return path


def collected(kubeconfig: Path | None) -> Snapshot:
    return cluster.collect(kubeconfig, kinds=(BY_KEY["namespaces"],), requests_per_second=1000)


def test_of_several_files_the_first_that_says_something_counts_and_missing_ones_do_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [
        written(tmp_path / "one", "users", "current-context"),
        tmp_path / "missing",
        written(tmp_path / "two", "contexts", "clusters"),
        written(tmp_path / "three", **{"current-context": "b", "contexts": [{"name": "b", "context": {}}]}),
        tmp_path / "empty",
    ]
    files[-1].write_text("")
    monkeypatch.setenv("KUBECONFIG", os.pathsep.join(["", *map(str, files), ""]))
    assert cluster.contexts() == (("a", "b"), "a")


def test_an_empty_variable_names_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".kube").mkdir()
    written(tmp_path / ".kube" / "config")
    monkeypatch.setenv("KUBECONFIG", "")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cluster.contexts() == (("a",), "a")


OTHER = {"name": "z", "context": {"cluster": "gone", "user": "a"}}
UNUSABLE: list[Any] = [
    pytest.param({"current-context": ""}, "sets no current context", id="no current context"),
    pytest.param({"current-context": "b"}, "holds no context 'b'", id="a context that is not there"),
    pytest.param({"clusters": None}, "holds no cluster 'a'", id="a cluster that is not there"),
    pytest.param({"users": []}, "holds no user 'a'", id="a user that is not there"),
    pytest.param({"users": {"a": 1}}, "its users are no list of names", id="users that are no list"),
    pytest.param(
        {"clusters": [{"name": "a", "cluster": {"server": "https://a.example", "proxy-url": "junk"}}]},
        "its proxy-url",
        id="a proxy without a scheme",
    ),
    pytest.param(
        {"users": [{"name": "a", "user": {"auth-provider": {"name": "gcp", "config": {}}}}]},
        "auth-provider 'gcp'",
        id="a login that kubectl knows no more",
    ),
    pytest.param({"users": [{"name": "a", "user": {"tokenFile": "gone"}}]}, "gone does not exist", id="no token file"),
]


@pytest.mark.parametrize(("changed", "told"), UNUSABLE)
def test_what_is_wrong_with_a_kubeconfig_is_said(changed: dict[str, Any], told: str, tmp_path: Path) -> None:
    with pytest.raises(K8sReadyError) as raised:
        collected(written(tmp_path / "config", **changed))
    assert told in str(raised.value)
    assert "s3cr3t" not in str(raised.value)


SECRET = "s3cr3t-token"
MISTAKES: list[dict[str, Any]] = [
    {"contexts": [{"name": "a", "context": {"cluster": "a", "user": {"token": SECRET}}}]},
    {"contexts": [{"name": {"token": SECRET}, "context": {"cluster": "a", "user": "a"}}]},
    {"current-context": {"token": SECRET}},
    *(
        {"users": [{"name": "a", "user": user}]}
        for user in (
            {"token": {"value": SECRET}},
            {"tokenFile": [SECRET]},
            {"as-groups": 7},
            {"as-user-extra": [SECRET]},
            {"as-user-extra": {"k": 7}},
            {"exec": {"command": [SECRET]}},
            {"exec": [SECRET]},
            {"auth-provider": SECRET},
        )
    ),
    {"clusters": [{"name": "a", "cluster": {"server": [SECRET]}}]},
    {"clusters": [{"name": "a", "cluster": {"certificate-authority": {"data": SECRET}}}]},
]


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_a_kubeconfig_is_told_without_what_stands_there(mistake: dict[str, Any], tmp_path: Path) -> None:
    kubeconfig = written(tmp_path / "config", **mistake)
    assert cluster.contexts(kubeconfig)[1] in ("", "a")
    with pytest.raises(K8sReadyError) as raised:
        collected(kubeconfig)
    assert SECRET not in "".join(traceback.format_exception(raised.value))


def test_a_file_without_contexts_is_no_kubeconfig(tmp_path: Path) -> None:
    with pytest.raises(K8sReadyError, match="config is not a kubeconfig"):
        collected(written(tmp_path / "config", "apiVersion"))


def test_a_login_plugin_that_is_not_installed_is_named(tmp_path: Path) -> None:
    plugin = {"apiVersion": "client.authentication.k8s.io/v1", "command": "no-such-login"}
    with pytest.raises(K8sReadyError, match="the login plugin 'no-such-login' cannot be run"):
        collected(written(tmp_path / "config", users=[{"name": "a", "user": {"exec": plugin}}]))


@pytest.mark.parametrize(
    ("proxy", "told"), [("127.0.0.1:9", "the proxy refused, or is not there"), ("gopher://a:9", "HTTPS_PROXY")]
)
def test_a_proxy_of_the_environment_is_taken_as_kubectl_takes_it(
    proxy: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a scheme it is an HTTP proxy."""
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    with pytest.raises(K8sReadyError) as raised:
        collected(written(tmp_path / "config"))
    assert told in str(raised.value)


def test_a_file_that_is_no_kubeconfig_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "broken").write_text("a: [")
    monkeypatch.setenv("KUBECONFIG", f"{written(tmp_path / 'good')}{os.pathsep}{tmp_path / 'broken'}")
    with pytest.raises(K8sReadyError, match=f"{tmp_path / 'broken'} is not valid YAML"):
        collected(None)


@pytest.mark.controlplane
@pytest.mark.parametrize(
    ("user", "told"),
    [
        pytest.param({"token": "s3cr3t\ntoken"}, "holds characters", id="a token of two lines"),
        pytest.param({"token": "s3cr3t€"}, "holds characters", id="a token with a euro"),
        pytest.param({"client-certificate": "x", "client-key": "x"}, "client-certificate", id="no certificate"),
    ],
)
def test_credentials_that_cannot_be_sent_are_told(
    controlplane: ControlPlane, tmp_path: Path, user: dict[str, Any], told: str
) -> None:
    (tmp_path / "x").write_text("x")
    with pytest.raises(K8sReadyError, match=told) as raised:
        collected(controlplane.kubeconfig_with(tmp_path / "config", user))
    assert "s3cr3t" not in str(raised.value)


@pytest.mark.controlplane
def test_a_token_in_a_file_beside_the_kubeconfig_may_end_its_line(controlplane: ControlPlane, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{controlplane.admin_token}\n")
    user = {"token": "an old one", "tokenFile": "token"}
    assert collected(controlplane.kubeconfig_with(tmp_path / "config", user)).identity.user == "admin"


@pytest.mark.controlplane
def test_a_kubeconfig_that_impersonates_reads_with_the_rights_of_that_user(
    controlplane: ControlPlane, tmp_path: Path
) -> None:
    controlplane.kubectl("create", "clusterrole", "lists-namespaces", "--verb=list", "--resource=namespaces")
    controlplane.kubectl("create", "clusterrolebinding", "tigers", "--clusterrole=lists-namespaces", "--group=tigers")
    user = {"token": controlplane.admin_token, "as": "alice", "as-user-extra": {"of/a": ["b"]}}
    alone = collected(controlplane.kubeconfig_with(tmp_path / "alone", user))
    assert (alone.identity.user, alone.reading("namespaces")) == ("alice", Reading.FORBIDDEN)
    member = collected(controlplane.kubeconfig_with(tmp_path / "member", {**user, "as-groups": ["lions", "tigers"]}))
    assert (member.identity.user, member.reading("namespaces")) == ("alice", Reading.COMPLETE)


@pytest.mark.controlplane
def test_a_field_that_is_null_is_not_there(controlplane: ControlPlane, tmp_path: Path) -> None:
    """As templates of kubeconfigs leave them."""
    user = {"token": controlplane.admin_token, "client-certificate": None, "exec": None, "as": None}
    kubeconfig = controlplane.kubeconfig_with(tmp_path / "config", user)
    content = json.loads(kubeconfig.read_text())
    content["clusters"][0]["cluster"] |= {"certificate-authority": None, "proxy-url": None, "tls-server-name": None}
    kubeconfig.write_text(json.dumps(content))
    assert collected(kubeconfig).identity.user == "admin"


@pytest.mark.controlplane
def test_no_file_with_a_key_of_the_kubeconfig_is_left(
    controlplane: ControlPlane, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kernel runs for days, and what is killed does not tidy up at its exit."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    files = {"client-key-data": tmp_path / "key", "client-certificate-data": tmp_path / "certificate"}
    out = ("-keyout", str(tmp_path / "key"), "-out", str(tmp_path / "certificate"))
    made = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x", *out)
    subprocess.run(made, check=True, capture_output=True)
    keys = {name: b64encode(path.read_bytes()).decode() for name, path in files.items()}
    kubeconfig = controlplane.kubeconfig_with(tmp_path / "config", {"token": controlplane.admin_token, **keys})
    of_others = Path(client_files._create_temp_file_with_content("a key of the kernel's owner"))
    for _ in range(2):  # the client remembers where it wrote what
        assert collected(kubeconfig).reading("namespaces") is Reading.COMPLETE
        assert list((tmp_path / "temporary").iterdir()) == [of_others]


@pytest.mark.controlplane
def test_a_pipe_is_a_kubeconfig(controlplane: ControlPlane) -> None:
    end, start = os.pipe()
    os.write(start, controlplane.kubeconfig().read_bytes())
    os.close(start)
    assert collected(Path(f"/dev/fd/{end}")).identity.user == "admin"
    os.close(end)
