"""No answer without evidence: what a question needs has to have been read."""

from collections.abc import Iterable, Sequence

from ..errors import K8sReadyError
from ..objects.kinds import BY_KEY
from ..snapshot import Reading
from ..tables import Tables

_EXAMPLES = 3


class NotReadError(K8sReadyError):
    """What a question is about was forbidden, failed or not asked for."""


def require(tables: Tables, keys: Iterable[str]) -> None:
    """All of these kinds were read completely; a custom kind that the cluster does not serve has no objects.

    Raises:
        NotReadError: some were not; the message names them and what to do.
    """
    missing = []
    for key in keys:
        covered = tables.coverage(key)
        kind = BY_KEY.get(key)
        absent = covered.reading is Reading.ABSENT and kind is not None and kind.custom
        if covered.reading is not Reading.COMPLETE and not absent:
            missing.append(f"{key} ({covered.reading.value})")
    if missing:
        raise NotReadError(
            f"This cannot be told: {', '.join(sorted(missing))}. Collect again with credentials that may read them; "
            "the role is printed by: k8sready role"
        )


def hint(near: Sequence[str]) -> str:
    """What may have been meant by a name that nothing has; empty where nothing is near."""
    return f" Did you mean {', '.join(near[:_EXAMPLES])}?" if near else ""
