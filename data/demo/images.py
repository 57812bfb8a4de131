"""The demo's images: digests that stay the same from run to run, sizes, and what a scanner says about them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

MEGABYTE = 1_000_000
HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Image:
    """One entry of images.yaml. `reference` is repository and tag, without a digest."""

    reference: str
    facts: Mapping[str, Any]

    @property
    def repository(self) -> str:
        head, _, tail = self.reference.rpartition("/")
        return f"{head}/{tail.partition(':')[0]}" if head else tail.partition(":")[0]

    @property
    def tag(self) -> str:
        return self.reference.rpartition("/")[2].partition(":")[2] or "latest"

    @property
    def size(self) -> int:
        """Bytes, as containerd reports them; never a round number."""
        return int(self.facts.get("size", 0)) * MEGABYTE + int(self.digest(0)[7:12], 16)

    @property
    def pull_seconds(self) -> float:
        return float(self.facts.get("pull", 1.0))

    @property
    def absent(self) -> bool:
        """True where the registry no longer has it."""
        return bool(self.facts.get("absent"))

    def digest(self, nth: int) -> str:
        """The digest that the nth pod runs: the same for all, except where a moving tag is planted."""
        turn = nth % int(self.facts.get("digests", 1))
        return "sha256:" + hashlib.sha256((self.reference + (f"#{turn}" if turn else "")).encode()).hexdigest()

    def image_id(self, nth: int) -> str:
        """The kubelet's imageID."""
        return f"{self.repository}@{self.digest(nth)}"

    def names(self, nth: int, *, by_digest: bool) -> list[str]:
        """The names under which a node's containerd knows it: the digest first, then the tag it was pulled by."""
        return [self.image_id(nth)] + ([] if by_digest else [f"{self.repository}:{self.tag}"])


def read_images(path: Path = HERE / "images.yaml") -> dict[str, Image]:
    """Images by reference (without digest)."""
    entries = yaml.safe_load(path.read_text("utf-8"))
    return {reference: Image(reference, facts or {}) for reference, facts in entries.items()}


def without_digest(reference: str) -> str:
    """`repo:tag@sha256:…` → `repo:tag`."""
    return reference.partition("@")[0]
