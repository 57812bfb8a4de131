"""Steps of escalation, walked: each is made by the principal itself on the real API server, which may refuse it."""

import base64
import json
import os
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from k8sready.engines.rbac import CLUSTER, Node, Step
from tests.controlplane.server import ControlPlane

from .making import API

DRY = "?dryRun=All"
MERGE = {"Content-Type": "application/merge-patch+json"}
STRATEGIC = {"Content-Type": "application/strategic-merge-patch+json"}
ROLES = f"/apis/{API}/v1"
# openssl cuts names at the 64 characters of RFC 5280, Go does not
LONG_NAMES = """openssl_conf = init
[init]
stbl_section = names
[names]
CN = min:1, max:255
[req]
distinguished_name = none
[none]
"""
TOKEN_TYPE = "kubernetes.io/service-account-token"
SIGNER = "kubernetes.io/kube-apiserver-client"
RUNNABLE = (
    *(("v1", "pods", "Pod"), ("apps/v1", "deployments", "Deployment"), ("apps/v1", "daemonsets", "DaemonSet")),
    *(("apps/v1", "statefulsets", "StatefulSet"), ("batch/v1", "jobs", "Job"), ("batch/v1", "cronjobs", "CronJob")),
    *(("apps/v1", "replicasets", "ReplicaSet"), ("v1", "replicationcontrollers", "ReplicationController")),
)
Answer = tuple[int, Any]


class RefusedError(AssertionError):
    """The API server does not let a principal do what the engine says it can."""


