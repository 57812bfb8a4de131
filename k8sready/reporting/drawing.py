"""Charts of the page: figures as JSON, and the one copy of plotly.js that draws them."""

import base64
import gzip
import json
import threading
from collections.abc import Mapping
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ..checks import Chart
from ..tables import Tables
from ..theme import figure_json


def drawn(chart: Chart, tables: Tables, labels: Mapping[str, str]) -> dict[str, Any] | None:
    """A chart's data and layout; None where there is nothing to draw or its tables cannot be trusted at all."""
    figure = chart.function(*(tables[name] for name in chart.tables), labels)
    return figure_json(figure) if figure is not None else None


_compressing = threading.Lock()


def prepare() -> None:
    """Have `library` at hand soon: compressing takes a while, and needs nothing of the interpreter."""
    threading.Thread(target=library, daemon=True).start()


def library() -> str:
    """plotly.js from the installed wheel, gzipped without a time stamp (equal input, equal bytes), base64."""
    with _compressing:
        return _library()


@lru_cache(maxsize=1)
def _library() -> str:
    spec = find_spec("plotly")
    folder = Path(str(spec.origin)).parent if spec else Path()
    body = (folder / "package_data" / "plotly.min.js").read_bytes()
    return base64.b64encode(gzip.compress(body, 6, mtime=0)).decode()


def safe_json(value: Any) -> str:
    """JSON that can stand inside a script element."""
    text = json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
