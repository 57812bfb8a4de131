"""Levels, versions and the policy that a namespace's labels mean (pod-security-admission api/helpers.go, KEP-2579)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

NEWEST = 37  # the newest minor whose controls are known here
_GREATEST = 2**63 - 1  # the API server reads the number as an int64
_PREFIX = "pod-security.kubernetes.io/"
_VERSION = re.compile(r"v1\.(0|[1-9][0-9]*)", re.ASCII)


class Level(str, Enum):
    """How strict a policy is."""

    PRIVILEGED = "privileged"
    BASELINE = "baseline"
    RESTRICTED = "restricted"

    @property
    def strictness(self) -> int:
        """0 for privileged … 2 for restricted."""
        return list(Level).index(self)


@dataclass(frozen=True, slots=True)
class Version:
    """A policy version: a minor of Kubernetes 1, or the latest (None)."""

    minor: int | None = None

    def __str__(self) -> str:
        return "latest" if self.minor is None else f"v1.{self.minor}"

    def effective(self, server_minor: int) -> int:
        """The minor whose controls a server evaluates: it knows none newer than itself."""
        known = min(server_minor, NEWEST)
        return known if self.minor is None else min(self.minor, known)


LATEST = Version()


def parse_version(text: str) -> Version | None:
    """The version of a label value; None where the API server calls it invalid."""
    if text == "latest":
        return LATEST
    match = _VERSION.fullmatch(text)
    fits = match is not None and len(match[1]) <= len(str(_GREATEST)) and int(match[1]) <= _GREATEST
    return Version(int(match[1])) if match and fits else None


@dataclass(frozen=True, slots=True)
class Policy:
    """A level at a version, as in restricted:v1.30."""

    level: Level = Level.PRIVILEGED
    version: Version = LATEST

    def __str__(self) -> str:
        return f"{self.level.value}:{self.version}"


@dataclass(frozen=True, slots=True)
class NamespacePolicy:
    """What a namespace enforces, audits and warns of; `errors` name invalid labels."""

    enforce: Policy = Policy()
    audit: Policy = Policy()
    warn: Policy = Policy()
    errors: tuple[str, ...] = ()


def effective_policy(labels: Mapping[str, str], defaults: NamespacePolicy | None = None) -> NamespacePolicy:
    """The policy that labels mean, as the admission plugin reads them.

    An invalid enforce level enforces restricted; invalid audit and warn levels fail open; an invalid version is the
    latest. Without a warn label, warnings follow an enforced level that is stricter than the default. `defaults` are
    those of the cluster's AdmissionConfiguration, which no API shows.
    """
    base = defaults or NamespacePolicy()
    errors: list[str] = []
    enforce = _mode("enforce", labels, base.enforce, Level.RESTRICTED, errors)
    audit = _mode("audit", labels, base.audit, Level.PRIVILEGED, errors)
    warn = _mode("warn", labels, base.warn, Level.PRIVILEGED, errors)
    enforced = labels.get(_PREFIX + "enforce")
    valid = enforced is not None and _level(enforced) is not None
    if _PREFIX + "warn" not in labels and valid and enforce.level.strictness > warn.level.strictness:
        version = warn.version if _PREFIX + "warn-version" in labels else enforce.version
        warn = Policy(enforce.level, version)
    return NamespacePolicy(enforce, audit, warn, tuple(errors))


def _mode(mode: str, labels: Mapping[str, str], default: Policy, fallback: Level, errors: list[str]) -> Policy:
    level, version = default.level, default.version
    written = labels.get(_PREFIX + mode)
    if written is not None:
        known = _level(written)
        if known is None:
            errors.append(f"{_PREFIX}{mode}: {written!r}")
        level = known or fallback
    pinned = labels.get(f"{_PREFIX}{mode}-version")
    if pinned is not None:
        parsed = parse_version(pinned)
        if parsed is None:
            errors.append(f"{_PREFIX}{mode}-version: {pinned!r}")
        version = parsed or LATEST
    return Policy(level, version)


def _level(text: str) -> Level | None:
    return Level(text) if text in Level._value2member_map_ else None
