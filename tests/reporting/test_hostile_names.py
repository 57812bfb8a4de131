"""Names from a cluster stay text where plotly or the reader's eye could take them for more."""

import shlex

import pytest
from plotly import graph_objects

from k8sready import assess
from k8sready.answers import Answer, Exemption, Reply, Said
from k8sready.legible import legible
from k8sready.remedies import commands
from k8sready.reporting.csv import safe
from k8sready.reporting.html import render
from k8sready.theme import figure_json
from tests.checklist.clusters import cluster

LINK = "<a href='https://attacker.example'>shop</a>"
LONG = "n" * 253


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("shop-prod", "shop-prod"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("abc\u202egnp", "abc\\u202egnp"),
        ("a\u200bb\ufeff", "a\\u200bb\\ufeff"),
        ("two\nlines", "two\\nlines"),
        ("shop\u3164\u2800", "shop\\u3164\\u2800"),
        ("한국어 ⚠\ufe0f", "한국어 ⚠\ufe0f"),
        ("日本語 größe נמל", "日本語 größe נמל"),
    ],
)
def test_hidden_characters_are_seen(name: str, seen: str) -> None:
    assert legible(name) == seen


def test_plotly_is_given_no_markup() -> None:
    figure = graph_objects.Figure(
        [
            graph_objects.Treemap(ids=[LINK, "b"], labels=[LINK, "b"], parents=["", LINK], text=[LINK, "b"]),
            graph_objects.Heatmap(z=[[1]], x=["x"], y=[LINK], text=[[LINK]]),
            graph_objects.Sankey(node={"label": [LINK, "b"]}, link={"source": [0], "target": [1], "value": [1]}),
        ]
    )
    drawn = figure_json(figure)["data"]
    assert "<a" not in str(drawn)
    assert drawn[0]["parents"][1] == drawn[0]["ids"][0]  # the tree still hangs together


def test_long_labels_leave_room_for_the_picture_unless_they_would_be_the_same() -> None:
    heatmap = graph_objects.Heatmap(z=[[1], [2]], x=["x"], y=[LONG, "short"])
    assert max(map(len, figure_json(graph_objects.Figure(heatmap))["data"][0]["y"])) <= 65
    twins = [f"{LONG[:120]}a{LONG[:120]}", f"{LONG[:120]}b{LONG[:120]}"]
    heatmap = graph_objects.Heatmap(z=[[1], [2]], x=["x"], y=twins)
    assert figure_json(graph_objects.Figure(heatmap))["data"][0]["y"] == twins


def test_our_own_templates_keep_their_markup() -> None:
    heatmap = graph_objects.Heatmap(z=[[1]], x=["x"], y=["y"], hovertemplate="%{y}<extra></extra>")
    assert figure_json(graph_objects.Figure(heatmap))["data"][0]["hovertemplate"] == "%{y}<extra></extra>"


@pytest.mark.parametrize("name", ["--server=https://attacker.example", "-v", "a; rm -rf ~", "$(id)", "a\nb", "web"])
def test_a_name_is_never_more_than_a_name_to_kubectl(name: str) -> None:
    """Called like an option, an object would have kubectl send its credentials to another server."""
    patch = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "namespace": name}}
    (line,) = commands([{**patch, "spec": {"template": {"spec": {"hostPID": False}}}}])
    words = shlex.split(line)
    assert words[:2] == ["kubectl", "patch"]
    assert words[2:5] == [f"deployment/{legible(name)}", "-n", legible(name)]
    assert words[5:] == ["--type", "strategic", "--patch-file", "remedy.yaml"]


@pytest.mark.parametrize("mark", "\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u2013\u2014\u2015\xa0\u2003")
def test_no_name_ends_what_powershell_takes_for_a_quotation(mark: str) -> None:
    name = f"web{mark};calc;{mark}"
    patch = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "namespace": name}}
    (line,) = commands([{**patch, "spec": {"template": {"spec": {"hostPID": False}}}}])
    assert line.isascii()
    assert len(shlex.split(line)) == 9


HIDDEN = ("", " ", "\t", "\r\n", "\xa0", "\u200b", "\ufeff", "\u202e", "\x00")


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "＋", "－", "＠", "﹦", "−"])
@pytest.mark.parametrize("before", [*HIDDEN, "a;", "a; ", "a\t"])
def test_no_cell_of_a_spreadsheet_starts_a_formula(sign: str, before: str) -> None:
    """Hidden characters are skipped by some programs, and some begin a new cell at a semicolon."""
    assert safe(f"{before}{sign}cmd|' /C calc'!A0").count("'") == 3


@pytest.mark.parametrize("cell", ["", "web", "a-b", "x@y=z", "a; b", "kind: Pod\n- name: c\n", "0/8 nodes; 1 of 2"])
def test_a_cell_that_starts_none_stays_as_it_is(cell: str) -> None:
    assert safe(cell) == cell


def test_what_people_wrote_is_legible_in_the_report() -> None:
    hidden = "\u202egnp\x1b[31m"
    answer = Answer("secrets_rotated", Reply.NO, note=f"one\n{hidden}", by=hidden)
    exemption = Exemption("image_pinned", reason=hidden, owner=hidden, name=f"{hidden}*")
    told = render(assess(cluster(), Said((answer,), (exemption,)), prove=False))
    assert not {"\u202e", "\x1b"} & set(told)
    assert told.count("\\u202egnp") >= 5
