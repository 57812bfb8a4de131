"""Snapshot: what the API said, once; saved, opened, and changed in memory to see what would be."""

from .saving import open_snapshot, save
from .value import Coverage, Identity, Origin, Reading, ServedResource, Snapshot

__all__ = [
    "Coverage",
    "Identity",
    "Origin",
    "Reading",
    "ServedResource",
    "Snapshot",
    "open_snapshot",
    "save",
]
