"""pytest fixtures: `controlplane` (one per test process, shared by its tests)."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from .build import BuildError, ensure
from .server import ControlPlane

REQUIRED = "K8SREADY_REQUIRE_CONTROLPLANE"


def programs() -> Path:
    """The built programs; where they cannot be built the test is skipped, or fails if they are required."""
    try:
        return ensure(say=False)
    except BuildError as reason:
        if os.environ.get(REQUIRED):
            pytest.fail(str(reason), pytrace=False)
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def controlplane() -> Iterator[ControlPlane]:
    """etcd and kube-apiserver; tests ask for controllers and kwok with `start_controllers`, `start_kwok`."""
    folder = Path(tempfile.mkdtemp(prefix="k8sready-controlplane-"))
    plane = ControlPlane(programs(), folder)
    yield plane
    plane.stop()
    shutil.rmtree(folder, ignore_errors=True)
