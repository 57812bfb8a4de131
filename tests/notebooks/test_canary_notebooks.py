"""The notebooks on a cluster full of canaries and hostile names: outputs, widgets and files hold none of them."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

import k8sready
from k8sready.notebook.folder import SNAPSHOT
from k8sready.snapshot import save
from tests.objects.planted import NAMESPACE, encoded, filed, served

Executed = tuple[Any, Path]  # a notebook, and the folder it ran in
NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
CANARY = "c4n4ry-Zq7-hunter2"
MARKUP = "<img src=x onerror=alert(1)>"


def hostile() -> list[dict[str, Any]]:
    """Names that are markup, in fields that cards, tables and pictures show."""
    environment = [{"name": MARKUP, "valueFrom": {"secretKeyRef": {"name": MARKUP, "key": MARKUP}}}]
    spec = {"containers": [{"name": MARKUP, "image": MARKUP, "env": environment}], "serviceAccountName": MARKUP}
    metadata = {"name": MARKUP, "namespace": MARKUP}
    return [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": MARKUP, "labels": {"environment": MARKUP}}},
        {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec},
    ]


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Executed:
    """The cells of all five notebooks, run one after the other in one real kernel, with the state of their widgets."""
    # imported here: nbformat's validator builds grammars for three seconds, in every process that collects tests
    import nbformat
    from nbclient import NotebookClient

    books: Any = nbformat  # ships no types of its functions
    work = tmp_path_factory.mktemp("canary")
    (work / "all.yaml").write_text(yaml.safe_dump_all([*served(CANARY), *filed(CANARY), *hostile()]))
    (work / "assessment").mkdir()
    save(k8sready.open(work / "all.yaml"), work / "assessment" / SNAPSHOT)
    (work / "all.yaml").unlink()
    book = books.v4.new_notebook()
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        book.cells += books.read(path, as_version=4).cells
    book.cells.append(books.v4.new_code_cell('desk.table("env_literals"), desk.table("events")'))
    client = NotebookClient(book, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(work)}})
    client.execute()
    books.write(book, work / "executed.ipynb")
    return book, work


def test_the_notebooks_showed_this_cluster(executed: Executed) -> None:
    text = (executed[1] / "executed.ipynb").read_text()
    assert NAMESPACE in text
    assert "application/vnd.jupyter.widget-state+json" in text


def test_no_canary_is_in_the_executed_notebooks_nor_in_what_they_wrote(
    executed: Executed,
) -> None:
    files = [path for path in executed[1].rglob("*") if path.is_file()]
    assert {"executed.ipynb", "k8sready-report.html", "k8sready-findings.csv"} <= {path.name for path in files}
    leaks = [
        f"{path.name}: {text[max(0, text.find(piece) - 80) :][:160]}"
        for path in files
        for text in [path.read_text(errors="replace")]
        for piece in (CANARY, CANARY[:-3], CANARY[4:], encoded(CANARY)[:-4])
        if piece in text
    ]
    assert leaks == []


def test_hostile_names_stay_text_in_outputs_and_widgets(executed: Executed) -> None:
    pages = [page for page in markup(executed[0]) if "onerror" in page]
    assert len(pages) >= 3
    assert [page for page in pages if "<img" in page] == []


def markup(book: Any) -> list[str]:
    """Every piece of HTML: outputs of cells, and the values of HTML widgets."""
    shown = [
        output["data"].get("text/html", "")
        for cell in book.cells
        for output in cell.get("outputs", ())
        if "data" in output
    ]
    state = book.metadata["widgets"]["application/vnd.jupyter.widget-state+json"]["state"]
    widgets = [item["state"].get("value", "") for item in state.values() if "HTML" in item["model_name"]]
    return ["".join(page) for page in [*shown, *widgets]]


def test_no_output_is_an_error(executed: Executed) -> None:
    outputs = [output for cell in executed[0].cells for output in cell.get("outputs", ())]
    assert [
        json.dumps(item)[:300] for item in outputs if item["output_type"] == "error" or item.get("name") == "stderr"
    ] == []
