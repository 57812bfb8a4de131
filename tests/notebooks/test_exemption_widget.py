"""The form that exempts a finding: an end that has passed exempts nothing, and the chosen finding stays chosen."""

from pathlib import Path
from typing import Any

import pytest

from k8sready.answers import Answer, Reply
from k8sready.notebook.desk import Desk
from k8sready.widgets.card import card
from k8sready.words import section_words


class Form:
    """The controls of the form, and what it says."""

    def __init__(self, desk: Desk, section: str) -> None:
        form, _, self.told, self.standing = desk.section(section).exemptions().children
        self.choice, self.reason, last = form.children
        self.owner, self.until, self.button = last.children

    def exempt(self, until: str) -> str:
        self.reason.value, self.owner.value, self.until.value = "Moves next month", "platform team", until
        self.button.click()
        return str(self.told.value)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "assessment")


@pytest.mark.parametrize(("until", "counts"), [("2026-11-22", 0), ("2026-11-23", 1), ("30.6.2027", 0), ("", 1)])
def test_an_exemption_that_has_ended_when_the_cluster_was_captured_is_not_taken(
    desk: Desk, until: str, counts: int
) -> None:
    told = Form(desk, "namespaces").exempt(until)  # captured on 2026-11-23
    assert len(desk.assess().said.exemptions) == counts
    assert ("Exempted." in told) == bool(counts)
    assert ("s-fail" in told.split("</style>")[1]) == (not counts)


def test_the_chosen_finding_stays_chosen_when_the_assessment_changes(desk: Desk) -> None:
    form = Form(desk, "namespaces")
    form.choice.value = 3
    chosen = form.choice.label
    desk.folder.change(desk.cluster, lambda said: said.with_answer(Answer("tenancy_decided", Reply.YES)))
    desk.assess()
    assert form.choice.label == chosen
    form.exempt("")
    assert form.choice.label != chosen


def test_a_second_click_exempts_no_other_finding(desk: Desk) -> None:
    """After the first one the list offers another finding, with the same form."""
    form = Form(desk, "namespaces")
    form.exempt("")
    form.button.click()
    assert len(desk.assess().said.exemptions) == 1
    assert "required" in form.told.value


def test_an_exemption_that_stands_is_told_with_the_title_of_its_check_and_its_end(desk: Desk) -> None:
    form = Form(desk, "namespaces")
    form.exempt("2027-06-30")
    line: Any = form.standing.children[0]
    result = next(result for result in desk.assess().results if result.exempted)
    granted = "Moves next month (platform team, until 2027-06-30)"
    assert section_words("namespaces")[result.check].title in line.children[0].value
    assert granted in line.children[0].value
    assert granted in card(result, lambda _: True)


def test_the_same_exemption_from_two_notebooks_stands_once_and_is_taken_back_once(desk: Desk) -> None:
    here, there = Form(desk, "namespaces"), Form(Desk(desk.folder.path), "namespaces")
    for form in (here, there):
        assert "Exempted." in form.exempt("2027-06-30")
    assert len(desk.assess().said.exemptions) == 1
    line: Any = here.standing.children[0]
    line.children[1].click()
    assert desk.assess().said.exemptions == ()
