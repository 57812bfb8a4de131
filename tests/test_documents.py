"""Generated pages are what their generators print, and no word is left over."""

import re
from pathlib import Path

from k8sready.tables.dictionary import markdown
from k8sready.words import interface_words

PACKAGE = Path("k8sready")


def test_the_data_dictionary_is_up_to_date() -> None:
    assert Path("docs/tables.md").read_text(encoding="utf-8") == markdown(), "run: make docs"


def test_every_word_of_the_interface_is_said_somewhere() -> None:
    """By its name in quotes, after a dot in the template, or as one of a family such as `status_{…}`."""
    sources = [path for kind in ("py", "js", "j2") for path in PACKAGE.rglob(f"*.{kind}")]
    told = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    families = tuple(re.findall(r"[\"'](\w+_)(?:\{|[\"'] ?~)", told))
    words = [name for name in interface_words() if not name.startswith(families)]
    assert [name for name in words if not re.search(rf"(?:[\"']|words\.){name}\b", told)] == []
