"""The rows that a check returned, as the framework reads them: what each is about, and whether it passed."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import pandas as pd

from .plain import plain_texts, plain_values

ABOUT = ("kind", "namespace", "name", "container", "item")
Key = tuple[str, ...]  # the values of ABOUT


@dataclass(frozen=True, slots=True)
class Examined:
    """Rows in the check's order. `keys` say what each is about; `passed` is True, False, or None: could not tell."""

    rows: pd.DataFrame
    keys: Sequence[Key]
    passed: Sequence[bool | None]

    @property
    def open(self) -> list[int]:
        """The places of rows that did not pass."""
        return [at for at, passed in enumerate(self.passed) if passed is not True]

    def passes_by_namespace(self) -> Counter[str]:
        """How many rows of each namespace passed."""
        return Counter(key[1] for key, passed in zip(self.keys, self.passed, strict=True) if passed is True)


def examined(rows: pd.DataFrame, unseen: Collection[str] = (), *, fails: bool = True, passes: bool = True) -> Examined:
    """One row per object and item, the worst: templates of one workload can differ while it rolls out.

    Rows of `unseen` namespaces, where something could not be read, cannot be told. Nor can failures, unless `fails`,
    or passes, unless `passes`.

    Raises:
        TypeError: the column `passed` is missing or is not boolean.
    """
    if "passed" not in rows:
        raise TypeError("there is no column 'passed'")
    passed: list[bool | None] = plain_values(rows["passed"].astype("boolean"))
    blank = [""] * len(rows)
    keys = list(zip(*(plain_texts(rows[name]) if name in rows else blank for name in ABOUT), strict=True))
    untold = {verdict for verdict, told in ((False, fails), (True, passes)) if not told}
    if untold:
        passed = [None if one in untold else one for one in passed]
    if unseen:
        passed = [None if key[1] in unseen else one for key, one in zip(keys, passed, strict=True)]
    if len(set(keys)) == len(keys):
        return Examined(rows, keys, passed)
    kept = _worst(keys, passed)
    return Examined(rows.iloc[kept], [keys[at] for at in kept], [passed[at] for at in kept])


def _worst(keys: Sequence[Key], passed: Sequence[bool | None]) -> list[int]:
    """The place of the worst row of each key: failures first, then what could not be told."""
    found: dict[Key, int] = {}
    for at, key in enumerate(keys):
        if key not in found or _RANK[passed[at]] < _RANK[passed[found[key]]]:
            found[key] = at
    return sorted(found.values())


_RANK = {False: 0, None: 1, True: 2}
