"""The widget that changes the cluster, in JupyterLab: a live context, a snapshot, a folder, and what goes wrong."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import k8sready
from k8sready import bundle
from k8sready.snapshot import save
from tests.browser import Seen
from tests.controlplane.processes import free_port
from tests.controlplane.server import ControlPlane

from .lab import lab, run_all, window

pytestmark = pytest.mark.browser
__all__ = ["lab", "window"]
KEPT = "The cluster before is still on the desk."


@pytest.fixture
def silent() -> Iterator[str]:
    """A server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def write_kubeconfig(path: Path, real: Path, silent: str) -> None:
    """Contexts of the real server (the current one), of a port nobody listens on, and of the silent server."""
    config = json.loads(real.read_text())
    for name, server in (("dead", f"http://127.0.0.1:{free_port()}"), ("silent", silent)):
        config["clusters"].append({"name": name, "cluster": {"server": server}})
        config["contexts"].insert(0, {"name": name, "context": {"cluster": name, "user": config["users"][0]["name"]}})
    path.write_text(json.dumps(config))


class Form:
    """The widget as a person uses it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._kind = page.get_by_label("Source", exact=True)
        self.context = page.get_by_label("Context", exact=True)
        self.told = page.locator(".k8r b[role=status]").last

    def choose(self, kind: str) -> None:
        self._kind.select_option(label=kind)

    def use(self) -> None:
        self.page.get_by_role("button", name="Use this source").click()

    def read(self, path: object) -> None:
        self.choose("Snapshot, dump or folder of manifests")
        self.page.get_by_label("Path").fill(str(path))
        self.use()

    def hears(self, *texts: str) -> None:
        for text in texts:
            expect(self.told).to_contain_text(text, timeout=90_000)

    def shows(self, cluster: str) -> None:
        """Both the identity's table and the score follow the cluster."""
        expect(self.page.locator(".k8r table").first).to_contain_text(cluster, timeout=90_000)


def test_the_widget_changes_the_cluster_or_keeps_it(
    lab: tuple[str, Path],
    window: Seen,
    controlplane: ControlPlane,
    silent: str,
    tmp_path: Path,
) -> None:
    work, seen = lab[1], window
    run_all(seen, "00_start_here.ipynb")
    form = Form(seen.page)

    form.choose("Kubeconfig context")
    expect(seen.page.get_by_text("No kubeconfig was found")).to_be_visible()
    form.use()
    form.hears("No usable credentials for the current context", KEPT)

    write_kubeconfig(work.parent / "kubeconfig", controlplane.kubeconfig(), silent)
    form.choose("Demo cluster")
    form.choose("Kubeconfig context")
    expect(form.context).to_have_value("test")
    form.context.select_option(label="dead")
    form.use()
    form.hears("no connection", KEPT)

    form.context.select_option(label="silent")
    form.use()
    stop = seen.page.get_by_role("button", name="Stop", exact=True)
    expect(stop).to_be_enabled()
    stop.click()
    form.hears("Stopped before everything was read", KEPT)

    form.read("")
    form.hears("Name a file or a folder.")
    form.read("/nowhere/cluster.k8sready")
    form.hears("there is no such file", KEPT)
    form.shows("lanternfish")

    form.choose("Kubeconfig context")
    form.context.select_option(label="test")
    form.use()
    form.hears("Assessed: test")
    form.shows(controlplane.server)

    (tmp_path / "shop").mkdir()
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"containers": [{"name": "c"}]}}
    (tmp_path / "shop" / "pod.json").write_text(json.dumps(pod))
    form.read(tmp_path / "shop")
    form.hears("Assessed: shop")
    form.shows("shop")

    save(k8sready.open(bundle.demo()), tmp_path / "saved.k8sready")
    form.read(tmp_path / "saved.k8sready")
    form.hears("Assessed: lanternfish")
    form.shows("lanternfish")
    assert k8sready.open(work / "assessment" / "snapshot.k8sready").identity.name == "lanternfish"
    assert seen.requests == []
