"""A JupyterLab server of its own for the tests: own configuration, no news, no tokens beyond this machine."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, ViewportSize

from tests.browser import Seen, pages
from tests.controlplane.processes import free_port

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
_SIZE: ViewportSize = {"width": 1400, "height": 1000}
_RESTORED = "() => window.jupyterapp?.restored.then(() => true)"
_OPEN = """async name => {
  const app = window.jupyterapp, before = app.shell.currentWidget;
  if (before?.sessionContext) {
    await before.sessionContext.shutdown();
    before.dispose();
  }
  await app.commands.execute("docmanager:open", { path: name });
}"""
_READY = """async () => {
  const widget = window.jupyterapp?.shell?.currentWidget, session = widget?.sessionContext;
  if (!session) return "no session";
  await session.ready;
  const kernel = session.session?.kernel;
  return kernel?.connectionStatus === "connected" && kernel.status === "idle" ? "ready" : "busy";
}"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address of a running JupyterLab and the folder it serves, a copy of the notebooks.

    Its kernels' kubeconfig is the file `kubeconfig` beside that folder, which is not there yet.
    """
    root = tmp_path_factory.mktemp("lab")
    work = root / "notebooks"
    shutil.copytree(NOTEBOOKS, work, ignore=shutil.ignore_patterns("assessment", ".ipynb_checkpoints"))
    settings = root / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text('{"fetchNews": "false", "checkForUpdates": false}')
    port = free_port()
    folders = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
    }
    environment = {
        **os.environ,
        **{name: str(root / folder) for name, folder in folders.items()},
        "IPYTHONDIR": str(root / "ipython"),
        "KUBECONFIG": str(root / "kubeconfig"),
    }
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        "--no-browser",
        "--allow-root",
        "--expose-app-in-browser",
        f"--port={port}",
    ]
    command += [
        "--ServerApp.port_retries=0",
        "--IdentityProvider.token=",
        "--ServerApp.disable_check_xsrf=True",
        "--ip=127.0.0.1",
    ]
    with (root / "lab.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=work, env=environment, stdout=log, stderr=log, start_new_session=True)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address, process, root / "lab.log")
        yield address, work
    finally:
        process.terminate()
        process.wait(20)


def _wait(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            with urlopen(f"{address}/api/status", timeout=5):
                return
        except (URLError, OSError):
            if process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"JupyterLab did not start:\n{log.read_text(errors='replace')[-2000:]}", pytrace=False)
            time.sleep(0.1)


@pytest.fixture(scope="module")
def window(lab: tuple[str, Path], browser: Browser) -> Iterator[Seen]:
    """A browser's window with that JupyterLab, for all tests of a file: loading it takes longer than most of them."""
    with pages(browser) as open_page:
        seen = open_page(viewport=_SIZE)
        seen.page.goto(f"{lab[0]}/lab?reset", wait_until="domcontentloaded")
        seen.page.wait_for_function(_RESTORED)
        yield seen


def run_all(seen: Seen, name: str) -> None:
    """Open a notebook in place of the one before, and run all cells in a new kernel; one that raises fails the test."""
    seen.page.set_viewport_size(_SIZE)
    seen.page.evaluate(_OPEN, name)
    run_cells(seen)


def restart(seen: Seen) -> None:
    """Restart the kernel of the open notebook, and run all cells again."""
    seen.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    run_cells(seen)


def run_cells(seen: Seen) -> None:
    """Wait for the kernel, and run all cells; one that raises fails the test."""
    deadline = time.monotonic() + 180
    while seen.page.evaluate(_READY) != "ready":
        assert time.monotonic() < deadline, "the kernel did not come up"
        seen.page.wait_for_timeout(100)
    seen.page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
    raised = seen.page.locator(
        "[data-mime-type='application/vnd.jupyter.stderr'], .jp-RenderedText[data-mime-type*='error']"
    )
    assert raised.all_inner_texts() == []
