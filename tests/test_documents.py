"""Generated pages are what their generators print, what documents name is there, and no word is left over."""

import re
from importlib.util import find_spec
from itertools import chain
from pathlib import Path

import pytest

from k8sready.checklist import CHECKLIST
from k8sready.cli import main
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


DOCUMENTS = [*Path().glob("*.md"), *Path("docs").glob("*.md"), *Path("data").rglob("*.md")]


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_what_a_document_names_is_there(document: Path) -> None:
    """Files by their path, targets of make, modules that are run, verbs of the program."""
    told = document.read_text(encoding="utf-8")
    paths = re.findall(r"`((?:k8sready|tests|docs|notebooks|data|\.ci)/[\w./-]+)`", told)
    targets = re.findall(r"^(\w+):", Path("Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    verbs = re.findall(r"^\$ k8sready (\w+)|`k8sready (\w+)`", told, re.MULTILINE)
    assert [path for path in paths if not Path(path).exists() and not Path(f"{path}.py").exists()] == []
    assert set(re.findall(r"(?:`|\$ )make (\w+)", told)) <= set(targets)
    assert [name for name in re.findall(r"python -m ([\w.]+)", told) if find_spec(name) is None] == []
    for verb in filter(None, chain(*verbs)):
        with pytest.raises(SystemExit) as left:
            main([verb, "--help"])
        assert left.value.code == 0


def test_the_readme_tells_of_every_section() -> None:
    told = Path("README.md").read_text(encoding="utf-8")
    assert [section.name for section in CHECKLIST if f"\n| {section.point} | " not in told] == []
