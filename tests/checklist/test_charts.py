"""Charts: names from a cluster stay text, also for plotly, which reads a part of HTML in labels."""

from typing import Any

import pytest

from k8sready.checklist import CHECKLIST
from k8sready.checklist.texts import shortened
from k8sready.checks import Chart, Section
from k8sready.tables import Tables
from k8sready.theme import figure_json
from k8sready.words import section_words

from .clusters import cluster
from .making import container, deployment, namespace, node

HOSTILE = "<b>x</b><img src=x>"
CHARTS = [pytest.param(section, chart, id=chart.name) for section in CHECKLIST for chart in section.charts]


def drawn(section: Section, chart: Chart, *objects: Any) -> dict[str, Any]:
    tables = Tables(cluster(objects))
    labels = section_words(section.name)[f"chart_{chart.name}"].labels()
    return figure_json(chart.function(*(tables[name] for name in chart.tables), labels))


def crowd(namespaces: int, name: str = "team") -> list[Any]:
    """Namespaces with a workload each that uses a secret; every image is on a node."""
    found: list[Any] = []
    for n in range(namespaces):
        spec = {
            "containers": [
                container(image=f"r{n % 3}.example/t{n}/app:1", volumeMounts=[{"name": "v", "mountPath": "/v"}])
            ],
            "volumes": [{"name": "v", "secret": {"secretName": "db"}}],
        }
        found += [namespace(f"{name}{n}"), deployment(f"{name}-web", spec, f"{name}{n}")]
    images = [([f"r{n % 3}.example/t{n}/app:1"], (n + 1) * 1_000_000) for n in range(namespaces)]
    return [*found, node("n", images=images)]


def texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [found for item in value.values() for found in texts(item)]
    if isinstance(value, (list, tuple)):
        return [found for item in value for found in texts(item)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize(("section", "chart"), CHARTS)
def test_names_are_no_markup(section: Section, chart: Chart) -> None:
    figure = drawn(section, chart, *crowd(2, HOSTILE))
    assert [text for text in texts(figure["data"]) if "<b>" in text or "<img" in text] == []


@pytest.mark.parametrize(("section", "chart"), CHARTS)
def test_one_that_grows_with_the_cluster_stops_and_says_of_how_many_it_shows_a_part(
    section: Section, chart: Chart
) -> None:
    few, more, many = (drawn(section, chart, *crowd(namespaces)) for namespaces in (5, 20, 300))
    grows = len(texts(few["data"])) < len(texts(more["data"]))
    assert ("of 300" in title(many)) is grows
    assert "of 20" not in title(more)
    assert all(figure["layout"]["height"] <= 2000 for figure in (few, more, many))


def title(figure: dict[str, Any]) -> str:
    return str(figure["layout"].get("title", {}).get("text", ""))


def test_a_label_keeps_both_ends_of_a_long_name() -> None:
    assert shortened("a" * 60 + "-production") == "a" * 21 + "…" + "a" * 10 + "-production"


def test_every_namespace_has_a_row_of_its_own() -> None:
    """Two names that differ in the middle would be one row, were both cut there."""
    names = [f"{'a' * 29}{letter}{'b' * 29}" for letter in "xy"]
    spaces = [namespace(name) for name in names]
    found = [*spaces, *(deployment("web", {"containers": [container()]}, name) for name in names)]
    section = next(section for section in CHECKLIST if section.name == "namespaces")
    (trace,) = drawn(section, section.charts[0], *found)["data"]
    assert len(set(trace["y"])) == 2
