"""The demo's manifests in the order in which they are applied, and by whose hand."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
BY_HAND = "kubectl-client-side-apply"
_HAND_MADE = frozenset({"default", "legacy", "kube-system", "ci-runners"})  # namespaces that no automation delivers

Manifest = dict[str, Any]
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def documents(path: Path) -> list[Manifest]:
    """The manifests of one file."""
    return [document for document in yaml.load_all(path.read_text("utf-8"), _Loader) if document]


def folders() -> list[Path]:
    """The folders of namespaced manifests, one per namespace."""
    return sorted(path for path in HERE.iterdir() if path.is_dir() and path.name not in ("cluster", "__pycache__"))


def first() -> list[Path]:
    """Cluster-scoped files that everything else stands on."""
    return sorted((HERE / "cluster").glob("0*.yaml"))


def middle() -> list[Path]:
    """Namespaced files."""
    return [path for folder in folders() for path in sorted(folder.glob("*.yaml"))]


def last() -> list[Path]:
    """Admission and API services: applied when nothing more is created."""
    return sorted((HERE / "cluster").glob("9*.yaml"))


def everything() -> Iterator[Manifest]:
    """All manifests."""
    for path in (*first(), *middle(), *last()):
        yield from documents(path)


def by_hand_of(manifests: list[Manifest]) -> dict[str, list[Manifest]]:
    """Manifests by the field manager that a real cluster would show for them."""
    grouped: dict[str, list[Manifest]] = defaultdict(list)
    for manifest in manifests:
        grouped[_manager(manifest)].append(manifest)
    return grouped


def _manager(manifest: Manifest) -> str:
    metadata = manifest["metadata"]
    if "meta.helm.sh/release-name" in metadata.get("annotations", {}):
        return "helm"
    return BY_HAND if metadata.get("namespace") in _HAND_MADE else "argocd-controller"
