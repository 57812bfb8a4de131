"""k8sready: is this Kubernetes cluster ready for production?

The front door has four verbs:

    import k8sready

    snapshot = k8sready.collect(context="shop")      # or k8sready.open("shop.k8sready"), a folder of manifests, a dump
    assessment = k8sready.assess(snapshot)
    k8sready.report(assessment, snapshot, "shop.html")
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from .version import __version__

if TYPE_CHECKING:
    from .answers import Said
    from .assessment import Assessment, Comparison
    from .snapshot import Snapshot
    from .tables import Tables

__all__ = ["__version__", "assess", "collect", "open", "report"]


def collect(
    kubeconfig: str | Path | None = None,
    context: str | None = None,
    namespaces: list[str] | None = None,
    **options: Any,
) -> Snapshot:
    """Read a live cluster; options as `k8sready.sources.cluster.collect` (secrets, progress, cancel)."""
    from . import needs
    from .sources import cluster

    return cluster.collect(kubeconfig, context, namespaces, kinds=needs.kinds(), **options)


def open(source: str | Path) -> Snapshot:  # noqa: A001  the verb of the front door
    """Open a saved snapshot, a folder or file of manifests, or a kubectl dump ("-" reads standard input)."""
    from .sources import open_source

    return open_source(source)


def assess(
    snapshot: Snapshot, said: Said | None = None, *, prove: bool = True, tables: Tables | None = None
) -> Assessment:
    """Ask the whole checklist; `prove` also tries the remedies in memory. `tables`: the snapshot's, to use again."""
    from . import assessment
    from .tables import Tables

    tables = tables or Tables(snapshot)
    asked = assessment.assess(snapshot, said, tables=tables)
    return assessment.proven(asked, snapshot, tables) if prove else asked


def report(
    assessment: Assessment,
    snapshot: Snapshot,
    path: str | Path,
    *,
    tables: Tables | None = None,
    compared: Comparison | None = None,
) -> Path:
    """Write the self-contained HTML report and return its path.

    tables: the snapshot's, where they are at hand.
    compared: what changed since an earlier assessment (`k8sready.assessment.compare`); the page then says so.
    """
    from .reporting import write_html
    from .tables import Tables

    return write_html(assessment, Path(path), tables=tables or Tables(snapshot), compared=compared)
