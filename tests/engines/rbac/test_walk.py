"""Every step of a way that the engine claims is walked on the real API server; where it claims none, all is refused."""

import secrets
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from pathlib import Path
from random import Random
from typing import Any

import pytest

import k8sready
from k8sready.engines.rbac import account
from k8sready.tables import Tables
from tests.controlplane.fixtures import programs
from tests.controlplane.server import ControlPlane

from .making import API, rule
from .walking import CONTAINER, DRY, MERGE, RESTRICTED, RUNNABLE, STRATEGIC, Walker, runnable

pytestmark = pytest.mark.controlplane
LEVEL = "pod-security.kubernetes.io/enforce"
CERTIFICATES = "certificates.k8s.io"
REQUESTS = "certificatesigningrequests"
STATUS = {"Content-Type": "application/merge-patch+json"}
# What may be held, each known by the moves it allows somewhere; {0} is the prefix of a world.
POWERS: dict[str, list[dict[str, Any]]] = {
    "creates pods": [rule("create", "pods")],
    "creates workloads": [rule("create", "deployments,statefulsets", "apps"), rule("create", "jobs", "batch")],
    "patches pods": [rule("patch", "pods")],
    "updates pods": [rule("update", "pods")],
    "patches deployments": [rule("patch", "deployments,daemonsets", "apps")],
    "updates cronjobs": [rule("update", "cronjobs,jobs", "batch")],
    "execs": [rule("create", "pods/exec")],
    "gets exec": [rule("get", "pods/exec"), rule("create", "pods/attach")],
    "debugs": [rule("patch,update", "pods/ephemeralcontainers")],
    "tokens": [rule("create", "serviceaccounts/token")],
    "tokens of web": [rule("create", "serviceaccounts/token", names="web")],
    "token secrets": [rule("create,get", "secrets")],
    "patches secrets": [rule("create,patch", "secrets")],
    "writes secrets": [rule("create,update", "secrets")],
    "acts as accounts": [rule("impersonate", "serviceaccounts")],
    "acts as masters": [rule("impersonate", "users,groups")],
    "acts as users": [rule("impersonate", "users")],
    "binds": [rule("bind", "clusterroles", API), rule("create", "rolebindings,clusterrolebindings", API)],
    "binds view": [rule("bind", "clusterroles", API, "view"), rule("create", "rolebindings", API)],
    "joins": [rule("bind", "clusterroles", API), rule("patch", "rolebindings,clusterrolebindings", API)],
    "writes bindings": [rule("create,update", "rolebindings,clusterrolebindings", API)],
    "escalates": [rule("escalate,update", "clusterroles,roles", API)],
    "escalates nothing": [rule("escalate", "clusterroles,roles", API), rule("update", "clusterroles", "apps")],
    "certifies": [
        *(rule("create", REQUESTS, CERTIFICATES), rule("update", f"{REQUESTS}/approval", CERTIFICATES)),
        rule("approve", "signers", CERTIFICATES, names="kubernetes.io/*"),
    ],
    "kubelets": [rule("get,create", "nodes/proxy")],
    "relabels and creates": [rule("patch", "namespaces"), rule("create", "pods")],
    "makes namespaces": [rule("create", "namespaces"), rule("create", "pods")],
    "creates pods elsewhere": [rule("create", "pods")],
    "patches deployments elsewhere": [rule("patch", "deployments", "apps")],
    "relabels and creates elsewhere": [rule("patch", "namespaces"), rule("create", "pods")],
    "evicts": [rule("create", "pods/eviction,pods/binding"), rule("patch", "nodes,nodes/status")],
    "everything": [rule("*", "*", "*")],
}
MILD = tuple(name for name in POWERS if name != "everything")
WIDE = (
    "kubelets",
    "certifies",
    "acts as masters",
    "acts as users",
    "makes namespaces",
    "joins",
    "escalates",
    "everything",
)


ELSEWHERE = {
    "creates pods elsewhere": "privileged",
    "patches deployments elsewhere": "privileged",
    "relabels and creates elsewhere": "restricted",
}
READY = {"ready": True, "restartCount": 0}


@pytest.fixture(scope="module")
def plane() -> Iterator[ControlPlane]:
    """A control plane whose pods get the tokens of their accounts, with controllers."""
    folder = Path(tempfile.mkdtemp(prefix="k8sready-walk-"))
    made = ControlPlane(programs(), folder, service_accounts=True)
    made.start_controllers()
    yield made
    made.stop()
    shutil.rmtree(folder, ignore_errors=True)


