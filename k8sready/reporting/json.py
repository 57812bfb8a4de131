"""The assessment as versioned JSON; docs/report.md documents it."""

import json
from pathlib import Path
from typing import Any

from ..answers import Exemption
from ..assessment import Comparison
from ..assessment.results import Assessment, CheckResult, Finding
from ..remedies import as_yaml
from ..sentences import message, section_of, why
from ..snapshot import Coverage, Identity
from ..version import __version__
from . import files
from .evidence import evidence

VERSION = 1


def to_json(assessment: Assessment, compared: Comparison | None = None) -> bytes:
    """The whole assessment, and what changed since an earlier one; sorted, so that equal ones give equal bytes."""
    return (json.dumps(document(assessment, compared), indent=1, sort_keys=True, ensure_ascii=True) + "\n").encode()


def write_json(assessment: Assessment, path: Path, compared: Comparison | None = None) -> Path:
    """Write the JSON and return its path."""
    return files.write(path, to_json(assessment, compared))


def document(assessment: Assessment, compared: Comparison | None = None) -> dict[str, Any]:
    """The JSON document as plain values."""
    sections = section_of(assessment)
    every = [item for result in assessment.results for item in result.findings]
    told = [(item, _finding(item, sections[item.check])) for item in sorted(every, key=_reading_order)]
    return {
        "version": VERSION,
        "tool": {"name": "k8sready", "version": __version__},
        "cluster": _cluster(assessment.identity),
        "score": {"worst": assessment.score.worst, "best": assessment.score.best},
        "checks": [
            _check(result) for result in sorted(assessment.results, key=lambda item: (item.section, item.check))
        ],
        "findings": [found for item, found in told if item.passed is False and not item.exemption],
        "undecided": [found for item, found in told if item.passed is None],
        "exempted": [{**found, "exemption": _exemption(item.exemption)} for item, found in told if item.exemption],
        "exemptions": {
            "idle": [_exemption(item) for item in assessment.idle_exemptions],
            "expired": [_exemption(item) for item in assessment.expired_exemptions],
        },
        "coverage": [_covered(item) for _, item in sorted(assessment.coverage.items())],
        "comparison": _comparison(compared, sections) if compared else None,
    }


def _reading_order(finding: Finding) -> tuple[int, tuple[str, ...]]:
    return (finding.severity.rank, finding.key)


def _cluster(identity: Identity) -> dict[str, str]:
    return {
        "uid": identity.uid,
        "name": identity.name,
        "context": identity.context,
        "server": identity.server,
        "version": identity.version,
        "origin": identity.origin.value,
        "captured_at": identity.captured_at.isoformat(),
        "captured_by": identity.user,
    }


def _comparison(compared: Comparison, sections: dict[str, str]) -> dict[str, Any]:
    changes = {name: getattr(compared, name) for name in ("new", "fixed", "still_open", "no_longer_known")}
    told = {name: [_finding(item, sections[item.check]) for item in found] for name, found in changes.items()}
    return {"since": compared.since.isoformat(), **told}


def _check(result: CheckResult) -> dict[str, Any]:
    return {
        "check": result.check,
        "section": result.section,
        "severity": result.severity.value,
        "status": result.status.value,
        "reason": why(result),
        "passed": result.passed,
        "failed": result.failed,
        "unknown": result.unknown,
        "exempted": result.exempted,
        "manual": result.manual,
        "thresholds": dict(result.thresholds or {}),
    }


def _finding(finding: Finding, section: str) -> dict[str, Any]:
    named = finding.object
    return {
        "check": finding.check,
        "severity": finding.severity.value,
        "kind": named.kind,
        "namespace": named.namespace,
        "name": named.name,
        "container": named.container,
        "item": finding.item,
        "evidence": evidence(finding, section),
        "message": message(finding, section),
        "remedy": as_yaml(finding.remedy) if finding.remedy else None,
        "proven": finding.proven,
    }


def _covered(covered: Coverage) -> dict[str, Any]:
    return {
        "resource": covered.key,
        "reading": covered.reading.value,
        "count": covered.count,
        "reason": covered.reason,
        "namespaces": covered.namespaces,
        "missing": covered.missing,
        "broken": covered.broken,
        "changed": covered.inconsistent,
    }


def _exemption(exemption: Exemption) -> dict[str, Any]:
    until = exemption.until.isoformat() if exemption.until else None
    selected = {name: getattr(exemption, name) for name in ("check", "kind", "namespace", "name", "container")}
    return {**selected, "reason": exemption.reason, "owner": exemption.owner, "until": until}
