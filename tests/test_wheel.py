"""An installed wheel works outside the checkout: words, demo cluster and notebooks travel with it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the unpacked wheel, as pip lays it out."""
    root = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(root), str(CHECKOUT)]
    subprocess.run(build, check=True, capture_output=True)
    wheel = next(root.glob("*.whl"))
    subprocess.run([sys.executable, "-m", "zipfile", "-e", str(wheel), str(root / "site")], check=True)
    return root / "site"


def program(installed: Path, *arguments: str) -> str:
    """Run the installed package, with the checkout out of reach."""
    path, words = str(installed), list(arguments)
    code = f"import sys; sys.path.insert(0, {path!r}); from k8sready.cli import main; sys.exit(main({words!r}))"
    environment = {**os.environ, "PYTHONPATH": str(installed), "PYTHONSAFEPATH": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=installed.parent, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_assesses_its_own_demo_cluster(installed: Path) -> None:
    document = json.loads(program(installed, "demo", "--json", "-", "--no-prove"))
    assert document["findings"]
    assert all(item["message"] for item in document["findings"])


def test_the_wheel_writes_a_report(installed: Path, tmp_path: Path) -> None:
    program(installed, "demo", "--no-prove", "--html", str(tmp_path / "r.html"))
    assert (tmp_path / "r.html").stat().st_size > 500_000


def test_the_wheel_carries_its_notebooks(installed: Path, tmp_path: Path) -> None:
    program(installed, "notebooks", str(tmp_path / "work"))
    names = {path.name for path in (tmp_path / "work").glob("*.ipynb")}
    assert names == {path.name for path in (CHECKOUT / "notebooks").glob("*.ipynb")}


def test_the_wheel_holds_the_package_and_what_travels_with_it(installed: Path) -> None:
    assert {path.name for path in installed.iterdir() if path.suffix != ".dist-info"} == {"k8sready"}
    assert (installed / "k8sready" / "_bundled" / "data" / "demo" / "demo.k8sready").exists()
