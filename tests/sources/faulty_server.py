"""A small API server that misbehaves on purpose; it serves faults alone, everything true comes from the real one."""

import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.kubeconfigs import kubeconfig

Answer = tuple[int, dict[str, str], bytes] | str  # "reset" and "cut" are faults of the connection
_ALLOWED: Answer = (200, {}, b'{"status":{"allowed":true}}')
Script = Callable[[str, int], Answer]  # (continue token, how often pods were asked) → answer


def page(names: list[str], following: str = "", left: int | None = None) -> Answer:
    """A page of pods."""
    items = [{"metadata": {"name": name, "namespace": "a", "uid": name}, "spec": {"containers": []}} for name in names]
    metadata = {"resourceVersion": "1"} | ({"continue": following} if following else {})
    metadata |= {"remainingItemCount": left} if left is not None else {}
    return 200, {}, json.dumps({"kind": "PodList", "metadata": metadata, "items": items}).encode()


def status(code: int, reason: str = "", *, token: str = "", headers: dict[str, str] | None = None) -> Answer:
    """A metav1.Status."""
    metadata = {"continue": token} if token else {}
    return code, headers or {}, json.dumps({"kind": "Status", "reason": reason, "metadata": metadata}).encode()


@contextmanager
def serving(
    script: Script, folder: Path, *, reviews: Answer | None = None, answers: Mapping[str, Answer] | None = None
) -> Iterator[tuple[Path, list[str]]]:
    """The kubeconfig of a server that answers lists of pods by the script, and the tokens it was asked with.

    `answers` are those to other paths, which are answered well otherwise.
    """
    asked: list[str] = []

    class Handler(_Handler):
        pods, tokens, answer_to_reviews = staticmethod(script), asked, reviews or _ALLOWED
        others = answers or {}

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield _kubeconfig(folder, f"http://127.0.0.1:{server.server_port}"), asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _kubeconfig(folder: Path, server: str) -> Path:
    path = folder / "kubeconfig.json"
    path.write_text(json.dumps(kubeconfig(server, name="f")))
    return path


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    pods: Script
    tokens: list[str]
    answer_to_reviews: Answer
    others: Mapping[str, Answer]

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path in self.others:
            self._send(self.others[parts.path])
        elif parts.path == "/version":
            self._send((200, {}, b'{"gitVersion":"v1.37.2"}'))
        elif parts.path in ("/api", "/apis"):
            self._send((200, {}, _discovery(parts.path == "/api")))
        elif parts.path.endswith("/pods"):
            token = parse_qs(parts.query).get("continue", [""])[0]
            self.tokens.append(token)
            self._send(self.pods(token, len(self.tokens)))
        elif parts.path.endswith("/secrets"):
            self._send((200, {}, b'{"kind":"SecretList","items":[{"metadata":{"name":"s"},"data":{"k":"czNjcjN0"}}]}'))
        elif parts.path == "/api/v1/namespaces":
            self._send((200, {}, b'{"kind":"NamespaceList","metadata":{},"items":[{"metadata":{"name":"a"}}]}'))
        else:
            self._send(status(404, "NotFound"))

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._send(self.answer_to_reviews)

    def _send(self, answer: Answer) -> None:
        if isinstance(answer, str):
            if answer == "cut":
                self.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{"kind":"PodList","items":[{"meta')
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
            return
        code, headers, body = answer
        head = "".join(f"{name}: {value}\r\n" for name, value in {**headers, "Content-Length": str(len(body))}.items())
        self.wfile.write(f"HTTP/1.1 {code} X\r\n{head}\r\n".encode() + body)

    def log_message(self, *_: Any) -> None:
        return


def _discovery(core: bool) -> bytes:
    names = ("pods", "secrets", "namespaces") if core else ()
    resources = [
        {"resource": name, "responseKind": {"kind": name}, "scope": "Namespaced", "verbs": ["list"]} for name in names
    ]
    groups = [{"metadata": {"name": ""}, "versions": [{"version": "v1", "resources": resources}]}] if core else []
    return json.dumps({"kind": "APIGroupDiscoveryList", "items": groups}).encode()
