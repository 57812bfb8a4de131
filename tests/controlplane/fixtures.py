"""pytest fixtures: `controlplane` (one per test process, shared by its tests), and `older` for the long tier."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from . import minors
from .build import BuildError, ensure
from .server import ControlPlane

REQUIRED = "K8SREADY_REQUIRE_CONTROLPLANE"


def programs() -> Path:
    """The built programs; where they cannot be built the test is skipped, or fails if they are required."""
    return _built(lambda: ensure(say=False))


def _built(build: Callable[[], Path]) -> Path:
    try:
        return build()
    except BuildError as reason:
        if os.environ.get(REQUIRED):
            pytest.fail(str(reason), pytrace=False)
        pytest.skip(str(reason))


@contextmanager
def running(apiserver: Path | None = None, *flags: str) -> Iterator[ControlPlane]:
    """A control plane of one's own, for tests that count on what nobody else put into it."""
    folder = Path(tempfile.mkdtemp(prefix="k8sready-controlplane-"))
    plane = ControlPlane(programs(), folder, apiserver=apiserver, flags=flags)
    try:
        yield plane
    finally:
        plane.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def controlplane() -> Iterator[ControlPlane]:
    """etcd and kube-apiserver; tests ask for controllers and kwok with `start_controllers`, `start_kwok`."""
    with running() as plane:
        yield plane


@pytest.fixture(scope="session", params=sorted(minors.VERSIONS), ids=lambda minor: f"1.{minor}")
def older(request: pytest.FixtureRequest) -> Iterator[ControlPlane]:
    """The same with each older kube-apiserver in turn, built if need be; only tests of the long tier ask for it."""
    with running(_built(lambda: minors.ensure(request.param, say=False))) as plane:
        yield plane


@pytest.fixture(scope="module")
def emulated() -> Iterator[ControlPlane]:
    """The newest kube-apiserver told to behave as 1.34, as in the first half of an upgrade."""
    with running(None, "--emulated-version=1.34") as plane:
        yield plane
