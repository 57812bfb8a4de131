"""Fixtures that any test may ask for, and the order of files."""

from pathlib import Path

import pytest

pytest_plugins = ["tests.browser", "tests.controlplane.fixtures"]
_LONGEST_FIRST = ("browser", "controlplane")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that drive a browser first, then those that ask a server: else the longest are left for the end."""
    ranks: dict[Path, int] = {}
    for item in items:
        rank = next(
            (at for at, mark in enumerate(_LONGEST_FIRST) if item.get_closest_marker(mark)), len(_LONGEST_FIRST)
        )
        ranks[item.path] = min(rank, ranks.get(item.path, rank))
    items.sort(key=lambda item: ranks[item.path])
