"""A paged TLS server of synthetic pods on loopback, some of them with faults; prints its port and the size of a pod."""

import json
import ssl
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

PAGE, REPLICAS = 500, 12
TEAMS, FAULTY = 97, 8  # every so many workloads runs a moving tag and has a password in its environment
_GROUPS = {
    "": (
        "namespaces",
        "nodes",
        "pods",
        "services",
        "serviceaccounts",
        "resourcequotas",
        "limitranges",
        "events",
        "replicationcontrollers",
    ),
    "apps": ("deployments", "statefulsets", "daemonsets", "replicasets"),
    "batch": ("jobs", "cronjobs"),
    "networking.k8s.io": ("networkpolicies", "ingresses"),
    "rbac.authorization.k8s.io": ("roles", "rolebindings", "clusterroles", "clusterrolebindings"),
}


def pod(number: int) -> dict[str, Any]:
    """About 6 KB in the API server's order of fields, two containers, managedFields; a ReplicaSet's pods are alike."""
    owner = number // REPLICAS
    faulty = owner % FAULTY == 0
    tag = "latest" if faulty else f"1.{owner % 7}"
    env = [{"name": f"SETTING_{n}", "value": f"value-{n}-of-{owner}"} for n in range(8)]
    if faulty:
        env[0] = {"name": "DB_PASSWORD", "value": f"hunter-{owner}-two"}
    probe = {"httpGet": {"path": "/healthz", "port": 8080, "scheme": "HTTP"}, "periodSeconds": 10, "timeoutSeconds": 1}
    containers = [
        {
            "name": name,
            "image": f"registry.example/team-{owner % TEAMS}/{name}:{tag}",
            "imagePullPolicy": "IfNotPresent",
            "env": env,
            "ports": [{"containerPort": 8080, "name": "http", "protocol": "TCP"}],
            "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": "256Mi"}},
            "livenessProbe": probe,
            "readinessProbe": probe,
            "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
            "volumeMounts": [
                {
                    "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount",
                    "name": f"kube-api-access-{number % 99999:05d}",
                    "readOnly": True,
                }
            ],
            "terminationMessagePath": "/dev/termination-log",
        }
        for name in ("app", "proxy")
    ]
    token = {
        "name": f"kube-api-access-{number % 99999:05d}",
        "projected": {
            "defaultMode": 420,
            "sources": [{"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}}],
        },
    }
    fields = {
        "f:spec": {
            f'k:{{"name":"{name}"}}': {".": {}, **{f"f:field{n}": {} for n in range(30)}} for name in ("app", "proxy")
        }
    }
    statuses = [
        {
            "name": name,
            "image": f"registry.example/team-{owner % TEAMS}/{name}:{tag}",
            "imageID": f"registry.example/team-{owner % TEAMS}/{name}@sha256:{owner % 7:064d}",
            "containerID": f"containerd://{number:064d}",
            "ready": True,
            "restartCount": 0,
            "started": True,
            "state": {"running": {"startedAt": "2026-11-01T10:00:00Z"}},
        }
        for name in ("app", "proxy")
    ]
    return {
        "metadata": {
            "name": f"app-{owner}-7d9f8c6b5-{number:05d}",
            "generateName": f"app-{owner}-7d9f8c6b5-",
            "namespace": f"team-{owner % TEAMS}",
            "uid": f"00000000-0000-4000-8000-{number:012d}",
            "resourceVersion": str(1000 + number),
            "creationTimestamp": "2026-11-01T10:00:00Z",
            "labels": {"app.kubernetes.io/name": f"app-{owner}", "pod-template-hash": "7d9f8c6b5"},
            "annotations": {"prometheus.io/scrape": "true"},
            "ownerReferences": [
                {
                    "apiVersion": "apps/v1",
                    "kind": "ReplicaSet",
                    "name": f"app-{owner}-7d9f8c6b5",
                    "uid": f"rs-{owner}",
                    "controller": True,
                    "blockOwnerDeletion": True,
                }
            ],
            "managedFields": [
                {
                    "manager": "kube-controller-manager",
                    "operation": "Update",
                    "apiVersion": "v1",
                    "time": "2026-11-01T10:00:00Z",
                    "fieldsType": "FieldsV1",
                    "fieldsV1": fields,
                }
            ]
            * 2,
        },
        "spec": {
            "volumes": [token],
            "containers": containers,
            "restartPolicy": "Always",
            "terminationGracePeriodSeconds": 30,
            "serviceAccountName": "default",
            "nodeName": f"node-{number % 500}",
            "tolerations": [
                {
                    "key": "node.kubernetes.io/not-ready",
                    "operator": "Exists",
                    "effect": "NoExecute",
                    "tolerationSeconds": 300,
                }
            ],
        },
        "status": {
            "phase": "Running",
            "podIP": "10.0.0.1",
            "hostIP": "10.1.0.1",
            "startTime": "2026-11-01T10:00:00Z",
            "containerStatuses": statuses,
            "conditions": [
                {"type": kind, "status": "True", "lastTransitionTime": "2026-11-01T10:00:00Z"}
                for kind in ("Initialized", "Ready", "ContainersReady", "PodScheduled")
            ],
        },
    }


def _place(metadata: dict[str, Any]) -> tuple[str, str]:
    return metadata["namespace"], metadata["name"]


def pages(pods: int) -> list[bytes]:
    """The list of pods, encoded page by page, in the order of an API server: by namespace and name."""
    made = []
    ordered = sorted(range(pods), key=lambda number: _place(pod(number)["metadata"]))
    for start in range(0, pods, PAGE):
        items = [pod(number) for number in ordered[start : start + PAGE]]
        left = pods - start - len(items)
        metadata = {"resourceVersion": "9"} | (
            {"continue": str(start // PAGE + 1), "remainingItemCount": left} if left else {}
        )
        made.append(
            json.dumps(
                {"kind": "PodList", "apiVersion": "v1", "metadata": metadata, "items": items}, separators=(",", ":")
            ).encode()
        )
    return made


def namespaces() -> bytes:
    """The list of the teams' namespaces."""
    items = [{"metadata": {"name": f"team-{n}", "uid": f"ns-{n}"}, "status": {"phase": "Active"}} for n in range(TEAMS)]
    return json.dumps({"kind": "NamespaceList", "metadata": {"resourceVersion": "9"}, "items": items}).encode()


def discovery() -> bytes:
    """Aggregated discovery of the kinds above."""
    items = []
    for group, resources in _GROUPS.items():
        listed = [
            {"resource": name, "responseKind": {"kind": name}, "scope": "Namespaced", "verbs": ["list"]}
            for name in resources
        ]
        items.append(
            {"metadata": {"name": group}, "versions": [{"version": "v1", "freshness": "Current", "resources": listed}]}
        )
    return json.dumps({"kind": "APIGroupDiscoveryList", "items": items}).encode()


class Handler(BaseHTTPRequestHandler):
    """Answers from memory."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # as Go's server does; else a handshake waits 40 ms for an acknowledgement
    listed: list[bytes]
    groups, teams = discovery(), namespaces()
    empty = b'{"kind":"List","metadata":{"resourceVersion":"9"},"items":[]}'

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path in ("/api", "/apis"):
            self._answer(self.groups if parts.path == "/apis" else b'{"kind":"APIGroupDiscoveryList","items":[]}')
        elif parts.path == "/version":
            self._answer(b'{"gitVersion":"v1.37.2","major":"1","minor":"37"}')
        elif parts.path == "/api/v1/pods":
            self._answer(self.listed[int(parse_qs(parts.query).get("continue", ["0"])[0])])
        else:
            self._answer(self.teams if parts.path == "/api/v1/namespaces" else self.empty)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._answer(b'{"status":{"allowed":true,"userInfo":{"username":"bench"}}}')

    def _answer(self, body: bytes) -> None:
        """Head and body in one write: two small ones would wait for each other (Nagle's algorithm)."""
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        self.wfile.write(head + body)

    def log_message(self, *_: Any) -> None:  # the server is silent
        return


def main() -> None:
    """Serve until killed."""
    Handler.listed = pages(int(sys.argv[1]))
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[2])
    server.socket = context.wrap_socket(server.socket, server_side=True)
    sizes = [len(page) for page in Handler.listed]
    print(server.server_port, sum(sizes) // int(sys.argv[1]), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
