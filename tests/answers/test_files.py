"""The two files: what was written is read again, whatever people said."""

import tempfile
from datetime import date
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from k8sready.answers import Answer, Exemption, Reply, Said, read, write

# What a text field may hold, and what YAML could take for something else; PyYAML makes a blank of rare ends of lines.
written = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x85\u2028\u2029"), max_size=12)
texts = written | st.sampled_from(["*", "yes", "no", "on", "~", "null", "2026-12-31", "1.0", "#x", "a: b"])
names = texts.filter(str.strip)
days = st.none() | st.dates(date(1970, 1, 1), date(9999, 12, 31))
answers = st.builds(Answer, names, st.sampled_from(Reply), texts, texts, days)
exemptions = st.builds(Exemption, *[names] * 7, days)
thresholds = st.tuples(names, names, st.integers(0, 10**9) | st.floats(0, 1e9))
everything = st.builds(
    Said,
    st.lists(answers, max_size=3, unique_by=lambda item: item.question).map(tuple),
    st.lists(exemptions, max_size=3).map(tuple),
    st.lists(thresholds, max_size=3, unique_by=lambda item: item[:2]).map(lambda many: tuple(sorted(many))),
    texts,
)


@settings(max_examples=50)
@given(everything)
def test_what_was_written_is_read_again(said: Said) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), said)
        again = read(Path(folder))
    assert again == said
    assert [type(value) for *_, value in again.profile] == [type(value) for *_, value in said.profile]


def test_an_answer_takes_the_place_of_the_one_before_it() -> None:
    said = Said()
    for question, reply in (("b", Reply.NO), ("a", Reply.NO), ("b", Reply.YES)):
        said = said.with_answer(Answer(question, reply))
    assert said.answers == (Answer("a", Reply.NO), Answer("b", Reply.YES))
    assert said.without_answer("b").answers == (Answer("a", Reply.NO),)
