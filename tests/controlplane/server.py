"""One running control plane: etcd and kube-apiserver at once, controllers, scheduler and kwok when asked for."""

import base64
import itertools
import json
import secrets
import ssl
import subprocess
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from threading import local
from typing import Any

from tests.kubeconfigs import kubeconfig

from .processes import LOOPBACK, Processes, free_port

_AUDIT_POLICY = {
    "apiVersion": "audit.k8s.io/v1",
    "kind": "Policy",
    "omitStages": ["RequestReceived"],
    "rules": [{"level": "Metadata"}],
}
Answer = tuple[int, bytes]


class ControlPlane:
    """A kube-apiserver with TLS, RBAC + Node authorization, PodSecurity, encrypted Secrets and a full audit log."""

    def __init__(
        self,
        programs: Path,
        folder: Path,
        *,
        flags: Sequence[str] = (),
        service_accounts: bool = False,
        apiserver: Path | None = None,
    ) -> None:
        self._apiserver = apiserver or programs / "bin" / "kube-apiserver"  # an older one, by `minors`
        self._bin, self._stages, self.folder = programs / "bin", programs / "stages", folder
        self._processes, self._local, self._numbers = Processes(folder), local(), itertools.count(1)
        self._connections: list[HTTPSConnection] = []
        self.admin_token = secrets.token_hex(16)
        self._etcd_port, self._port = free_port(), free_port()
        self.server = f"https://{LOOPBACK}:{self._port}"
        self.ca_file = folder / "certificates" / "apiserver.crt"
        self.audit_log = folder / "audit.log"
        self._started: set[str] = set()
        self._write_files()
        self._start_etcd()
        self._start_apiserver(flags, service_accounts)

    # -- starting ------------------------------------------------------------------------------------------------

    def _write_files(self) -> None:
        (self.folder / "certificates").mkdir()
        key = base64.b64encode(secrets.token_bytes(32)).decode()
        provider = {"secretbox": {"keys": [{"name": "test", "secret": key}]}}
        encryption = {
            "apiVersion": "apiserver.config.k8s.io/v1",
            "kind": "EncryptionConfiguration",
            "resources": [{"resources": ["secrets"], "providers": [provider, {"identity": {}}]}],
        }
        (self.folder / "encryption.json").write_text(json.dumps(encryption))
        (self.folder / "audit.json").write_text(json.dumps(_AUDIT_POLICY))
        (self.folder / "tokens.csv").write_text(f'{self.admin_token},admin,admin,"system:masters"\n')
        key_file = str(self.folder / "service-account.key")
        subprocess.run(["openssl", "genrsa", "-out", key_file, "2048"], check=True, capture_output=True)

    def _start_etcd(self) -> None:
        client, peer = f"http://{LOOPBACK}:{self._etcd_port}", f"http://{LOOPBACK}:{free_port()}"
        etcd = self._processes.start(
            self._bin / "server",
            f"--data-dir={self.folder / 'etcd'}",
            "--unsafe-no-fsync",
            f"--listen-client-urls={client}",
            f"--advertise-client-urls={client}",
            f"--listen-peer-urls={peer}",
            f"--initial-advertise-peer-urls={peer}",
            f"--initial-cluster=default={peer}",
            "--log-level=error",
        )
        self._processes.wait_until(lambda: self._etcd_answers(), etcd, "server")

    def _etcd_answers(self) -> bool:
        try:
            return self.etcd("maintenance/status", {}) is not None
        except (OSError, HTTPException):
            return False

    def _start_apiserver(self, flags: Sequence[str], service_accounts: bool) -> None:
        plugins = [] if service_accounts else ["--disable-admission-plugins=ServiceAccount"]
        key = self.folder / "service-account.key"
        process = self._processes.start(
            self._apiserver,
            f"--etcd-servers=http://{LOOPBACK}:{self._etcd_port}",
            f"--secure-port={self._port}",
            f"--bind-address={LOOPBACK}",
            f"--advertise-address={LOOPBACK}",
            "--endpoint-reconciler-type=none",
            f"--cert-dir={self.ca_file.parent}",
            f"--service-account-key-file={key}",
            f"--service-account-signing-key-file={key}",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--token-auth-file={self.folder / 'tokens.csv'}",
            "--authorization-mode=Node,RBAC",
            f"--encryption-provider-config={self.folder / 'encryption.json'}",
            f"--audit-policy-file={self.folder / 'audit.json'}",
            f"--audit-log-path={self.audit_log}",
            "--service-cluster-ip-range=10.96.0.0/16",
            "--allow-privileged=true",
            "--max-requests-inflight=2000",
            "--max-mutating-requests-inflight=1000",
            *plugins,
            *flags,
        )
        self._processes.wait_until(self._ready, process, "kube-apiserver")

    def _ready(self) -> bool:
        if not self.ca_file.exists():
            return False
        try:
            return self.request("GET", "/readyz")[0] == 200
        except (OSError, HTTPException):
            return False

    def start_controllers(self, only: str = "*") -> None:
        """kube-controller-manager (with all controllers, or `only` the one named) and kube-scheduler, once."""
        if "controllers" in self._started:
            return
        self._started.add("controllers")
        config, key = self.kubeconfig(), self.folder / "service-account.key"
        common = (f"--kubeconfig={config}", "--leader-elect=false", "--kube-api-qps=500", "--kube-api-burst=1000")
        self._processes.start(
            self._bin / "kube-controller-manager",
            *common,
            f"--controllers={only}",
            f"--secure-port={free_port()}",
            f"--bind-address={LOOPBACK}",
            f"--service-account-private-key-file={key}",
            f"--root-ca-file={self.ca_file}",
            "--use-service-account-credentials=true",
            "--concurrent-deployment-syncs=30",
            "--concurrent-replicaset-syncs=30",
        )
        self._processes.start(
            self._bin / "kube-scheduler", *common, f"--secure-port={free_port()}", f"--bind-address={LOOPBACK}"
        )

    def start_kwok(self) -> None:
        """kwok, once: it plays the kubelets of all Node objects."""
        if "kwok" in self._started:
            return
        self._started.add("kwok")
        stages = [f"--config={path}" for path in sorted(self._stages.rglob("*.yaml")) if self._is_stage(path)]
        self._processes.start(
            self._bin / "kwok",
            f"--kubeconfig={self.kubeconfig()}",
            "--manage-all-nodes=true",
            "--node-lease-duration-seconds=40",
            *stages,
        )

    @staticmethod
    def _is_stage(path: Path) -> bool:
        chaotic = "chaos" in path.parts and "node" in path.parts
        return "testdata" not in path.parts and path.name != "kustomization.yaml" and not chaotic

    def stop(self) -> None:
        """Close the connections and stop every process of this control plane."""
        for connection in self._connections:
            connection.close()
        self._processes.stop()

    # -- talking to it -------------------------------------------------------------------------------------------

    def request(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None, token: str | None = None
    ) -> Answer:
        """One request over this thread's keep-alive connection: status and body."""
        status, content, _ = self._exchange(method, path, body, headers, token)
        return status, content

    def warnings(self, method: str, path: str, body: Any, headers: dict[str, str] | None = None) -> tuple[str, ...]:
        """The texts of the Warning headers that the API server answers a request with; the request has to succeed."""
        status, content, warned = self._exchange(method, path, body, headers, None)
        assert status in (200, 201), content
        return tuple(text.partition(' - "')[2][:-1].replace('\\"', '"') for text in warned)

    def _exchange(
        self, method: str, path: str, body: Any, headers: dict[str, str] | None, token: str | None
    ) -> tuple[int, bytes, list[str]]:
        sent = {"Authorization": f"Bearer {token or self.admin_token}", "Accept": "application/json", **(headers or {})}
        payload = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        if payload is not None:
            sent.setdefault("Content-Type", "application/json")
        for attempt in (1, 2):
            connection = self._connection()
            try:
                connection.request(method, path, payload, sent)
                answer = connection.getresponse()
                return answer.status, answer.read(), answer.headers.get_all("Warning") or []
            except (OSError, HTTPException):  # the server closes idle connections; once more on a new one
                connection.close()
                self._local.connection = None
                if attempt == 2:
                    raise
        raise AssertionError("unreachable")

    def _connection(self) -> HTTPSConnection:
        connection: HTTPSConnection | None = getattr(self._local, "connection", None)
        if connection is None:
            context = ssl.create_default_context(cafile=str(self.ca_file))
            context.check_hostname = False  # the self-signed certificate names the advertised address
            connection = HTTPSConnection(LOOPBACK, self._port, context=context, timeout=60)
            self._local.connection = connection
            self._connections.append(connection)
        return connection

    def requests(self, many: Iterable[tuple[str, str, Any]], threads: int = 8) -> list[Answer]:
        """Many requests (method, path, body), answers in order."""
        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(lambda item: self.request(*item), many))

    def get(self, path: str) -> Any:
        """GET as the administrator, decoded; anything but 200 is an error."""
        status, body = self.request("GET", path)
        assert status == 200, (path, status, body[:500])
        return json.loads(body)

    @property
    def minor(self) -> int:
        """The minor version that the API server behaves as: its own, or the one that it is told to emulate."""
        told = self.get("/version")
        return int(told.get("emulationMinor") or told["minor"])

    def kubectl(
        self, *arguments: str, stdin: str | None = None, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        """kubectl as the administrator."""
        command = [str(self._bin / "kubectl"), f"--kubeconfig={self.kubeconfig()}", *arguments]
        done = subprocess.run(command, input=stdin, capture_output=True, text=True, check=False)
        if check and done.returncode:
            raise AssertionError(f"kubectl {' '.join(arguments)} failed:\n{done.stderr}")
        return done

    def kubeconfig(self, token: str | None = None, name: str = "admin") -> Path:
        """A kubeconfig file for a token (default: the administrator's)."""
        path = self.folder / f"kubeconfig-{name}.json"
        if not path.exists():
            ca = base64.b64encode(self.ca_file.read_bytes()).decode()
            content = kubeconfig(self.server, token or self.admin_token, **{"certificate-authority-data": ca})
            path.write_text(json.dumps(content))
            path.chmod(0o600)
        return path

    def kubeconfig_with(self, path: Path, user: dict[str, Any], **context: str) -> Path:
        """A kubeconfig at a path, with this for its user; `context` are further fields of its context."""
        content = json.loads(self.kubeconfig().read_text())
        content["users"][0]["user"] = user
        content["contexts"][0]["context"] |= context
        path.write_text(json.dumps(content))
        return path

    def token_for(self, namespace: str, account: str) -> str:
        """A token of a ServiceAccount, which is made if it does not exist."""
        base = f"/api/v1/namespaces/{namespace}/serviceaccounts"
        self.request("POST", base, {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": account}})
        asked = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 7200}}
        status, body = self.request("POST", f"{base}/{account}/token", asked)
        assert status == 201, body
        token: str = json.loads(body)["status"]["token"]
        return token

    def kubeconfig_for(self, namespace: str, account: str, *, lists: str = "") -> Path:
        """A kubeconfig of a ServiceAccount; where it was just bound, the authorizer has seen that it `lists` a kind."""
        asked = {"verb": "list", "resource": lists, "namespace": namespace}
        review = {"user": f"system:serviceaccount:{namespace}:{account}", "resourceAttributes": asked}
        deadline = time.monotonic() + 20
        while lists and not self._is_allowed(review):
            assert time.monotonic() < deadline, f"{account} was not bound"
            time.sleep(0.05)
        return self.kubeconfig(self.token_for(namespace, account), f"{namespace}-{account}-{next(self._numbers)}")

    def _is_allowed(self, review: dict[str, Any]) -> bool:
        body = {"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview", "spec": review}
        status, answer = self.request("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", body)
        return status == 201 and bool(json.loads(answer)["status"]["allowed"])

    def namespace(self, prefix: str = "test", labels: dict[str, str] | None = None) -> str:
        """A new namespace of a name of its own."""
        name = f"{prefix}-{secrets.token_hex(4)}"
        metadata = {"name": name, "labels": labels or {}}
        status, body = self.request(
            "POST", "/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}
        )
        assert status == 201, body
        return name

    # -- looking behind it ---------------------------------------------------------------------------------------

    def audit_events(self, since: int = 0) -> list[dict[str, Any]]:
        """The audit log's events from an offset that `audit_size` gave."""
        time.sleep(0.2)  # the log backend writes after the answer was sent
        with self.audit_log.open("rb") as log:
            log.seek(since)
            return [json.loads(line) for line in log if line.endswith(b"\n")]

    def audit_size(self) -> int:
        """How long the audit log is now."""
        time.sleep(0.2)
        return self.audit_log.stat().st_size if self.audit_log.exists() else 0

    def etcd(self, path: str, body: dict[str, Any]) -> Any:
        """A call of etcd's JSON gateway (v3)."""
        connection = HTTPConnection(LOOPBACK, self._etcd_port, timeout=10)
        connection.request("POST", f"/v3/{path}", json.dumps(body), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return json.loads(text) if answer.status == 200 else None

    def compact(self) -> None:
        """Compact etcd at its newest revision, so that older continue tokens are Expired (410)."""
        status = self.etcd("maintenance/status", {})
        self.etcd("kv/compaction", {"revision": status["header"]["revision"], "physical": True})
