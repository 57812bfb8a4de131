"""Selectors written as strings (`app in (web,api),!canary`, `status.phase!=Running`), as the API server reads them.

    parse_labels("tier in (web,api),!canary,env!=dev")   # Terms: the requirements, all of which must hold
    parse_labels("app==web").matches({"app": "web"})
    parse_fields("metadata.name=web,status.phase!=Running")

Sources: apimachinery pkg/labels/selector.go (Lexer, Parser), pkg/fields/selector.go.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from .selectors import is_label_key, is_label_value, whole_number

_TOKEN = re.compile(r"[ \t\r\n]*(==|!=|[=!<>(),]|[^=!<>(), \t\r\n]+)?")
_SIGNS = {"=": "In", "==": "In", "!=": "NotIn", "in": "In", "notin": "NotIn", ">": "Gt", "<": "Lt"}


class SelectorError(ValueError):
    """A selector that the API server would answer with 400 Bad Request."""


@dataclass(frozen=True, slots=True)
class Term:
    """One requirement: operator is In, NotIn, Exists, DoesNotExist, Gt or Lt."""

    key: str
    operator: str
    values: frozenset[str] = frozenset()

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether it holds for these labels (or fields)."""
        value = labels.get(self.key)
        if self.operator in ("Gt", "Lt"):
            return self._compares(value)
        inside = value is not None if self.operator in ("Exists", "DoesNotExist") else value in self.values
        return inside == (self.operator in ("In", "Exists"))

    def _compares(self, value: str | None) -> bool:
        (bound,) = map(whole_number, self.values)
        own = None if value is None else whole_number(value)
        if own is None or bound is None:
            return False
        return own > bound if self.operator == "Gt" else own < bound


@dataclass(frozen=True, slots=True)
class Terms:
    """All must hold; none: everything is selected."""

    terms: tuple[Term, ...]

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether all hold for these labels (or fields)."""
        return all(term.matches(labels) for term in self.terms)


def parse_labels(text: str) -> Terms:
    """Read a labelSelector parameter. Raises SelectorError where the API server answers 400."""
    return Terms(_Parser(_tokens(text)).terms())


def parse_fields(text: str) -> Terms:
    """Read a fieldSelector parameter: `=`, `==` and `!=` between commas; backslash escapes backslash, comma, equals."""
    return Terms(tuple(_field(part) for part in re.findall(r"((?:\\.|[^,\\])+)", text, re.DOTALL)))


def _field(part: str) -> Term:
    found = re.match(r"((?:\\.|[^\\])*?)(!=|==|=)(.*)", part, re.DOTALL)
    if not found:
        raise SelectorError(f"invalid field selector {part!r}")
    key, sign, raw = found.groups()
    if re.search(r"(?<!\\)(?:\\\\)*\\(?![\\,=])|(?<!\\)=", raw):
        raise SelectorError(f"invalid value of field selector {part!r}")
    value = re.sub(r"\\([\\,=])", r"\1", raw)
    return Term(key, _SIGNS[sign], frozenset({value}))


def _tokens(text: str) -> list[str]:
    found: list[str] = []
    at = 0
    while match := _TOKEN.match(text, at):
        if match[1] is None:
            return [*found, ""]
        found.append(match[1])
        at = match.end()
    raise SelectorError(f"unable to parse {text!r}")  # pragma: no cover - every text matches the token pattern


class _Parser:
    def __init__(self, tokens: list[str]) -> None:
        self._tokens, self._at = tokens, 0

    def _peek(self) -> str:
        return self._tokens[self._at]

    def _take(self) -> str:
        token = self._tokens[self._at]
        self._at += bool(token)
        return token

    def terms(self) -> tuple[Term, ...]:
        found: list[Term] = []
        if not self._peek():
            return ()
        while True:
            found.append(self._term())
            sign = self._take()
            if not sign:
                return tuple(found)
            if sign != "," or not (self._word(self._peek()) or self._peek() == "!"):
                raise SelectorError(f"found {sign + self._peek()!r}, expected: ',' and an identifier, or the end")

    @staticmethod
    def _word(token: str) -> bool:
        return bool(token) and token[0] not in "=!<>(),"

    def _term(self) -> Term:
        absent = self._peek() == "!" and bool(self._take())
        key = self._take()
        if not self._word(key):
            raise SelectorError(f"found {key!r}, expected: identifier")
        if not is_label_key(key):
            raise SelectorError(f"{key!r} is not a label key")
        if absent or self._peek() in ("", ","):
            return Term(key, "DoesNotExist" if absent else "Exists")
        sign = self._take()
        if sign not in _SIGNS:
            raise SelectorError(f"found {sign!r}, expected: in, notin, =, ==, !=, >, <")
        values = self._many() if sign in ("in", "notin") else self._one()
        return self._checked(Term(key, _SIGNS[sign], values))

    @staticmethod
    def _checked(term: Term) -> Term:
        if term.operator in ("Gt", "Lt") and None in map(whole_number, term.values):
            raise SelectorError(f"{term.operator} needs an integer, not {sorted(term.values)}")
        if not all(map(is_label_value, term.values)):
            raise SelectorError(f"{sorted(term.values)} are not all label values")
        return term

    def _one(self) -> frozenset[str]:
        """One value; nothing before a comma or the end is the empty value."""
        return frozenset({""}) if self._peek() in ("", ",") else frozenset({self._value()})

    def _value(self) -> str:
        token = self._take()
        if not self._word(token):
            raise SelectorError(f"found {token!r}, expected: identifier")
        return token

    def _many(self) -> frozenset[str]:
        if self._take() != "(":
            raise SelectorError("expected: '('")
        found, expects = set(), True
        while (word := self._take()) != ")":
            if word == ",":
                found |= {""} if expects else set()
                expects = True
            elif self._word(word) and expects:
                found.add(word)
                expects = False
            else:
                raise SelectorError(f"found {word!r}, expected: ',', ')' or identifier")
        return frozenset(found | {""}) if expects else frozenset(found)
