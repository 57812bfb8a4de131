"""What a notebook imports: a desk with a cluster on it, and a page per section. State is on disk, in `assessment/`."""

from ..widgets.table import table as show
from .desk import Desk, desk, written
from .page import Page

__all__ = ["Desk", "Page", "desk", "show", "written"]
