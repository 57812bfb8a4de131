"""Faults of servers and networks: each costs only itself, and is told."""

import gzip
import json
import threading
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from k8sready.errors import K8sReadyError
from k8sready.objects.kinds import BY_KEY
from k8sready.snapshot import Coverage, Reading, Snapshot
from k8sready.sources import cluster, discovery, paging, transport
from k8sready.sources.gate import TABLE, RefusedError, check
from k8sready.sources.paging import Response

from .faulty_server import Answer, Script, page, serving, status

KINDS = tuple(BY_KEY[key] for key in ("namespaces", "pods", "secrets"))


def read(script: Script, folder: Path, *, secrets: bool = False) -> tuple[Snapshot, list[str]]:
    with serving(script, folder) as (kubeconfig, asked):
        return cluster.collect(kubeconfig, kinds=KINDS, secrets=secrets, requests_per_second=1000), asked


def names(snapshot: Snapshot) -> list[str]:
    return [item.metadata.name for item in snapshot.objects.get("pods", ())]


def once(fault: Answer) -> Script:
    """The fault at the first request for the second page, then everything is well."""

    def script(token: str, count: int) -> Answer:
        if token == "two":
            return fault if count == 2 else page(["c"])
        return page(["a", "b"], "two", 1)

    return script


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(status(429, "TooManyRequests", headers={"Retry-After": "0"}), id="throttled"),
        pytest.param(status(500, "InternalError"), id="500"),
        pytest.param(status(503, "ServiceUnavailable"), id="503"),
        pytest.param("reset", id="a connection reset"),
        pytest.param("cut", id="a body cut short"),
    ],
)
def test_a_passing_fault_is_waited_out_and_the_list_is_complete(fault: Answer, tmp_path: Path) -> None:
    snapshot, _ = read(once(fault), tmp_path)
    assert names(snapshot) == ["a", "b", "c"]
    assert snapshot.reading("pods") is Reading.COMPLETE


