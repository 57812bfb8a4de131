"""An assessment as files: one self-contained HTML page, JSON, CSV."""

from .csv import write_csv
from .html import write_html
from .json import to_json, write_json

__all__ = ["to_json", "write_csv", "write_html", "write_json"]
