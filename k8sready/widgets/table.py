"""A DataFrame as people read it: the first rows, how many there are, sizes with units, no NA where a dash will do."""

import math
from collections.abc import Sequence
from html import escape
from typing import Any

from pandas import DataFrame
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from ..legible import legible
from ..sentences import brief
from ..words import interface_words
from .style import page

_UNITS = ("B", "kB", "MB", "GB", "TB", "PB")


class Table:
    """Shows the first rows of a DataFrame, and says of how many; `_repr_html_` is IPython's protocol."""

    def __init__(self, frame: DataFrame, rows: int) -> None:
        self._frame, self._rows = frame, rows

    def __repr__(self) -> str:
        return self._frame.head(self._rows).map(_plain).to_string(index=False)

    def _repr_html_(self) -> str:
        words, total = interface_words(), len(self._frame)
        columns = [(str(name), _is_number(kind)) for name, kind in self._frame.dtypes.items()]
        head = "".join(_title(name, number=number) for name, number in columns)
        first = self._frame.head(self._rows)  # by place: after a merge two columns may have one name
        records = zip(*(first.iloc[:, at].tolist() for at in range(len(columns))), strict=True)
        body = "".join(f"<tr>{_cells(columns, record)}</tr>" for record in records)
        told = f"{min(total, self._rows):,} {words['of']} {total:,} {words['rows']}"
        table = (
            f'<div class="wide" tabindex="0"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
        )
        return page(f'{table}<div class="muted">{escape(told)}</div>')


def _title(name: str, *, number: bool) -> str:
    look = ' class="n"' if number else ""
    return f'<th scope="col"{look}>{escape(legible(name.removesuffix("_bytes").replace("_", " ")))}</th>'


def _is_number(kind: Any) -> bool:
    return is_numeric_dtype(kind) and not is_bool_dtype(kind)


def _cells(columns: Sequence[tuple[str, bool]], record: Sequence[Any]) -> str:
    return "".join(_cell(name, value, number=number) for (name, number), value in zip(columns, record, strict=True))


def _plain(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [legible(item) for item in value]
    return legible(value) if isinstance(value, str) else value


def _cell(name: str, value: Any, *, number: bool) -> str:
    if isinstance(value, (list, tuple, set, frozenset)):
        return f"<td>{escape(brief(', '.join(map(str, value)))) or '–'}</td>"
    if value is None or str(value) in ("", "<NA>", "NaT") or value != value:  # NaN differs from itself
        return f'<td class="{"n " if number else ""}muted">–</td>'
    if isinstance(value, bool):
        words = interface_words()
        return f"<td>{escape(words['reply_yes'] if value else words['reply_no'])}</td>"
    if isinstance(value, (int, float)):
        return f'<td class="n">{_number(name, value)}</td>'
    return f"<td>{escape(brief(value))}</td>"


def _number(name: str, value: float) -> str:
    if math.isinf(value):  # a share of nothing
        return "∞" if value > 0 else "-∞"
    if name.endswith("_bytes"):
        return told_bytes(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}".rstrip("0").rstrip(".")


def told_bytes(size: float) -> str:
    """A size as people say it, to three digits: 2.87 GB."""
    power = min(len(_UNITS) - 1, max(0, (len(str(int(size))) - 1) // 3))
    return f"{size / 1000**power:.3g} {_UNITS[power]}"


def table(frame: DataFrame, rows: int = 12) -> Table:
    """The first `rows` rows of a table, to be looked at; the DataFrame itself holds all of them."""
    return Table(frame, rows)
