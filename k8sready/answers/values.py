"""What people said of one cluster, as values."""

from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from fnmatch import fnmatchcase
from typing import Any

from ..errors import K8sReadyError


class Reply(str, Enum):
    """The answer to a question; YES is the good one."""

    YES = "yes"
    NO = "no"
    NOT_APPLICABLE = "not-applicable"


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody said to one question, and what they base it on."""

    question: str
    reply: Reply
    note: str = ""
    by: str = ""
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Exemption:
    """A finding that is accepted: shell patterns select objects; reason and owner are required, `until` ends it."""

    check: str
    reason: str
    owner: str
    kind: str = "*"
    namespace: str = "*"
    name: str = "*"
    container: str = "*"
    until: date | None = None

    def covers(self, check: str, kind: str, namespace: str, name: str, container: str) -> bool:
        """Whether this exemption selects the object (its end is not looked at)."""
        pairs = ((check, self.check), (kind, self.kind), (namespace, self.namespace), (name, self.name))
        return all(fnmatchcase(text, pattern) for text, pattern in (*pairs, (container, self.container)))

    def expired(self, today: date) -> bool:
        """Whether the last day has passed; the day itself still counts."""
        return self.until is not None and today > self.until


@dataclass(frozen=True, slots=True)
class Said:
    """Everything people said about one cluster, and thresholds they changed ({check: {threshold: value}})."""

    answers: tuple[Answer, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    profile: tuple[tuple[str, str, Any], ...] = ()  # check, threshold, value
    cluster: str = ""  # UID of kube-system of the cluster this was said about, if it was noted

    def answer(self, question: str) -> Answer | None:
        """The answer to a question, if there is one."""
        return next((answer for answer in self.answers if answer.question == question), None)

    def about(self, uid: str) -> "Said":
        """A copy that notes its cluster.

        Raises:
            K8sReadyError: it was said about another cluster.
        """
        if self.cluster and uid and self.cluster != uid:
            raise K8sReadyError(
                f"The answers and exemptions were given for another cluster (kube-system {self.cluster:.60}, "
                f"this one is {uid:.60}). Use a folder of its own for each cluster, or remove the line 'cluster'."
            )
        return replace(self, cluster=uid or self.cluster)

    def with_answer(self, answer: Answer) -> "Said":
        """A copy in which this answer stands."""
        others = tuple(old for old in self.answers if old.question != answer.question)
        return replace(self, answers=tuple(sorted((*others, answer), key=lambda item: item.question)))

    def without_answer(self, question: str) -> "Said":
        """A copy in which the question is open again."""
        return replace(self, answers=tuple(old for old in self.answers if old.question != question))

    def with_exemption(self, exemption: Exemption) -> "Said":
        """A copy with one more exemption, once."""
        others = tuple(old for old in self.exemptions if old != exemption)
        return replace(self, exemptions=(*others, exemption))