class World:
    """Two namespaces, accounts, pods, workloads and bindings by chance, or with one power alone. The start is a/ci."""

    def __init__(self, plane: ControlPlane, random: Random, alone: str = "") -> None:
        beat(plane)
        self.plane, self.random, self.prefix = plane, random, f"w{secrets.token_hex(3)}"
        levels = ["privileged", "baseline", "restricted", ""]
        self.spaces = [self.namespace(letter) for letter in "ab"]
        self.start = account(self.spaces[0], "ci")
        self.power = account(random.choice(self.spaces), random.choice(("web", "db")))
        self.number, self.alone = 0, alone
        for space in self.spaces:
            for name in ("ci", "web", "db"):
                self.post(f"/api/v1/namespaces/{space}/serviceaccounts", {"metadata": {"name": name}})
            self.fill(space)
            # what runs is older than the level
            self.label(space, random.choice(levels) if not alone.endswith("elsewhere") else ELSEWHERE[alone])
        self.bind("everything", self.power.namespace, self.power.name, "")
        if alone:
            self.bind(alone, self.spaces[0], "ci", "" if alone in WIDE else self.home())
            return
        for _ in range(random.randint(1, 4)):
            name = random.choice(MILD)
            subject = random.choice([(self.spaces[0], "ci")] * 3 + [(space, "web") for space in self.spaces])
            wide = name in WIDE and random.random() < 0.5
            self.bind(name, *subject, "" if wide else random.choice(self.spaces))

    def home(self) -> str:
        """Where a power that stands alone is held: beside the powerful account, or elsewhere."""
        other = next(space for space in self.spaces if space != self.power.namespace)
        return other if self.alone.endswith("elsewhere") else self.power.namespace

    def post(self, path: str, body: dict[str, Any]) -> None:
        status, content = self.plane.request("POST", path, body)
        assert status == 201, (path, content)

    def namespace(self, letter: str) -> str:
        name = f"{self.prefix}-{letter}"
        self.post("/api/v1/namespaces", {"metadata": {"name": name}})
        return name

    def label(self, space: str, level: str) -> None:
        change = {"metadata": {"labels": {LEVEL: level or None}}}
        assert self.plane.request("PATCH", f"/api/v1/namespaces/{space}", change, MERGE)[0] == 200

    def fill(self, space: str) -> None:
        """Pods of some accounts, running; and workloads."""
        for name in self.random.sample(("web", "db"), 2 if self.alone else self.random.randint(0, 2)):
            self.run(space, name)
        for version, plural, kind in self.workloads():
            base = "/api/v1" if version == "v1" else f"/apis/{version}"
            self.post(f"{base}/namespaces/{space}/{plural}", runnable(version, kind, "app", {}))

    def workloads(self) -> Sequence[tuple[str, str, str]]:
        if self.alone:
            return RUNNABLE[1:] if self.alone.split()[0] in ("patches", "updates") else ()
        return self.random.sample(RUNNABLE[1:], 2)

    def run(self, space: str, name: str) -> None:
        path = f"/api/v1/namespaces/{space}"
        spec = {"serviceAccountName": name, "nodeName": "node-1", **self.random.choice(({}, RESTRICTED))}
        self.post(f"{path}/pods", runnable("v1", "Pod", f"{name}-1", spec))
        running = [{"name": "c", "state": {"running": {}}, "image": "i", "imageID": "i", **READY}]
        change = {"status": {"phase": "Running", "containerStatuses": running}}
        status, content = self.plane.request("PATCH", f"{path}/pods/{name}-1/status", change, STATUS)
        assert status == 200, content

    def bind(self, power: str, subject_space: str, subject: str, space: str) -> None:
        self.number += 1
        name, rules = f"{self.prefix}-{self.number}", POWERS[power]
        metadata = {"name": name}
        self.post(f"/apis/{API}/v1/clusterroles", {"metadata": metadata, "rules": rules})
        middle = f"namespaces/{space}/rolebindings" if space else "clusterrolebindings"
        body = {"roleRef": {"apiGroup": API, "kind": "ClusterRole", "name": name}, "metadata": metadata}
        bound = [{"kind": "ServiceAccount", "name": subject, "namespace": subject_space}]
        self.post(f"/apis/{API}/v1/{middle}", {**body, "subjects": bound})

    def attempts(self) -> list[tuple[Any, ...]]:
        """What somebody would try first who wants to be the one account that may do everything, or be like it."""
        space, name = self.power.namespace, self.power.name
        local = f"/api/v1/namespaces/{space}"
        tried: list[tuple[Any, ...]] = []
        asked = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}
        review = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
        reviews = "/apis/authentication.k8s.io/v1/selfsubjectreviews"
        tried.append(("POST", f"{local}/serviceaccounts/{name}/token", asked))
        tried.append(("POST", reviews, review, {"Impersonate-User": f"system:serviceaccount:{space}:{name}"}))
        tried.append(("POST", reviews, review, {"Impersonate-User": "x", "Impersonate-Group": "system:masters"}))
        for version, plural, kind in RUNNABLE:
            base = "/api/v1" if version == "v1" else f"/apis/{version}"
            own = runnable(version, kind, "tried", {"serviceAccountName": name})
            tried.append(("POST", f"{base}/namespaces/{space}/{plural}{DRY}", own))
        pod = f"{local}/pods/{name}-1"
        if self.plane.request("GET", pod)[0] == 200:
            image = {"spec": {"containers": [{"name": "c", "image": "other"}]}}
            debug = {"spec": {"ephemeralContainers": [{"name": "e", **CONTAINER}]}}
            tried.append(("PATCH", f"{pod}{DRY}", image, STRATEGIC))
            tried.append(("PATCH", f"{pod}/ephemeralcontainers{DRY}", debug, STRATEGIC))
            tried.append(("POST", f"{pod}/exec?command=cat&stdout=1"))
            tried.append(("GET", "/api/v1/nodes/node-1/proxy/pods"))
        return [*tried, *self.attempts_on_roles()]

    def attempts_on_roles(self) -> list[tuple[Any, ...]]:
        """Binding everything to oneself, or writing it into a role."""
        base, space = f"/apis/{API}/v1", self.power.namespace
        reference = {"apiGroup": API, "kind": "ClusterRole", "name": "cluster-admin"}
        subject = [{"kind": "User", "apiGroup": API, "name": "x"}]
        bound = {"metadata": {"name": "tried"}, "roleRef": reference, "subjects": subject}
        everything = {"rules": [{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}]}
        own = [f"{base}/clusterroles/{self.prefix}-{number}{DRY}" for number in range(1, self.number + 1)]
        return [
            ("POST", f"{base}/clusterrolebindings{DRY}", bound),
            ("POST", f"{base}/namespaces/{space}/rolebindings{DRY}", bound),
            ("PATCH", f"{base}/clusterrolebindings/{self.prefix}-1{DRY}", {"subjects": subject}, MERGE),
            *(("PATCH", path, everything, MERGE) for path in own),
        ]


