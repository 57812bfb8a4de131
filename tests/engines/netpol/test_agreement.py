"""The engine agrees with a naive reading of the API reference; its matrix agrees with its answers."""

import os

import pytest

from k8sready.engines.netpol import Address, Matrix

from . import naive
from .generators import QUESTIONS, cluster, ends, state

CASES = int(os.environ.get("K8SREADY_ORACLE_CASES", "12"))


def compare(seed: int) -> int:
    """Questions asked; every difference fails."""
    found = state(seed, ipv6=True)
    asked = 0
    for in_blocks in (True, False):
        frozen = cluster(found, ipblock_matches_pods=in_blocks)
        matrix = Matrix(frozen, [Address(end) for end, _ in ends(found, frozen, ipv6=True) if isinstance(end, str)])
        for plain, source in ends(found, frozen, ipv6=True):
            for other, destination in ends(found, frozen, ipv6=True):
                if plain is other or (isinstance(plain, str) and isinstance(other, str)):
                    continue
                ports = matrix.between(source, destination)
                assert ports.certain == ports.possible
                for number, protocol in QUESTIONS:
                    expected = naive.allowed(found, plain, other, number, protocol, in_blocks)
                    verdict = frozen.allowed(source, destination, number, protocol)
                    assert verdict.allowed is expected, (seed, plain, other, number, protocol, verdict)
                    assert ports.certain.has(number, protocol) is expected, (seed, plain, other, number, protocol)
                    asked += 1
    return asked


@pytest.mark.parametrize("seed", range(CASES))
def test_engine_naive_reading_and_matrix_agree(seed: int) -> None:
    assert compare(seed) > 2000


@pytest.mark.long
def test_engine_naive_reading_and_matrix_agree_on_many_clusters() -> None:
    assert sum(map(compare, range(1000, 1030))) > 100_000


@pytest.mark.parametrize("seed", range(20))
def test_unknown_addresses_are_bounded_alike_by_matrix_and_answers(seed: int) -> None:
    found = state(seed)
    for item in found["pods"][::2]:
        del item["status"]["podIP"]
    frozen = cluster(found, ipblock_matches_pods=None if seed % 2 else True)
    matrix = Matrix(frozen)
    for source in frozen.pods:
        for destination in frozen.pods:
            if source is destination:
                continue
            ports = matrix.between(source, destination)
            for number, protocol in QUESTIONS:
                allowed = frozen.allowed(source, destination, number, protocol).allowed
                assert (ports.certain.has(number, protocol), ports.possible.has(number, protocol)) == (
                    allowed is True,
                    allowed is not False,
                )