def test_who_did_not_answer_in_time_is_asked_only_once_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An aggregated API server that hangs answers 504 after a minute, and each kind of it would cost four."""
    monkeypatch.setattr(paging, "_LONG", 0.0)
    snapshot, asked = read(lambda *_: status(504, "Timeout"), tmp_path)
    assert (len(asked), snapshot.reading("pods")) == (2, Reading.FAILED)


def test_a_server_that_is_gone_is_not_waited_for_with_every_kind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "_GONE", (2, 0.0))
    snapshot, asked = read(lambda token, _: "reset" if token else page(["a"], "two", 1), tmp_path)
    covered = snapshot.coverage["pods"]
    assert (names(snapshot), covered.reading) == (["a"], Reading.PARTIAL)
    assert asked.count("two") < 4
    assert "does not answer any more" in covered.reason


def test_an_expired_token_starts_the_list_again(tmp_path: Path) -> None:
    snapshot, asked = read(once(status(410, "Expired")), tmp_path)
    covered = snapshot.coverage["pods"]
    assert names(snapshot) == ["a", "b", "c"]
    assert asked == ["", "two", "", "two"]
    assert (covered.reading, covered.restarts, covered.inconsistent) == (Reading.COMPLETE, 1, False)


def test_a_token_that_keeps_expiring_is_continued_and_marked(tmp_path: Path) -> None:
    def script(token: str, _: int) -> Answer:
        if token == "fresh":
            return page(["b", "c"])
        return status(410, "Expired", token="fresh") if token else page(["a", "b"], "two", 1)

    snapshot, _ = read(script, tmp_path)
    assert names(snapshot) == ["a", "b", "c"]
    assert snapshot.coverage["pods"].inconsistent


def test_a_token_that_expires_for_ever_leaves_a_part(tmp_path: Path) -> None:
    snapshot, _ = read(lambda token, _: status(410, "Expired") if token else page(["a"], "two", 1), tmp_path)
    assert snapshot.reading("pods") is Reading.PARTIAL


def test_a_token_the_server_does_not_know_starts_the_list_again_once(tmp_path: Path) -> None:
    snapshot, _ = read(once(status(400, "BadRequest")), tmp_path)
    assert names(snapshot) == ["a", "b", "c"]
    snapshot, _ = read(lambda token, _: status(400, "BadRequest") if token else page(["a"], "two", 1), tmp_path)
    assert snapshot.reading("pods") is Reading.PARTIAL


@pytest.mark.parametrize(
    ("script", "read_names"),
    [
        pytest.param(lambda *_: page(["a"], "same"), ["a", "a"], id="the same token"),
        pytest.param(lambda token, _: page(["a"], "x" if token == "y" else "y"), ["a", "a", "a"], id="two in turn"),
        pytest.param(lambda token, _: status(410, token="x") if token else page(["a"], "x"), ["a"], id="never there"),
    ],
)
def test_pages_that_go_round_in_a_circle_come_to_an_end(script: Script, read_names: list[str], tmp_path: Path) -> None:
    snapshot, _ = read(script, tmp_path)
    assert (names(snapshot), snapshot.reading("pods")) == (read_names, Reading.PARTIAL)


def test_pages_without_end_come_to_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "_PAGES_AT_MOST", 5)
    snapshot, asked = read(lambda _, count: page([], f"t{count}"), tmp_path)
    assert (len(asked), snapshot.reading("pods")) == (6, Reading.PARTIAL)


def test_an_answer_that_unfolds_without_end_is_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "_LARGEST", 1 << 20)
    bomb = gzip.compress(b'{"kind":"PodList","metadata":{},"items":[' + b" " * (2 << 20) + b"]}")
    snapshot, asked = read(lambda *_: (200, {"Content-Encoding": "gzip"}, bomb), tmp_path)
    assert (len(asked), snapshot.reading("pods")) == (1, Reading.FAILED)
    assert "larger" in snapshot.coverage["pods"].reason


def test_only_an_absent_token_ends_a_list(tmp_path: Path) -> None:
    pages = {"": page([], "two", 2), "two": page(["a"], "three", 1), "three": page(["b"])}
    snapshot, _ = read(lambda token, _: pages[token], tmp_path)
    assert names(snapshot) == ["a", "b"]


@pytest.mark.parametrize(
    ("answer", "reading"),
    [
        (status(403, "Forbidden"), Reading.FORBIDDEN),
        (status(404, "NotFound"), Reading.ABSENT),
        (status(500), Reading.FAILED),
    ],
)
def test_a_kind_that_cannot_be_read_is_told_and_the_others_are_read(
    answer: Answer, reading: Reading, tmp_path: Path
) -> None:
    snapshot, _ = read(lambda *_: answer, tmp_path)
    covered: Coverage = snapshot.coverage["pods"]
    assert covered.reading is reading
    assert covered.reason
    assert snapshot.reading("namespaces") is Reading.COMPLETE


@pytest.mark.parametrize("body", [b"{}", b'{"error": "log in"}', b'{"kind": "Status", "metadata": {}, "code": 200}'])
def test_an_answer_that_is_no_list_is_not_an_empty_list(body: bytes, tmp_path: Path) -> None:
    """As of a proxy that answers in the server's place."""
    snapshot, _ = read(lambda *_: (200, {}, body), tmp_path)
    assert snapshot.reading("pods") is Reading.FAILED
    snapshot, _ = read(lambda token, _: (200, {}, body) if token else page(["a"], "two", 1), tmp_path)
    assert (names(snapshot), snapshot.reading("pods")) == (["a"], Reading.PARTIAL)


def test_a_malformed_pod_costs_only_itself(tmp_path: Path) -> None:
    good = page(["a"])[2]
    assert isinstance(good, bytes)
    body = good.replace(b'"items": [', b'"items": [{"metadata": {"name": "bad"}, "spec": {"containers": 7}}, ')
    snapshot, _ = read(lambda *_: (200, {}, body), tmp_path)
    covered = snapshot.coverage["pods"]
    assert names(snapshot) == ["a"]
    assert covered.reading is Reading.PARTIAL
    assert "bad" in covered.broken[0]


