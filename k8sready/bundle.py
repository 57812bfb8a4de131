"""What travels with the package: the demo cluster and the notebooks, in a checkout and in a wheel alike."""

import shutil
from pathlib import Path

from .errors import K8sReadyError

_PACKAGE = Path(__file__).parent


def _bundled(name: str) -> Path:
    """A bundled folder: beside the package in a checkout, inside it in a wheel."""
    for root in (_PACKAGE / "_bundled", _PACKAGE.parent):
        if (root / name).is_dir():
            return root / name
    raise K8sReadyError(f"This installation lacks its {name}; install k8sready again.")


def demo() -> Path:
    """The snapshot of the demo cluster."""
    return _bundled("data") / "demo" / "demo.k8sready"


def lay_out_notebooks(folder: Path) -> list[Path]:
    """Copy the notebooks into a folder and return their paths, sorted.

    Raises:
        K8sReadyError: one of them exists there already; nothing is then copied.
    """
    sources = sorted(_bundled("notebooks").rglob("*.ipynb"))
    root = _bundled("notebooks")
    targets = [folder / source.relative_to(root) for source in sources if ".ipynb_checkpoints" not in source.parts]
    taken = [target for target in targets if target.exists()]
    if taken:
        raise K8sReadyError(f"{taken[0]} exists already and may hold your work. Name another folder, or move it away.")
    for source, target in zip(sources, targets, strict=True):
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    return targets