@dataclass
class Walker:
    """Somebody who begins as a ServiceAccount and makes one step after the other."""

    plane: ControlPlane
    token: str
    headers: dict[str, str] = field(default_factory=dict)  # impersonation
    made: list[str] = field(default_factory=list)  # paths of what has to be deleted afterwards

    def ask(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Answer:
        """One request as who the walker is now."""
        status, content = self.plane.request(method, path, body, {**self.headers, **(headers or {})}, self.token)
        return status, json.loads(content) if content.startswith(b"{") else content

    def insist(self, *choices: tuple[Any, ...]) -> Any:
        """The answer to the first of these requests that is let in; new grants take a moment to be seen."""
        deadline, said = time.monotonic() + 5, []
        while time.monotonic() < deadline:
            said = [self.ask(*choice) for choice in choices]
            for status, answer in said:
                if status in (200, 201):
                    return answer
            time.sleep(0.1)
        raise RefusedError((choices, said))

    def walk(self, steps: list[Step]) -> None:
        """Make every step; the walk must end with power over everything."""
        for step in steps:
            self.make(step)
        assert steps[-1].target == CLUSTER
        self.proves_power()

    def make(self, step: Step) -> None:
        first = step.move.split(" (")[0]
        for begin, method in _MOVES.items():
            if first.startswith(begin):
                method(self, step)
                return
        raise AssertionError(f"nobody knows how to walk: {step.move}")

    def proves_power(self) -> None:
        """What only they can do who may do everything."""
        asked = {"resourceAttributes": {"verb": "*", "group": "*", "resource": "*"}}
        review = {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview", "spec": asked}
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            if self.insist(("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", review))["status"][
                "allowed"
            ]:
                break
            time.sleep(0.1)
        self.insist(("GET", "/api/v1/secrets"))
        self.insist(("DELETE", f"/api/v1/nodes/node-1{DRY}"))

    def become(self, target: Node) -> None:
        """Who holds a pod or a node holds the tokens there; here the administrator hands them out."""
        if target != CLUSTER:
            assert target.kind == "ServiceAccount", target
            self.token, self.headers = self.plane.token_for(target.namespace, target.name), {}

    # -- the moves -----------------------------------------------------------------------------------------------

    def everything(self, _: Step) -> None:
        self.proves_power()

    def asks_for_token(self, step: Step) -> None:
        body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}
        path = f"{_in(step.target.namespace)}/serviceaccounts/{step.target.name}/token"
        self.token, self.headers = self.insist(("POST", path, body))["status"]["token"], {}

    def impersonates(self, step: Step) -> None:
        target = step.target
        name = {"ServiceAccount": f"system:serviceaccount:{target.namespace}:{target.name}", "User": target.name}
        headers = {"Impersonate-User": name.get(target.kind, self.somebody(step))}
        headers |= {"Impersonate-Group": target.name} if target.kind == "Group" else {}
        assert not self.headers, "whoever is impersonated cannot impersonate in the same request"
        review = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
        answer = self.insist(("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", review, headers))
        info = answer["status"]["userInfo"]
        assert target.name in info["groups"] if target.kind == "Group" else info["username"] == name[target.kind]
        self.headers = headers

    def somebody(self, step: Step) -> str:
        """A name that the grants of a step let one impersonate together with a group."""
        names = [grant.rule.resource_names for grant in step.grants if "groups" not in grant.rule.resources]
        return next((name for listed in names for name in listed), "somebody")

    def makes_token_secret(self, step: Step) -> None:
        space, name = step.target.namespace, f"made-{time.monotonic_ns()}"
        metadata = {"name": name, "annotations": {"kubernetes.io/service-account.name": step.target.name}}
        self.insist(("POST", f"{_in(space)}/secrets", {"metadata": metadata, "type": TOKEN_TYPE}))
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            found = self.read_secret(space, name)
            if "token" in found.get("data", {}):
                self.token, self.headers = base64.b64decode(found["data"]["token"]).decode(), {}
                return
            time.sleep(0.2)
        raise RefusedError("no controller wrote a token")

    def read_secret(self, space: str, name: str) -> dict[str, Any]:
        one, field_ = f"{_in(space)}/secrets/{name}", f"?fieldSelector=metadata.name%3D{name}"
        watch = f"{_in(space)}/secrets{field_}&watch=1&timeoutSeconds=1"
        found = self.insist(
            ("GET", one), ("GET", f"{_in(space)}/secrets{field_}"), ("PATCH", one, {}, MERGE), ("GET", watch)
        )
        return dict(next(iter(found.get("items", [])), found.get("object", found)))

    def reads_token_secret(self, step: Step) -> None:
        space, name = step.via.removeprefix("Secret ").split("/")
        self.token = base64.b64decode(self.read_secret(space, name)["data"]["token"]).decode()
        self.headers = {}

    def enters_pod(self, step: Step) -> None:
        space, name = step.via.removeprefix("Pod ").split("/")
        self.lets_through("POST", f"{_in(space)}/pods/{name}/exec?command=cat&stdout=1")
        self.become(step.target)

    def adds_container(self, step: Step) -> None:
        space, name = step.via.removeprefix("Pod ").split("/")
        change = {"spec": {"ephemeralContainers": [{"name": "e", **CONTAINER, "targetContainerName": "c"}]}}
        self.changes(f"{_in(space)}/pods/{name}", change, "/ephemeralcontainers")
        self.become(step.target)

    def changes_image(self, step: Step) -> None:
        space, name = step.via.removeprefix("Pod ").split("/")
        self.changes(f"{_in(space)}/pods/{name}", {"spec": {"containers": [{"name": "c", "image": "other"}]}})
        self.become(step.target)

    def runs_pod(self, step: Step) -> None:
        self.runs(step.target.namespace, {**RESTRICTED, "serviceAccountName": step.target.name})
        self.become(step.target)

    def changes_account(self, step: Step) -> None:
        spec = {**RESTRICTED, "serviceAccountName": step.target.name}
        self.changes(*_changed(step.via, spec))
        self.admits(step.target.namespace, spec)
        self.become(step.target)

    def takes_node_by_workload(self, step: Step) -> None:
        self.changes(*_changed(step.via, PRIVILEGED))
        self.admits(step.via.split(" ")[1].split("/")[0], PRIVILEGED)
        self.become(step.target)

    def takes_node(self, step: Step) -> None:
        spaces = [grant.binding_namespace for grant in step.grants if grant.binding_namespace]
        every = [item["metadata"]["name"] for item in self.plane.get("/api/v1/namespaces")["items"]]
        self.runs_somewhere(spaces or every)
        self.become(step.target)

    def lowers_namespace(self, step: Step) -> None:
        space = step.via.removeprefix("Namespace ")
        label = {"metadata": {"labels": {"pod-security.kubernetes.io/enforce": "privileged"}}}
        self.changes(f"/api/v1/namespaces/{space}", label, dry="")
        self.runs(space, PRIVILEGED)
        self.become(step.target)

    def makes_namespace(self, step: Step) -> None:
        name = f"made-{time.monotonic_ns()}"
        metadata = {"name": name, "labels": {"pod-security.kubernetes.io/enforce": "privileged"}}
        self.insist(("POST", "/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}))
        while self.plane.request("GET", f"{_in(name)}/serviceaccounts/default")[0] != 200:
            time.sleep(0.1)
        self.runs(name, PRIVILEGED)
        self.become(step.target)

    def reaches_kubelet(self, step: Step) -> None:
        self.lets_through("GET", f"/api/v1/nodes/{step.via.removeprefix('Node ')}/proxy/pods")
        self.lets_through("POST", f"/api/v1/nodes/{step.via.removeprefix('Node ')}/proxy/run")
        self.become(step.target)

    def issues_certificate(self, step: Step) -> None:
        name = f"made-{time.monotonic_ns()}"
        spec = {"signerName": SIGNER, "usages": ["client auth"], "request": _request(step.target, self.plane.folder)}
        base = "/apis/certificates.k8s.io/v1/certificatesigningrequests"
        body = {"apiVersion": "certificates.k8s.io/v1", "kind": "CertificateSigningRequest"}
        made = self.insist(("POST", base, {**body, "metadata": {"name": name}, "spec": spec}))
        approved = {"type": "Approved", "status": "True", "reason": "r", "message": "m"}
        made["status"] = {"conditions": [approved]}
        patch = ("PATCH", f"{base}/{name}/approval", {"status": made["status"]}, MERGE)
        answer = self.insist(patch, ("PUT", f"{base}/{name}/approval", made))
        assert answer["status"]["conditions"][0]["type"] == "Approved"
        self.headers = {"Impersonate-User": step.target.name or "x"}
        if step.target.kind == "ServiceAccount":
            self.become(step.target)
        else:  # this server has no signing key: the administrator stands in for the certificate
            self.token = self.plane.admin_token
            if step.target.kind == "Group":
                self.headers = {"Impersonate-User": "somebody", "Impersonate-Group": step.target.name}

    def binds(self, step: Step) -> None:
        target, name = step.target, f"made-{time.monotonic_ns()}"
        kind = "RoleBinding" if target.namespace else "ClusterRoleBinding"
        path = f"{ROLES}{_of(target.namespace)}/{kind.lower()}s"
        reference = {"apiGroup": API, "kind": target.kind, "name": target.name}
        body = {"apiVersion": f"{API}/v1", "kind": kind, "metadata": {"name": name}, "roleRef": reference}
        self.insist(("POST", path, {**body, "subjects": [self.myself()]}))
        self.made.append(f"{path}/{name}")

    def joins(self, step: Step) -> None:
        kind, name = step.via.split(" ")
        path = f"{ROLES}{_of(step.target.namespace)}/{kind.lower()}s/{name}"
        subjects = [*self.plane.get(path).get("subjects", []), self.myself()]
        self.changes(path, {"subjects": subjects}, dry="", headers=MERGE)

    def writes_role(self, step: Step) -> None:
        kind, name = step.via.split(" ")
        home = step.target.namespace if kind == "Role" else ""
        base, rules = f"{ROLES}{_of(home)}/{kind.lower()}s", [{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}]
        if self.plane.request("GET", f"{base}/{name}")[0] == 404:
            body = {"apiVersion": f"{API}/v1", "kind": kind, "metadata": {"name": name}, "rules": rules}
            self.insist(("POST", base, body))
            return
        before = self.plane.get(f"{base}/{name}")
        self.changes(
            f"{base}/{name}",
            {"rules": [*before.get("rules", []), *rules], "aggregationRule": None},
            dry="",
            headers=MERGE,
        )

    # -- how things are done -------------------------------------------------------------------------------------

    def lets_through(self, method: str, path: str) -> None:
        """The authorizer lets it through; behind it there is no kubelet that would answer."""
        deadline = time.monotonic() + 5
        status, answer = self.ask(method, path)
        while status in (401, 403) and time.monotonic() < deadline:
            time.sleep(0.1)
            status, answer = self.ask(method, path)
        if status in (401, 403, 404):
            raise RefusedError((method, path, status, answer))

    def admits(self, space: str, spec: dict[str, Any]) -> None:
        """Admission lets the pods in that a workload's controller makes."""
        status, content = self.plane.request("POST", f"{_in(space)}/pods{DRY}", _runnable("v1", "Pod", spec))
        assert status == 201, content

    def runs(self, space: str, spec: dict[str, Any]) -> None:
        self.insist(*self._creations(space, spec))

    def runs_somewhere(self, spaces: list[str]) -> None:
        self.insist(*(choice for space in spaces for choice in self._creations(space, PRIVILEGED)))

    @staticmethod
    def _creations(space: str, spec: dict[str, Any]) -> list[tuple[Any, ...]]:
        return [
            ("POST", f"{_base(version)}/namespaces/{space}/{plural}{DRY}", _runnable(version, kind, spec))
            for version, plural, kind in RUNNABLE
        ]

    def changes(
        self, path: str, change: dict[str, Any], sub: str = "", dry: str = DRY, headers: dict[str, str] = STRATEGIC
    ) -> None:
        """By patch, or by update of the object as the administrator sees the patched one."""
        status, content = self.plane.request("PATCH", f"{path}{sub}{DRY}", change, headers)
        assert status == 200, content
        whole = json.loads(content)
        whole["metadata"].pop("resourceVersion", None)
        whole["metadata"].pop("managedFields", None)
        self.insist(("PATCH", f"{path}{sub}{dry}", change, headers), ("PUT", f"{path}{sub}{dry}", whole))

    def myself(self) -> dict[str, str]:
        """The walker as a subject of a binding."""
        review = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
        info = self.insist(("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", review))["status"]["userInfo"]
        return {"kind": "User", "apiGroup": API, "name": info["username"]}


CONTAINER = {
    "image": "i",
    "command": ["cat"],
    "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
}
RESTRICTED: dict[str, Any] = {  # what no level of pod security refuses
    "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}, "runAsUser": 1000},
    "containers": [{"name": "c", **CONTAINER}],
}
PLAIN = {"image": "i", "command": ["cat"]}
PRIVILEGED = {
    "containers": [{"name": "c", **PLAIN, "securityContext": {"privileged": True}}],
    "volumes": [{"name": "host", "hostPath": {"path": "/"}}],
    "tolerations": [{"operator": "Exists"}],
}
_PLURALS = {kind: (version, plural) for version, plural, kind in RUNNABLE}
_MOVES = {
    "may do everything": Walker.everything,
    "is above RBAC": Walker.everything,
    "asks for a token": Walker.asks_for_token,
    "impersonates": Walker.impersonates,
    "makes a token Secret": Walker.makes_token_secret,
    "reads a token Secret": Walker.reads_token_secret,
    "enters a running pod": Walker.enters_pod,
    "adds a container": Walker.adds_container,
    "changes the image": Walker.changes_image,
    "changes the account": Walker.changes_account,
    "runs a pod": Walker.runs_pod,
    "takes over a node by a privileged pod": Walker.takes_node,
    "takes over a node by a": Walker.takes_node_by_workload,
    "takes over a node from a new namespace": Walker.makes_namespace,
    "lowers": Walker.lowers_namespace,
    "reaches a kubelet": Walker.reaches_kubelet,
    "issues itself": Walker.issues_certificate,
    "binds a role": Walker.binds,
    "joins a binding": Walker.joins,
    "writes rules": Walker.writes_role,
}


def _in(space: str) -> str:
    return f"/api/v1/namespaces/{space}"


def _of(space: str) -> str:
    return f"/namespaces/{space}" if space else ""


def _base(version: str) -> str:
    return f"/api/{version}" if version == "v1" else f"/apis/{version}"


def runnable(version: str, kind: str, name: str, spec: dict[str, Any]) -> dict[str, Any]:
    """A pod or a workload with this pod spec."""
    whole: dict[str, Any] = {"containers": [{"name": "c", **PLAIN}], **spec}
    labels = {"app": name}
    template: dict[str, Any] = {"metadata": {"labels": labels}, "spec": whole}
    body: dict[str, Any] = {"selector": {"matchLabels": labels}, "template": template}
    if kind == "StatefulSet":
        body["serviceName"] = "x"
    if kind == "ReplicationController":
        body = {"selector": labels, "template": template}
    if kind in ("Job", "CronJob"):
        body = {"template": {"spec": {**whole, "restartPolicy": "Never"}}}
    if kind == "CronJob":
        body = {"schedule": "0 0 1 1 *", "jobTemplate": {"spec": body}}
    made = {"apiVersion": version, "kind": kind, "metadata": {"name": name, "labels": labels}}
    return {**made, "spec": whole if kind == "Pod" else body}


def _runnable(version: str, kind: str, spec: dict[str, Any]) -> dict[str, Any]:
    return runnable(version, kind, f"made-{time.monotonic_ns()}", spec)


def _changed(via: str, spec: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The path of a workload, and the patch that gives its pods this spec."""
    kind, where = via.split(" ")
    space, name = where.split("/")
    version, plural = _PLURALS[kind]
    change: dict[str, Any] = {"template": {"spec": spec}}
    if kind == "CronJob":
        change = {"jobTemplate": {"spec": change}}
    return f"{_base(version)}/namespaces/{space}/{plural}/{name}", {"spec": change}


def _request(target: Node, folder: Path) -> str:
    """A certificate request for a principal, in base64."""
    names = {
        "ServiceAccount": f"CN=system:serviceaccount:{target.namespace}:{target.name}",
        "User": f"CN={target.name}",
    }
    subject = names.get(target.kind, f"CN=somebody/O={target.name}")
    key = str(folder / "service-account.key")  # any key does
    settings = folder / "openssl.cnf"
    settings.write_text(LONG_NAMES)
    command = ["openssl", "req", "-new", "-key", key, "-subj", f"/{subject}"]
    environment = {**os.environ, "OPENSSL_CONF": str(settings)}
    made = subprocess.run(command, capture_output=True, check=True, env=environment)
    return base64.b64encode(made.stdout).decode()
