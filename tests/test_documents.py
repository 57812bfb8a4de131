"""Generated pages are what their generators print."""

from pathlib import Path

from k8sready.tables.dictionary import markdown


def test_the_data_dictionary_is_up_to_date() -> None:
    assert Path("docs/tables.md").read_text(encoding="utf-8") == markdown(), "run: make docs"
