"""Make the demo snapshot: a real control plane, the manifests, stand-ins for what runs outside it, one collection.

Run it as `python -m data.demo.make [FILE]`.
"""

import argparse
import json
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from k8sready.objects.kinds import KINDS
from k8sready.snapshot import Snapshot, save
from k8sready.sources.cluster import collect

from .clock import aged
from .manifests import first, last, middle
from .stage import ControlPlane, Stage

OUTPUT = Path(__file__).parent / "demo.k8sready"
READER = "k8sready"
DYING = "preview-pr-482"  # the namespace that a finalizer keeps from going
# What somebody did at three in the morning: the delivery controller says one thing, the cluster another.
EDITED = {"name": "api", "env": [{"name": "LOG_LEVEL", "value": "debug"}]}
EDIT = {"spec": {"template": {"spec": {"containers": [EDITED]}}}}


def build(cluster: ControlPlane) -> None:
    """Fill the control plane with the company's objects."""
    stage = Stage(cluster)
    stage.apply(first())
    stage.ready_nodes()
    with _heartbeat(stage):
        _perform(stage, cluster)


def _perform(stage: Stage, cluster: ControlPlane) -> None:
    stage.apply(middle())
    stage.settle()
    edit = ("patch", "deployment", "cart-api", "-n", "shop-prod", "--field-manager=kubectl-edit")
    cluster.kubectl(*edit, "-p", json.dumps(EDIT))
    stage.settle()
    stage.report()
    cluster.kubectl("delete", "namespace", DYING, "--wait=false")
    cluster.kubectl("wait", f"namespace/{DYING}", "--for=condition=NamespaceFinalizersRemaining", "--timeout=60s")
    stage.apply(last())
    stage.ready_nodes()


@contextmanager
def _heartbeat(stage: Stage, seconds: float = 10) -> Iterator[None]:
    """The kubelets' heartbeats, meanwhile."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(seconds):
            stage.renew_leases()

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def capture(cluster: ControlPlane) -> Snapshot:
    """Read every kind that k8sready knows, as an account that may only get and list, then set the clock."""
    subject = {"kind": "ServiceAccount", "namespace": "kube-system", "name": READER}
    group = "rbac.authorization.k8s.io"
    role = {"apiVersion": f"{group}/v1", "kind": "ClusterRole", "metadata": {"name": READER}, "rules": _rules()}
    binding = {
        "apiVersion": f"{group}/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": READER},
        "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": READER},
        "subjects": [subject],
    }
    for manifest in (role, binding):
        cluster.kubectl("apply", "--server-side", "-f", "-", stdin=json.dumps(manifest))
    return aged(collect(cluster.kubeconfig_for("kube-system", READER), secrets=True))


def _rules() -> list[dict[str, list[str]]]:
    resources = [{"apiGroups": [kind.group], "resources": [kind.resource], "verbs": ["get", "list"]} for kind in KINDS]
    return [*resources, {"nonResourceURLs": ["/metrics"], "verbs": ["get"]}]


@contextmanager
def started() -> Iterator[ControlPlane]:
    """A control plane of its own (the one that the tests use), stopped at the end."""
    from tests.controlplane.build import ensure
    from tests.controlplane.server import ControlPlane as Server

    with tempfile.TemporaryDirectory(prefix="k8sready-demo-") as folder:
        server = Server(ensure(), Path(folder), flags=["--allow-privileged=true"], service_accounts=True)
        try:
            server.start_controllers()
            yield server
        finally:
            server.stop()


def main() -> None:
    """Make the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=OUTPUT)
    path = parser.parse_args().file
    with started() as cluster:
        build(cluster)
        snapshot = capture(cluster)
    save(snapshot, path)
    print(f"{path}: {path.stat().st_size} bytes, {sum(map(len, snapshot.objects.values()))} objects")  # noqa: T201  what it made is told to whoever made it


if __name__ == "__main__":
    main()
