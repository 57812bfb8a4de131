"""The demo's clock: a cluster made in a minute, shown as the six years that it stands for (ages.yaml)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import yaml

from k8sready.objects.core import Event, SecretRow
from k8sready.objects.kinds import BY_KEY
from k8sready.objects.meta import Resource
from k8sready.snapshot import Identity, Snapshot

# The moment of the capture. Fixed, so that times written in the manifests stay where they were.
CLOCK = datetime(2026, 11, 23, 19, 30, tzinfo=timezone.utc)
SERVER, CONTEXT = "https://api.lanternfish.example:6443", "lanternfish"
_YOUNG = frozenset({"Pod", "ReplicaSet", "Job", "EndpointSlice", "ControllerRevision"})
HERE = Path(__file__).parent
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ages:
    """ages.yaml: days before the capture."""

    entries: Mapping[str, Any]

    def created(self, kind: str, namespace: str, name: str) -> int:
        """Days since the object was created."""
        named = self.entries["objects"].get(_label(kind, namespace, name))
        if named is not None:
            return int(named)
        if kind in _YOUNG:
            return self.rolled_out(namespace, name)
        whole = self.entries["namespaces"].get(name if kind == "Namespace" else namespace, self.entries["days"])
        return int(min(whole, self.entries["secrets"]) if kind == "Secret" else whole)

    def rolled_out(self, namespace: str, name: str) -> int:
        """Days since the workload's last rollout."""
        days = self.entries["rollouts"]
        named = (days[key] for key in days if "/" in key and f"{namespace}/{name}".startswith(key))
        return int(next(named, days.get(namespace, days["days"])))

    def deleted(self, kind: str, namespace: str, name: str) -> int | None:
        """Days since the object's deletion was asked for."""
        days: int | None = self.entries["deleted"].get(_label(kind, namespace, name))
        return days


def _label(kind: str, namespace: str, name: str) -> str:
    return f"{kind} {namespace}/{name}" if namespace else f"{kind} {name}"


def aged(snapshot: Snapshot) -> Snapshot:
    """The snapshot as if captured at CLOCK, with its objects as old as ages.yaml says."""
    ages = Ages(yaml.safe_load((HERE / "ages.yaml").read_text("utf-8")))
    since = snapshot.identity.captured_at.replace(microsecond=0) - CLOCK
    objects = {
        key: tuple(_aged(BY_KEY[key].name, BY_KEY[key].custom, item, since, ages) for item in items)
        for key, items in snapshot.objects.items()
    }
    return replace(snapshot, objects=objects, identity=_dressed(snapshot.identity))


def _dressed(identity: Identity) -> Identity:
    return replace(identity, captured_at=CLOCK, server=SERVER, context=CONTEXT, name=CONTEXT)


def _aged(kind: str, custom: bool, item: Resource, since: timedelta, ages: Ages) -> Resource:
    metadata = item.metadata
    key = (kind, metadata.namespace, metadata.name)
    if isinstance(item, Event):
        return moved(item, since)
    days = ages.created(*key)
    recent = min(days, ages.rolled_out(*key[1:]))
    dated = _dated(moved(metadata, since + timedelta(days=recent)), days, ages.deleted(*key))
    # Custom resources carry times that their manifests state; only the server's own metadata is moved.
    rest = item if custom else moved(item, since + timedelta(days=0 if kind == "Node" else recent))
    if isinstance(item, SecretRow):
        rest = msgspec.structs.replace(rest, age=printed(days))
    return msgspec.structs.replace(rest, metadata=dated)


def _dated(metadata: Any, days: int, deleted: int | None) -> Any:
    changes = {}
    if metadata.creation_timestamp is not None:
        changes["creation_timestamp"] = CLOCK - timedelta(days=days, minutes=90)
    if metadata.deletion_timestamp is not None and deleted is not None:
        changes["deletion_timestamp"] = CLOCK - timedelta(days=deleted)
    return msgspec.structs.replace(metadata, **changes)


def moved(value: T, by: timedelta) -> T:
    """The value with every time in it moved back; what holds no time is returned itself (templates stay shared)."""
    if isinstance(value, datetime):
        return value - by
    if isinstance(value, msgspec.Struct):
        old = {name: getattr(value, name) for name in value.__struct_fields__}
        new = {name: moved(part, by) for name, part in old.items()}
        changed = {name: part for name, part in new.items() if part is not old[name]}
        return msgspec.structs.replace(value, **changed) if changed else value
    if isinstance(value, tuple):
        parts: Any = tuple(moved(part, by) for part in value)
        return parts if any(a is not b for a, b in zip(parts, value, strict=True)) else value
    return value


def printed(days: int) -> str:
    """An age as kubectl prints it (apimachinery duration.HumanDuration)."""
    if days < 2 * 365:
        return f"{days}d"
    years, rest = divmod(days, 365)
    return f"{years}y{rest}d" if rest and years < 8 else f"{years}y"
