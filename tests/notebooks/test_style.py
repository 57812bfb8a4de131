"""Notebooks are documents: more words than code, short cells, no programs, nothing from elsewhere."""

import ast
import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from k8sready.checklist import CHECKLIST
from k8sready.theme import CHART_CONFIG

from .lab import NOTEBOOKS

ROOT = NOTEBOOKS.parent
NAMES = sorted(NOTEBOOKS.glob("*.ipynb"))
START, REPORT = NOTEBOOKS / "00_start_here.ipynb", NOTEBOOKS / "99_report.ipynb"
SECTIONS = [NOTEBOOKS / f"{section.point:02}_{section.name}.ipynb" for section in CHECKLIST]
SHARED = ("checks-text", "questions-text", "exemptions-text", "protects-text", "asks-text", "next-text")
_PROGRAMS = (ast.FunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While, ast.If, ast.Try, ast.ListComp, ast.DictComp)


def cells(path: Path, kind: str) -> list[dict[str, Any]]:
    return [cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == kind]


@pytest.mark.parametrize("path", NAMES, ids=lambda path: path.stem)
def test_code_is_short_and_no_program(path: Path) -> None:
    for cell in cells(path, "code"):
        source = "".join(cell["source"])
        assert 1 <= len(source.splitlines()) <= 5, cell["id"]
        assert not [node for node in ast.walk(ast.parse(source)) if isinstance(node, _PROGRAMS)], cell["id"]
        assert (cell["outputs"], cell["execution_count"]) == ([], None), cell["id"]


@pytest.mark.parametrize("path", NAMES, ids=lambda path: path.stem)
def test_words_outweigh_code_and_every_cell_has_a_name(path: Path) -> None:
    words, code = (
        sum(len("".join(cell["source"]).split()) for cell in cells(path, kind)) for kind in ("markdown", "code")
    )
    assert words > 2 * code
    prefix = f"s{path.stem[:2]}-"
    names = [cell["id"] for kind in ("markdown", "code") for cell in cells(path, kind)]
    assert all(re.fullmatch(rf"{prefix}[a-z0-9-]+", name) for name in names)
    assert len(set(names)) == len(names)


def links(path: Path) -> set[Path]:
    """The notebooks that a notebook leads to."""
    told = "".join("".join(cell["source"]) for cell in cells(path, "markdown"))
    return {NOTEBOOKS / name for name in re.findall(r"\]\(([^)]+\.ipynb)\)", told)}


def test_every_section_has_a_notebook_and_every_notebook_leads_on() -> None:
    assert NAMES == [START, *SECTIONS, REPORT]
    assert links(START) == {*SECTIONS, REPORT}
    for before, path in pairwise((START, *SECTIONS)):
        assert links(path) >= {START, REPORT, before}
    for path, after in pairwise(SECTIONS):
        assert after in links(path)
    assert {target for path in NAMES for target in links(path)} <= set(NAMES)


@pytest.mark.parametrize("name", SHARED)
def test_what_every_section_says_is_said_in_the_same_words(name: str) -> None:
    told = {path: {cell["id"]: "".join(cell["source"]) for cell in cells(path, "markdown")} for path in SECTIONS}
    assert len({words[f"s{path.stem[:2]}-{name}"] for path, words in told.items()}) == 1


@pytest.mark.parametrize("path", SECTIONS, ids=lambda path: path.stem)
def test_a_section_has_all_its_parts(path: Path) -> None:
    code = "\n".join("".join(cell["source"]) for cell in cells(path, "code"))
    parts = ("protects", "asks", "chart", "checks", "score", "questions", "exemptions", "next")
    assert [part for part in parts if f"page.{part}(" not in code] == []
    assert "desk.table(" in code


def test_nothing_is_fetched_and_no_chart_is_shared() -> None:
    assert CHART_CONFIG["showSendToCloud"] is False
    told = [*(ROOT / "k8sready").rglob("*.py"), *(ROOT / "k8sready" / "reporting").glob("page.*"), *NAMES]
    fetched = re.compile(r"""(?:src|href)=["']https?:|@import|cdn\.|cdnjs|unpkg|jsdelivr|chart_studio""")
    assert [path.name for path in told if fetched.search(path.read_text(encoding="utf-8"))] == []