def test_a_server_that_ignores_the_request_for_names_gets_its_answer_dropped(tmp_path: Path) -> None:
    snapshot, _ = read(lambda *_: page([]), tmp_path, secrets=True)
    assert snapshot.reading("secrets") is not Reading.COMPLETE
    assert "czNjcjN0" not in repr(snapshot)
    assert "secrets" not in snapshot.objects


def test_a_server_that_is_gone_is_told_without_the_token(tmp_path: Path) -> None:
    with serving(lambda *_: page([]), tmp_path) as (kubeconfig, _):
        pass
    with pytest.raises(K8sReadyError) as raised:
        cluster.collect(kubeconfig, kinds=KINDS)
    assert "s3cr3t-token" not in str(raised.value)
    assert "Check the address" in str(raised.value)


def test_a_cancelled_collection_returns_what_was_read(tmp_path: Path) -> None:
    cancel = threading.Event()

    def script(token: str, _: int) -> Answer:
        if token:
            cancel.set()
        return page([f"p{token}"], f"{token}x", 9)

    with serving(script, tmp_path) as (kubeconfig, _):
        snapshot = cluster.collect(kubeconfig, kinds=KINDS, cancel=cancel)
    assert names(snapshot)
    assert snapshot.coverage["pods"].reading is Reading.PARTIAL
    assert "cancelled" in snapshot.coverage["pods"].reason


REFUSED: list[tuple[str, str, str]] = [
    ("DELETE", "/api/v1/pods", "application/json"),
    ("POST", "/api/v1/pods", "application/json"),
    ("GET", "/api/v1/namespaces/a/pods/p/log", "application/json"),
    ("GET", "/api/v1/nodes/n/proxy/", "application/json"),
    ("GET", "/api/v1/pods?watch=true", "application/json"),
    ("GET", "/api/v1/secrets", "application/json"),
    ("GET", "/api/v1/namespaces/a/secrets?includeObject=Object", TABLE),
    ("GET", "/api/v1/namespaces/a/secrets?includeObject=None", f"{TABLE},application/json"),
    ("GET", "/api/v1/namespaces/a/configmaps/c", "application/json"),
    ("GET", "/api/v1/namespaces/a/%73ecrets/s", "application/json"),
    ("GET", "/api/v1/namespaces/a/pods/../secrets%2fs", "application/json"),
    ("GET", "/api/v1/namespaces/a//secrets", "application/json"),
    ("GET", "/api/v1/pods?watch=true&watch=false", "application/json"),
    ("GET", "/api/v1/namespaces/a/secrets?includeObject=Object&includeObject=None", TABLE),
]


@pytest.mark.parametrize(("method", "path", "accept"), REFUSED)
def test_the_gate_refuses_what_could_write_stream_or_bring_values(method: str, path: str, accept: str) -> None:
    with pytest.raises(RefusedError):
        check(method, path, accept)


ALLOWED: list[Callable[[], None]] = [
    lambda: check("GET", "/api/v1/pods?limit=500", "application/json"),
    lambda: check("GET", "/api/v1/namespaces/a/secrets?includeObject=None&limit=500", TABLE),
    lambda: check("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", "application/json"),
]


@pytest.mark.parametrize("allowed", ALLOWED)
def test_the_gate_lets_pass_what_reads(allowed: Callable[[], None]) -> None:
    allowed()


def test_credentials_that_end_during_a_collection_leave_a_part_and_say_why(tmp_path: Path) -> None:
    snapshot, _ = read(lambda token, _: status(401, "Unauthorized") if token else page(["a"], "two", 1), tmp_path)
    covered = snapshot.coverage["pods"]
    assert (names(snapshot), covered.reading) == (["a"], Reading.PARTIAL)
    assert "credentials any more (401)" in covered.reason