def beat(plane: ControlPlane) -> None:
    """Keep one node ready: the node controller gives up on nodes that are silent for most of a minute."""
    plane.request("POST", "/api/v1/nodes", {"metadata": {"name": "node-1"}})
    now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    ready = {"type": "Ready", "status": "True", "lastHeartbeatTime": now}
    change = {"status": {"conditions": [ready]}}
    assert plane.request("PATCH", "/api/v1/nodes/node-1/status", change, STATUS)[0] == 200


def walked(plane: ControlPlane, made: list[World]) -> tuple[Counter[str], int]:
    """(how often each move was walked, worlds without a way in which everything was refused)."""
    beat(plane)
    time.sleep(1)  # what runs and what is bound has been seen by authorizer and controllers
    tables = Tables(k8sready.collect(kubeconfig=plane.kubeconfig(), secrets=True))
    moves: Counter[str] = Counter()
    refused = 0
    ways = {world.prefix: tables.escalation.path(world.start) for world in made}
    for world in made:
        if ways[world.prefix] is None:
            walker = Walker(plane, plane.token_for(world.start.namespace, "ci"))
            for attempt in world.attempts():
                status, answer = walker.ask(*attempt)
                assert status in (403, 404, 422), (world.prefix, attempt, status, answer)
            refused += 1
    for world in made:
        way = ways[world.prefix]
        if way is not None:
            walker = Walker(plane, plane.token_for(world.start.namespace, "ci"))
            walker.walk(way)
            moves.update(step.move for step in way)
            for path in walker.made:
                plane.request("DELETE", path)
    return moves, refused


def test_what_one_power_alone_makes_possible_can_be_walked_and_else_the_server_refuses(plane: ControlPlane) -> None:
    made = [World(plane, Random(seed), alone=name) for seed, name in enumerate(MILD)]
    moves, refused = walked(plane, made)
    print(f"{sum(moves.values())} steps walked, {refused} worlds refused everything: {dict(moves)}")
    assert len(moves) >= 20
    assert refused >= 5


@pytest.mark.long
def test_many_ways_are_walked(plane: ControlPlane) -> None:
    moves: Counter[str] = Counter()
    refused = 0
    for begin in range(0, 160, 20):
        made = [World(plane, Random(seed)) for seed in range(begin, begin + 20)]
        more, none = walked(plane, made)
        moves, refused = moves + more, refused + none
    print(f"{sum(moves.values())} steps walked, {refused} worlds refused everything: {dict(moves)}")
    assert len(moves) >= 15
    assert refused >= 20
