"""With policies of every tier and pods of every sort, engine, naive reading and matrix agree."""

import os

import pytest

from k8sready.engines.netpol import Address, Matrix, Note

from . import naive_tiers
from .tier_generators import OUTSIDE, QUESTIONS, cluster, ends, state

CASES = int(os.environ.get("K8SREADY_ORACLE_CASES", "12"))


def compare(seed: int, *, in_blocks: bool) -> int:
    """Questions asked; every difference fails."""
    found = state(seed)
    frozen = cluster(found, ipblock_matches_pods=in_blocks)
    matrix, asked = Matrix(frozen, map(Address, OUTSIDE)), 0
    for plain, source in ends(found, frozen):
        for other, destination in ends(found, frozen):
            if plain is other or (isinstance(plain, str) and isinstance(other, str)):
                continue
            local, ports = naive_tiers.is_node_local(plain, other), matrix.between(source, destination)
            for number, protocol in QUESTIONS:
                where = (seed, plain, other, number, protocol)
                expected = naive_tiers.allowed(found, plain, other, number, protocol, in_blocks)
                verdict = frozen.allowed(source, destination, number, protocol)
                assert verdict.allowed is expected, (*where, verdict)
                apart = expected
                if local:
                    assert Note.NO_ENDPOINT in verdict.notes or Note.NODE_LOCAL in verdict.notes, (*where, verdict)
                    apart = naive_tiers.allowed(found, plain, other, number, protocol, in_blocks, node_local=False)
                bounds = ports.certain.has(number, protocol), ports.possible.has(number, protocol)
                assert bounds == (apart is True, apart is not False), (*where, bounds)
                asked += 1
    return asked


@pytest.mark.parametrize("seed", range(CASES))
def test_engine_naive_reading_and_matrix_agree_on_tiers(seed: int) -> None:
    assert compare(seed, in_blocks=seed % 2 == 0) > 500


@pytest.mark.long
def test_engine_naive_reading_and_matrix_agree_on_tiers_of_many_clusters() -> None:
    assert sum(compare(seed, in_blocks=seed % 2 == 0) for seed in range(1000, 1150)) > 100_000