def test_a_server_that_knows_no_reviews_of_oneself_is_read_all_the_same(tmp_path: Path) -> None:
    """Their answer is then a Status, whose `status` is a word; SelfSubjectReview is of 1.28."""
    refused = {"kind": "Status", "status": "Failure", "metadata": {}, "code": 404}
    with serving(lambda *_: page(["a"]), tmp_path, reviews=(404, {}, json.dumps(refused).encode())) as (kubeconfig, _):
        snapshot = cluster.collect(kubeconfig, kinds=KINDS, requests_per_second=1000)
    assert names(snapshot) == ["a"]
    assert (snapshot.identity.user, snapshot.reading("pods")) == ("", Reading.COMPLETE)


DEEP = b"[" * 100_000
METRIC = b'apiserver_storage_transformation_operations_total{transformation_type="to_storage",transformer_prefix="%s"} '
ODD = [
    ("/version", b'{"gitVersion": ["v1"]}', b'{"status":{"allowed":"x","reason":[1],"userInfo":[1]}}'),
    ("/version", DEEP, b'{"status":[]}'),
    ("/api/v1/namespaces/kube-system", b'{"kind": "Namespace", "metadata": [1]}', b"\xff"),
    ("/api/v1/namespaces/kube-system", DEEP, DEEP),
    ("/metrics", METRIC + b"1e+e\n", b"{}"),
    ("/metrics", METRIC % b"\xff" + b"2\n", b""),
]


@pytest.mark.parametrize(("path", "body", "review"), ODD)
def test_an_odd_answer_about_the_cluster_costs_only_what_it_would_have_told(
    path: str, body: bytes, review: bytes, tmp_path: Path
) -> None:
    odd = {"answers": {path: (200, {}, body)}, "reviews": (200, {}, review)}
    with serving(lambda *_: page(["a"]), tmp_path, **odd) as (kubeconfig, _):
        snapshot = cluster.collect(kubeconfig, kinds=KINDS, requests_per_second=1000)
    assert names(snapshot) == ["a"]


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"resources": [{"name": 7}]}'])
def test_of_an_older_server_a_group_that_answers_oddly_is_down(body: bytes, tmp_path: Path) -> None:
    group = {"name": "odd.example", "versions": [{"version": "v1"}]}
    core = [{"name": "pods", "kind": "Pod", "namespaced": True, "verbs": ["list"]}]
    answers: dict[str, bytes] = {
        "/api": b'{"kind": "APIVersions", "versions": ["v1"]}',
        "/apis": json.dumps({"kind": "APIGroupList", "groups": [group]}).encode(),
        "/api/v1": json.dumps({"resources": [*core, {**core[0], "name": "namespaces", "namespaced": False}]}).encode(),
        "/apis/odd.example/v1": body,
    }
    odd: dict[str, Answer] = {path: (200, {}, answer) for path, answer in answers.items()}
    with serving(lambda *_: page(["a"]), tmp_path, answers=odd) as (kubeconfig, _):
        snapshot = cluster.collect(kubeconfig, kinds=KINDS, requests_per_second=1000)
    assert names(snapshot) == ["a"]
    assert [item.group for item in snapshot.discovery or () if item.stale] == ["odd.example"]


@pytest.mark.parametrize(
    "server",
    [
        *("u:hunter2@host:6443", "https://u:hun/ter2@host", "https://u:hunter2@[::1", "https://u:hunter2@h\u2100:1"),
        *("https://u:hunter2@h:99999", "https://u:hunter2@127.0.0.1:1/x?token=hunter2", "ftp://u:hunter2@h"),
    ],
)
def test_an_address_that_is_none_is_told_without_its_password(server: str, tmp_path: Path) -> None:
    with serving(lambda *_: page([]), tmp_path) as (kubeconfig, _):
        content = json.loads(kubeconfig.read_text())
    content["clusters"][0]["cluster"] = {"server": server, "proxy-url": "http://u:hunter2@127.0.0.1:1"}
    kubeconfig.write_text(json.dumps(content))
    try:
        cluster.collect(kubeconfig, kinds=KINDS)
    except K8sReadyError:
        assert "ter2" not in traceback.format_exc()
    else:
        pytest.fail("there is such a server")


