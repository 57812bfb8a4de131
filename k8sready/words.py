"""Reads the Markdown that people read: one file a section and language, an anchor a check; complains precisely."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt

from .checks import Section
from .errors import K8sReadyError

_ANCHOR = re.compile(r"^(?P<title>.*?)\s*\{#(?P<name>[\w-]+)\}\s*$")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
LANGUAGES = ("en",)
_PACKAGE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Entry:
    """The words of one anchor: title, body, and named parts (`### what`, `### why`, …), all Markdown."""

    name: str
    title: str
    body: str = ""
    parts: Mapping[str, str] = field(default_factory=dict)

    def placeholders(self) -> frozenset[str]:
        """The columns that the finding's sentence asks for."""
        return frozenset(_PLACEHOLDER.findall(self.parts.get("finding", "")))

    def finding(self, row: Mapping[str, Any]) -> str:
        """The finding's sentence, filled from a failing row; plain text, to be escaped where it is shown."""
        return _PLACEHOLDER.sub(lambda match: _shown(row.get(match[1])), self.parts["finding"])

    def labels(self) -> dict[str, str]:
        """The `### labels` part as a mapping (lines `- key: words`)."""
        lines = (
            line.lstrip("-* ").partition(":") for line in self.parts.get("labels", "").splitlines() if line.strip()
        )
        return {key.strip(): value.strip() for key, _, value in lines}


@dataclass(frozen=True, slots=True)
class SectionWords:
    """One file: the section's title and opening, and an entry per anchor."""

    title: str
    opening: str
    entries: Mapping[str, Entry]

    def __getitem__(self, name: str) -> Entry:
        return self.entries[name]


def _shown(value: Any) -> str:
    if isinstance(value, (list, tuple, set, frozenset)):
        return ", ".join(map(str, value)) or "–"
    if value is None or value != value or str(value) in ("", "<NA>", "NaT"):  # NaN differs from itself
        return "–"
    return _brief(value) if isinstance(value, float) else str(value)


def _brief(value: float) -> str:
    """A number to three digits or so: nobody reads the days of an age to the thousandth."""
    decimals = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    text = f"{value:.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@lru_cache(maxsize=64)
def section_words(section: str, language: str = "en") -> SectionWords:
    """The words of a section.

    Raises:
        K8sReadyError: the file is missing or malformed; the message names file and line.
    """
    return parse(_PACKAGE / "checklist" / section / f"{language}.md")


@lru_cache(maxsize=8)
def interface_words(language: str = "en") -> Mapping[str, str]:
    """The words of widgets and report that belong to no section: anchor → title."""
    source = _PACKAGE / "interface" / f"{language}.md"
    return {name: entry.title for name, entry in parse(source).entries.items()}


def parse(source: Path) -> SectionWords:
    """Read one Markdown file: `# title`, opening, then `## title {#anchor}` with `### part` headings."""
    text = source.read_text(encoding="utf-8")
    lines = text.splitlines()
    headings = [
        (int(token.tag[1]), token.map[0], token.map[1])
        for token in MarkdownIt().parse(text)
        if token.type == "heading_open" and token.map and token.level == 0
    ]
    if not headings or headings[0][0] != 1:
        raise K8sReadyError(f"{source}: line 1 must be a `# Title`.")
    ends = [start for _, start, _ in headings[1:]] + [len(lines)]
    blocks = [
        (level, start, lines[start].lstrip("# ").strip(), "\n".join(lines[after:end]).strip())
        for (level, start, after), end in zip(headings, ends, strict=True)
    ]
    return SectionWords(blocks[0][2], blocks[0][3], _entries(blocks[1:], source))


def _entries(blocks: list[tuple[int, int, str, str]], source: Path) -> dict[str, Entry]:
    entries: dict[str, Entry] = {}
    name = ""
    for level, line, heading, body in blocks:
        if level == 2:
            match = _ANCHOR.match(heading)
            if not match or match["name"] in entries:
                problem = "stands twice" if match else "needs an anchor, as in `## Title {#check_name}`"
                raise K8sReadyError(f"{source}: line {line + 1}: heading {heading!r} {problem}.")
            name = match["name"]
            entries[name] = Entry(name, match["title"], body, {})
        elif level == 3 and name:
            entry = entries[name]
            entries[name] = Entry(name, entry.title, entry.body, {**entry.parts, heading.lower(): body})
        else:
            raise K8sReadyError(f"{source}: line {line + 1}: unexpected heading {heading!r}.")
    return entries


SECTION_ENTRIES = ("protects", "asks", "next")
CHECK_PARTS = ("finding", "what", "why", "how")
QUESTION_PARTS = ("why", "evidence")


def missing(section: Section, language: str = "en") -> list[str]:
    """What a section's words lack or have too much of, one sentence each; empty when they are complete."""
    words = section_words(section.name, language)
    expected: dict[str, tuple[str, ...]] = dict.fromkeys(SECTION_ENTRIES, ())
    expected |= {check.name: CHECK_PARTS for check in section.checks}
    expected |= {question.name: QUESTION_PARTS for question in section.questions}
    expected |= {f"chart_{chart.name}": () for chart in section.charts}
    where = f"{section.name}/{language}.md"
    gaps = [f"{where}: no entry {{#{name}}}" for name in expected if name not in words.entries]
    gaps += [f"{where}: entry {{#{name}}} belongs to nothing" for name in words.entries if name not in expected]
    gaps += [
        f"{where}: {{#{name}}} has no `### {part}`"
        for name, parts in expected.items()
        if name in words.entries
        for part in parts
        if not words[name].parts.get(part)
    ]
    return gaps


def to_html(markdown: str) -> str:
    """Markdown of our own files as HTML; raw HTML in it is escaped, links keep their targets."""
    return str(MarkdownIt("commonmark", {"html": False}).enable("table").render(markdown))
