"""Older API servers are built as the newest is."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from .build import HERE, KUBERNETES
from .minors import VERSIONS, go_mod
from .server import ControlPlane

pytestmark = [pytest.mark.long, pytest.mark.controlplane]


def read(path: Path) -> dict[str, Any]:
    done = subprocess.run(["go", "mod", "edit", "-json", str(path)], check=True, capture_output=True, text=True)
    content: dict[str, Any] = json.loads(done.stdout)
    return content


@pytest.mark.usefixtures("controlplane")  # where it cannot be built, neither can older ones
def test_the_derived_go_mod_is_the_one_by_which_the_newest_is_built(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text(go_mod(KUBERNETES))
    derived, kept = read(tmp_path / "go.mod"), read(HERE / "kubernetes" / "go.mod")
    for part in ("Go", "GoDebug", "Replace"):
        assert derived[part] == kept[part]


def test_an_older_server_is_of_its_minor(older: ControlPlane) -> None:
    assert older.get("/version")["gitVersion"] == VERSIONS[older.minor]
