"""Promises that hold for every check: a new one needs two small YAML fixtures and its words, and no test code."""

from dataclasses import replace
from typing import Any

import pytest
from pandas import DataFrame
from pandas.testing import assert_frame_equal

from k8sready.answers import Said
from k8sready.assessment import Assessment, CheckResult, Why, assess, proven
from k8sready.assessment.asking import ask
from k8sready.checklist import CHECKLIST
from k8sready.checks import Check, Section, Severity, Status, check
from k8sready.snapshot import Coverage, Reading, Snapshot
from k8sready.tables import TABLES, Tables
from k8sready.words import LANGUAGES, missing, section_words

from .clusters import HERE, cluster, fixture_cluster, manifests, without

CHECKS = [pytest.param(section, check, id=check.name) for section in CHECKLIST for check in section.checks]
SECTIONS = [pytest.param(section, id=section.name) for section in CHECKLIST]
each_check = pytest.mark.parametrize(("section", "check"), CHECKS)


def asked(check: Check, snapshot: Snapshot) -> CheckResult:
    return ask(check, "test", Tables(snapshot), Said())


def test_the_checklist_has_sections() -> None:
    assert CHECKLIST


@each_check
def test_its_pass_fixture_passes(section: Section, check: Check) -> None:
    result = asked(check, fixture_cluster(section.name, check.name, "pass"))
    assert result.status is Status.PASS, result
    assert result.passed


@each_check
def test_its_fail_fixture_fails(section: Section, check: Check) -> None:
    result = asked(check, fixture_cluster(section.name, check.name, "fail"))
    assert result.status is Status.FAIL, result


@each_check
def test_an_empty_cluster_never_passes(section: Section, check: Check) -> None:
    assert asked(check, cluster()).status in (Status.SKIP, Status.UNKNOWN)


@each_check
@pytest.mark.parametrize("reading", [Reading.FORBIDDEN, Reading.FAILED, Reading.NOT_REQUESTED])
@pytest.mark.parametrize("fixture", ["pass", "fail"])
def test_it_is_unknown_when_a_kind_it_needs_cannot_be_read(
    section: Section, check: Check, reading: Reading, fixture: str
) -> None:
    snapshot = fixture_cluster(section.name, check.name, fixture)
    needed = {*check.needs, *(key for name in check.tables for key in TABLES[name].reads)}
    assert needed
    for key in sorted(needed):
        assert asked(check, without(snapshot, [key], reading)).status is Status.UNKNOWN, key


@each_check
@pytest.mark.parametrize("reading", [Reading.FORBIDDEN, Reading.ABSENT])
def test_what_cannot_be_read_turns_no_failure_green(section: Section, check: Check, reading: Reading) -> None:
    """Each kind that its tables read in turn; all others, which they do not read (see tests/tables), at once."""
    snapshot = fixture_cluster(section.name, check.name, "fail")
    read = {key for name in check.tables for key in TABLES[name].every_read}
    for key in sorted(read):
        assert asked(check, without(snapshot, [key], reading)).status is not Status.PASS, key
    others = sorted(set(snapshot.coverage) - read)
    assert asked(check, without(snapshot, others, reading)).status is not Status.PASS


@each_check
def test_it_does_not_pass_on_what_was_read_only_in_part(section: Section, check: Check) -> None:
    snapshot = fixture_cluster(section.name, check.name, "pass")
    for key in sorted({*check.needs, *(key for name in check.tables for key in TABLES[name].reads)}):
        partly = replace(snapshot, coverage={**snapshot.coverage, key: Coverage(key, Reading.PARTIAL, 1, "test")})
        result = asked(check, partly)
        assert (result.status, result.why) == (Status.UNKNOWN, Why.PARTLY_READ), key


@each_check
def test_where_it_says_that_there_is_none_a_part_is_not_enough_to_fail(section: Section, check: Check) -> None:
    snapshot = fixture_cluster(section.name, check.name, "fail")
    for key in check.absent:
        broken = Coverage(key, Reading.PARTIAL, 1, "test", broken=("x/y: does not fit",))
        partly = replace(snapshot, coverage={**snapshot.coverage, key: broken})
        assert asked(check, partly).status is Status.UNKNOWN, key
        elsewhere = replace(broken, broken=(), missing=("another-namespace",))
        partly = replace(snapshot, coverage={**snapshot.coverage, key: elsewhere})
        assert asked(check, partly).status is Status.FAIL, key


@each_check
def test_a_dump_of_pods_alone_turns_nothing_green(section: Section, check: Check) -> None:
    snapshot = fixture_cluster(section.name, check.name, "pass")
    pods = without(snapshot, sorted(set(snapshot.coverage) - {"pods"}), Reading.NOT_REQUESTED)
    assert asked(check, replace(pods, discovery=None)).status is not Status.PASS


@each_check
@pytest.mark.parametrize("fixture", ["pass", "fail"])
def test_it_answers_twice_the_same_and_leaves_the_tables_as_they_are(
    section: Section, check: Check, fixture: str
) -> None:
    snapshot = fixture_cluster(section.name, check.name, fixture)
    tables = Tables(snapshot)
    before = {name: tables[name].copy(deep=True) for name in check.tables}
    first, second = (ask(check, "test", tables, Said()) for _ in range(2))
    assert first == second
    for name, frame in before.items():
        assert_frame_equal(tables[name], frame)