@pytest.mark.parametrize("name", ["a/%73ecrets/s", "../../../metrics", "kube-system/pods", "a?watch=true", ""])
def test_a_name_that_no_namespace_has_is_refused_before_anything_is_asked(name: str, tmp_path: Path) -> None:
    refused = pytest.raises(K8sReadyError, match="no name of a namespace")
    with serving(lambda *_: page([]), tmp_path) as (kubeconfig, asked), refused:
        cluster.collect(kubeconfig, namespaces=["a", name], kinds=KINDS)
    assert asked == []


def test_where_reviews_are_denied_the_namespaces_are_tried(tmp_path: Path) -> None:
    """A role in one namespace is worth as much where the authorizer answers no reviews."""

    def script(_: str, count: int) -> Answer:
        return status(403, "Forbidden") if count == 1 else page(["a"])

    with serving(script, tmp_path, reviews=status(403, "Forbidden")) as (kubeconfig, _):
        snapshot = cluster.collect(kubeconfig, kinds=KINDS, requests_per_second=1000)
    covered = snapshot.coverage["pods"]
    assert (names(snapshot), covered.reading, covered.namespaces) == (["a"], Reading.COMPLETE, ("a",))


def test_where_an_authorizer_cannot_tell_its_rules_each_kind_is_asked_for(tmp_path: Path) -> None:
    """As webhooks of clouds cannot: that they name none does not mean that they allow none."""

    def script(_: str, count: int) -> Answer:
        return status(403, "Forbidden") if count == 1 else page(["a"])

    review = {"allowed": True, "resourceRules": [], "nonResourceRules": [], "incomplete": True}
    answer = (201, {}, json.dumps({"status": review}).encode())
    with serving(script, tmp_path, reviews=answer) as (kubeconfig, _):
        snapshot = cluster.collect(kubeconfig, kinds=KINDS, requests_per_second=1000)
    assert (names(snapshot), snapshot.reading("pods")) == (["a"], Reading.COMPLETE)


def test_a_cancelled_collection_asks_no_further_namespace(tmp_path: Path) -> None:
    cancel = threading.Event()

    def script(_: str, count: int) -> Answer:
        if count == 3:
            cancel.set()
        return page(["a"])

    several = [f"n{number}" for number in range(50)]
    with serving(script, tmp_path) as (kubeconfig, asked):
        snapshot = cluster.collect(kubeconfig, kinds=KINDS[1:2], namespaces=several, cancel=cancel)
    covered = snapshot.coverage["pods"]
    assert (len(asked), covered.reading, len(covered.missing)) == (3, Reading.PARTIAL, 48)


def test_a_group_whose_discovery_is_garbled_costs_only_itself() -> None:
    """Group by group, as of servers before 1.27."""
    groups = [{"name": name, "versions": [{"version": "v1"}]} for name in ("html", "list", "null", "well")]
    resource = {"name": "pods", "kind": "Pod", "namespaced": True, "verbs": ["list"]}
    answers: dict[str, object] = {
        "/api": {"versions": ["v1"]},
        "/apis": {"groups": groups},
        "/api/v1": {"resources": [resource]},
        "/apis/list/v1": [],
        "/apis/null/v1": {"resources": [None]},
        "/apis/well/v1": {"resources": [resource, {**resource, "name": "pods/log"}]},
    }
    served, _ = discovery.served(
        lambda path: Response(200, json.dumps(answers[path]).encode() if path in answers else b"<html>")
    )
    assert served is not None
    assert [(item.group, item.resource, item.stale) for item in served] == [
        ("", "pods", False),
        ("html", "", True),
        ("list", "", True),
        ("null", "", True),
        ("well", "pods", False),
    ]


@pytest.mark.parametrize("body", [b"{}", b"[]", b"null", b'{"versions": 1}', b"<html>"])
def test_discovery_that_names_nothing_is_no_discovery(body: bytes) -> None:
    served, answer = discovery.served(lambda _: Response(200, body))
    assert (served, answer.reason) == (None, "the answer to discovery cannot be read")
