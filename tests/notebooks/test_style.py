"""Notebooks are documents: more words than code, short cells, no programs, nothing from elsewhere."""

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest

from k8sready.theme import CHART_CONFIG

from .lab import NOTEBOOKS

ROOT = NOTEBOOKS.parent
NAMES = sorted(NOTEBOOKS.glob("*.ipynb"))
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


@pytest.mark.parametrize(
    "path", [path for path in NAMES if path.stem[:2] not in ("00", "99")], ids=lambda path: path.stem
)
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