@each_check
def test_the_order_of_objects_does_not_matter(section: Section, check: Check) -> None:
    objects = manifests(section.name, check.name, "fail")
    turned = cluster(objects)
    turned = replace(turned, objects={key: tuple(reversed(items)) for key, items in turned.objects.items()})
    assert asked(check, turned).findings == asked(check, cluster(objects)).findings


# What holds for the platform as for applications: what it runs is pulled, scanned, signed and deleted alike.
OF_THE_PLATFORM_TOO = {
    *("image_pinned", "one_digest_per_tag", "image_size_moderate", "os_supported", "base_image_maintained"),
    *("image_pulls_fast", "system_namespaces_reserved", "namespace_not_stuck", "no_literal_credentials"),
    *("encryption_at_rest", "no_legacy_token_secrets", "external_secrets_synced", "sealed_secrets_synced"),
    *("secret_provider_class_exists", "secret_provider_class_used", "referenced_secret_exists"),
}


@each_check
def test_the_platform_is_judged_only_where_it_should_be(section: Section, check: Check) -> None:
    """The fail fixture as if all of it were in a namespace of Kubernetes itself."""
    objects = manifests(section.name, check.name, "fail")
    spaces = {item["metadata"]["name"] for item in objects if item["kind"] == "Namespace"}
    spaces |= {item["metadata"].get("namespace", "") for item in objects} - {""}
    moved = {(item["kind"], *_name(item)): item for item in (_moved(item, spaces) for item in objects)}
    assert bool(asked(check, cluster(moved.values())).examined) is (check.name in OF_THE_PLATFORM_TOO)


def _name(manifest: dict[str, Any]) -> tuple[str, str]:
    return manifest["metadata"].get("namespace", ""), manifest["metadata"]["name"]


def _moved(value: Any, spaces: set[str]) -> Any:
    """A manifest in which every namespace is kube-public."""
    if isinstance(value, list):
        return [_moved(item, spaces) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: "kube-public" if key in ("namespace", "name") and item in spaces else _moved(item, spaces)
        for key, item in value.items()
    }


@each_check
def test_its_remedy_heals_its_fail_fixture(section: Section, check: Check) -> None:
    if check.remedy is None:
        return
    snapshot = fixture_cluster(section.name, check.name, "fail")
    whole: Assessment = proven(assess(snapshot), snapshot)
    findings = whole.result(check.name).open_findings
    with_remedy = [finding for finding in findings if finding.remedy]
    assert with_remedy, "the fail fixture shows no finding that the remedy heals"
    assert all(finding.proven for finding in with_remedy)


@each_check
def test_its_sentence_asks_only_for_columns_of_its_rows(section: Section, check: Check) -> None:
    result = asked(check, fixture_cluster(section.name, check.name, "fail"))
    named = {"kind", "namespace", "name", "container", "item"}
    for language in LANGUAGES:
        asked_for = section_words(section.name, language)[check.name].placeholders()
        for finding in result.findings:
            assert asked_for <= named | set(finding.evidence)


@each_check
def test_its_findings_name_an_object(section: Section, check: Check) -> None:
    result = asked(check, fixture_cluster(section.name, check.name, "fail"))
    for finding in result.findings:
        assert finding.object.kind
        assert finding.object.name
    assert len({finding.key for finding in result.findings}) == len(result.findings)


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_complete(section: Section, language: str) -> None:
    assert missing(section, language) == []


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_section_says_how_it_covers_what_the_checklist_asks(section: Section, language: str) -> None:
    """The table of its opening names every check and question by its title."""
    words = section_words(section.name, language)
    rows = " ".join(words["asks"].body.split())
    titles = [words[item.name].title for item in (*section.checks, *section.questions)]
    assert [title for title in titles if f"*{title}*" not in rows] == []


@pytest.mark.parametrize("section", SECTIONS)
def test_every_fixture_folder_belongs_to_a_check(section: Section) -> None:
    folders = {path.name for path in (HERE / section.name).iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders == {check.name for check in section.checks}


def test_names_are_unique_and_old_names_name_one_check() -> None:
    names = [item.name for section in CHECKLIST for item in (*section.checks, *section.questions)]
    names += [alias for section in CHECKLIST for check in section.checks for alias in check.aliases]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("section", SECTIONS)
def test_charts_draw_something_on_their_section_and_nothing_on_an_empty_cluster(section: Section) -> None:
    assert section.charts
    for chart in section.charts:
        labels = section_words(section.name)[f"chart_{chart.name}"].labels()
        assert chart.function(*(Tables(cluster())[name] for name in chart.tables), labels) is None
        drawn = [
            chart.function(*(tables[name] for name in chart.tables), labels)
            for check in section.checks
            for tables in [Tables(fixture_cluster(section.name, check.name, "fail"))]
        ]
        assert any(figure is not None for figure in drawn), chart.name


def test_a_check_can_only_find_absent_what_its_tables_read() -> None:
    def wanting(quotas: DataFrame) -> DataFrame:
        return quotas

    with pytest.raises(TypeError, match="wanting: its tables do not read secrets"):
        check(Severity.LOW, absent=("resourcequotas", "secrets"))(wanting)
