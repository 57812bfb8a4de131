"""What several lists of one kind add up to, and how reading it ended."""

from dataclasses import dataclass, field
from typing import Any

from ..objects.kinds import Kind
from ..objects.meta import Resource
from ..snapshot.value import Coverage, Reading

_TOLD_AT_MOST = 1_000  # objects that do not fit: how many there are is said, and a snapshot names so many
FORBIDDEN = "the API server forbids it (403)"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was read of a kind, and how reading it ended."""

    objects: tuple[Resource, ...]
    coverage: Coverage


@dataclass(slots=True)
class Tally:
    """The lists so far."""

    objects: list[Resource] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)  # namespaces; "" is the whole cluster
    reasons: list[str] = field(default_factory=list)
    forbidden: int = 0
    pages: int = 0
    bytes: int = 0
    restarts: int = 0
    inconsistent: bool = False
    others: bool = False  # there may be namespaces that nobody named

    def lacks(self, namespace: str, why: str) -> None:
        """A list that was not read, or not to its end."""
        self.missing.append(namespace)
        self.reasons.append(why)
        self.forbidden += why == FORBIDDEN

    def outcome(self, kind: Kind, scope: tuple[str, ...] | None) -> Outcome:
        """All lists together; `scope` names the namespaces that were wanted, None the whole cluster."""
        objects = tuple(sorted(self.objects, key=place))
        unfit = [f"{len(self.broken)} objects do not fit their kind"] if self.broken and not self.reasons else []
        coverage = Coverage(
            kind.key,
            self._reading(scope),
            len(objects),
            "; ".join(dict.fromkeys([*self.reasons, *unfit])),
            scope,
            tuple(sorted(filter(None, self.missing))),
            self.pages,
            self.restarts,
            self.inconsistent,
            tuple(sorted(self.broken)[:_TOLD_AT_MOST]),
        )
        return Outcome(objects, coverage)

    def _reading(self, scope: tuple[str, ...] | None) -> Reading:
        if not self.missing:
            return Reading.PARTIAL if self.broken or self.others else Reading.COMPLETE
        lists = len(scope) if scope is not None else max(1, len(self.missing))
        if self.objects or self.pages or len(self.missing) < lists:
            return Reading.PARTIAL
        if self.forbidden:
            return Reading.FORBIDDEN
        return Reading.ABSENT if any("(404)" in reason for reason in self.reasons) else Reading.FAILED


def distinct(objects: list[Resource]) -> list[Resource]:
    """After an inconsistent continuation an object can come twice; the later one counts."""
    return list({item.metadata.uid or id(item): item for item in objects}.values())


def place(item: Any) -> tuple[str, str, str]:
    """By what objects of a kind are sorted."""
    return (item.metadata.namespace, item.metadata.name, item.metadata.uid)
