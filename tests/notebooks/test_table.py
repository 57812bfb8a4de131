"""Tables as a notebook shows them: legible, escaped, and honest about their length."""

import re

from pandas import DataFrame, array

from k8sready.notebook import show


def test_a_table_is_legible_escaped_and_says_how_long_it_is() -> None:
    digest = "sha256:" + "a" * 64
    frame = DataFrame(
        {
            "image": [f"r.example/a@{digest}", "<img src=x>", "b\u202ea"],
            "size_bytes": array([2_874_074_801, None, 999], dtype="Int64"),
            "used": [25_769_803_776.0, 2.45, float("nan")],
            "ready": array([True, None, False], dtype="boolean"),
            "users": [["one", "two"], [], None],
        }
    )
    told = show(frame, 2)._repr_html_()
    body = re.findall(r"<td[^>]*>(.*?)</td>", told)
    assert body[:5] == ["r.example/a@sha256:aaaaaaaaaaaa…", "2.87 GB", "25,769,803,776", "yes", "one, two"]
    assert body[5:] == ["&lt;img src=x&gt;", "–", "2.45", "–", "–"]
    assert "2 of 3 rows" in told
    assert "b\\u202ea" in show(frame)._repr_html_()


def test_a_table_in_a_terminal_moves_no_cursor() -> None:
    frame = DataFrame({"name": ["a\x1b[2J", "b\u202ea"], "users": [("\x1b]0;x\x07", "b"), ()], "size": [1, 2]})
    told = repr(show(frame))
    assert told.replace("\n", "").isprintable()
    assert "a\\x1b[2J" in told


def test_an_empty_table_has_its_columns() -> None:
    told = show(DataFrame({"name": [], "pods": []}))._repr_html_()
    assert "0 of 0 rows" in told
    assert ">pods</th>" in told


def test_a_table_of_ones_own_may_be_odd() -> None:
    """Two columns of one name are there after a merge, an infinite number after a division by nothing."""
    frame = DataFrame([["a", 1, float("inf"), float("inf")], ["b", 2, -5.0, float("nan")]])
    frame.columns = ["name", "name", "size_bytes", "share"]
    body = re.findall(r"<td[^>]*>(.*?)</td>", show(frame)._repr_html_())
    assert body == ["a", "1", "∞", "∞", "b", "2", "-5 B", "–"]
    assert "0 of 0 rows" in show(DataFrame())._repr_html_()
