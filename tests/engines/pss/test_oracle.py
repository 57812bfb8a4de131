"""The engine against the real API server's admission: the same verdict, the same controls, the same words."""

import secrets

import pytest

from k8sready.engines.pss.controls import CONTROLS
from k8sready.engines.pss.policy import NEWEST
from tests.controlplane.server import ControlPlane

from .oracle import Oracle

PODS = 7_000
pytestmark = pytest.mark.controlplane


def test_verdicts_words_and_patches_agree_with_the_api_server(controlplane: ControlPlane) -> None:
    oracle = Oracle.of(controlplane)
    counts = oracle.run(range(600))
    assert counts["admitted"] + counts["denied"] >= 300
    assert min(counts["admitted"], counts["left to people"], counts["healed"]) >= 20
    assert set(oracle.controls) == {item.id for item in CONTROLS}


def test_they_agree_with_a_server_that_behaves_as_an_older_minor(emulated: ControlPlane) -> None:
    oracle = Oracle.of(emulated)
    counts = oracle.run(range(600, 800))
    assert oracle.minor == 34
    assert counts["admitted"] + counts["denied"] >= 120
    assert not oracle.controls["procMount_restricted"]  # of 1.35


@pytest.mark.long
def test_they_agree_on_thousands_of_pods(controlplane: ControlPlane, capsys: pytest.CaptureFixture[str]) -> None:
    run_long(controlplane, NEWEST, capsys)


@pytest.mark.long
def test_they_agree_with_older_binaries(older: ControlPlane, capsys: pytest.CaptureFixture[str]) -> None:
    """What a policy version means depends on the binary too: S1.2 of the facts names how."""
    run_long(older, older.minor, capsys)


def run_long(plane: ControlPlane, minor: int, capsys: pytest.CaptureFixture[str]) -> None:
    oracle = Oracle.of(plane)
    assert oracle.minor == minor
    first = secrets.randbelow(2**40)  # others every time; a failure names its seed
    counts = oracle.run(range(first, first + PODS))
    with capsys.disabled():
        print(f"\npod security, Kubernetes 1.{minor}: {dict(counts)}, 0 differences; {dict(oracle.controls)}")
    assert counts["admitted"] + counts["denied"] >= 5_000
