"""Proves remedies: applied to the snapshot in memory, a remedy must turn its own finding to pass and break nothing."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import msgspec

from ..checks import Status
from ..objects.meta import Resource
from ..objects.pods import Pod
from ..snapshot import Snapshot
from ..tables import Tables
from .results import Assessment, CheckResult, Finding

AT_MOST = 20  # findings proven per check; the others keep their remedy, shown as not proven
_FEW_PODS = 500  # up to here the whole snapshot is the proving ground

Assess = Callable[[Tables, Assessment | None], Assessment]


def prove(assessment: Assessment, tables: Tables, assess: Assess) -> Assessment:
    """The assessment with `proven` set on findings whose remedy held.

    `assess` asks the same checks of a snapshot's tables; of those that are like a ground's, with what was said of it.
    """
    grounds = _Grounds(assessment, tables, assess)
    return replace(assessment, results=tuple(_proven(result, grounds) for result in assessment.results))


class _Grounds:
    """Small snapshots to try remedies on, each assessed once as it stands; None is the whole."""

    def __init__(self, assessment: Assessment, tables: Tables, assess: Assess) -> None:
        self._snapshot, self._assess = tables.snapshot, assess
        self._before: dict[frozenset[str] | None, tuple[Tables, Assessment]] = {None: (tables, assessment)}

    def of(self, findings: Iterable[Finding]) -> tuple[Tables, Assessment]:
        """The ground for these findings: everything, or where that is much their namespaces with one pod a template."""
        few = len(self._snapshot.objects.get("pods", ())) <= _FEW_PODS
        namespaces = None if few else frozenset(item.object.namespace or item.object.name for item in findings)
        if namespaces is not None and namespaces not in self._before:
            ground = Tables(_thinned(self._snapshot, namespaces))
            self._before[namespaces] = (ground, self._assess(ground, None))
        return self._before[namespaces]

    def holds(self, findings: tuple[Finding, ...]) -> bool:
        """Whether applying the remedies of all findings passes each of them and breaks no other check."""
        ground, before = self.of(findings)
        failing = {item.key for item in before.findings}
        if not all(item.key in failing for item in findings):
            return False
        manifests = [manifest for item in findings for manifest in item.remedy]
        after = self._assess(Tables(ground.snapshot.apply(manifests), ground), before)
        return _better(before, after, {item.key for item in findings})


def _proven(result: CheckResult, grounds: _Grounds) -> CheckResult:
    candidates = tuple(item for item in result.open_findings if item.remedy)[:AT_MOST]
    if not candidates:
        return result
    held = {item.key for item in _holding(candidates, grounds)}
    findings = tuple(msgspec.structs.replace(item, proven=item.key in held) for item in result.findings)
    return replace(result, findings=findings)


def _holding(candidates: tuple[Finding, ...], grounds: _Grounds) -> tuple[Finding, ...]:
    """The candidates that hold: tried together first, then by halves, so that one bad remedy costs only itself."""
    try:
        held = grounds.holds(candidates)
    except Exception:  # a remedy that cannot be applied is not proven
        held = False
    if held or len(candidates) == 1:
        return candidates if held else ()
    middle = len(candidates) // 2
    return _holding(candidates[:middle], grounds) + _holding(candidates[middle:], grounds)


def _better(before: Assessment, after: Assessment, healed: set[tuple[str, ...]]) -> bool:
    """Every healed finding passes now, no new finding appeared, and no check lost sight of its rows."""
    failing = {item.key for result in before.results for item in result.findings}
    now = {item.key for result in after.results for item in result.findings}
    blind = {result.check for result in after.results if result.status is Status.UNKNOWN}
    was_blind = {result.check for result in before.results if result.status is Status.UNKNOWN}
    seen = blind <= was_blind | {key[0] for key in failing}
    return not healed & now and now <= failing and seen and _pass_now(before, after, healed)


def _pass_now(before: Assessment, after: Assessment, healed: set[tuple[str, ...]]) -> bool:
    """As many more rows pass as were healed: a row that is gone, and with it its finding, has not passed."""
    more = Counter(key[0] for key in healed)
    return all(after.result(check).passed >= before.result(check).passed + count for check, count in more.items())


def _thinned(snapshot: Snapshot, namespaces: frozenset[str]) -> Snapshot:
    objects: Mapping[str, tuple[Resource, ...]] = {
        key: tuple(_one_per_template(items) if key == "pods" else items) for key, items in snapshot.objects.items()
    }
    kept = {key: tuple(item for item in items if _within(item, namespaces)) for key, items in objects.items()}
    return replace(snapshot, objects=kept)


def _within(item: Resource, namespaces: frozenset[str]) -> bool:
    return not item.metadata.namespace or item.metadata.namespace in namespaces


def _one_per_template(items: Iterable[Resource]) -> Iterable[Resource]:
    seen: set[tuple[object, ...]] = set()
    for item in items:
        if isinstance(item, Pod):
            owners = tuple(owner.uid for owner in item.metadata.owner_references)
            key = (item.metadata.namespace, owners or item.metadata.name, id(item.spec), item.status.phase)
            if key in seen:
                continue
            seen.add(key)
        yield item
