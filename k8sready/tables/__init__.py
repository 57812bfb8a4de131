"""Tables: a snapshot and the engines as DataFrames with fixed columns, right also when they are empty."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

from pandas import DataFrame

from ..engines.netpol import Cluster
from ..engines.platform import is_system_namespace
from ..engines.pss.policy import NEWEST
from ..engines.rbac import Escalation, Rbac
from ..objects.meta import ObjectMeta
from ..objects.pods import Pod
from ..snapshot import Coverage, Reading, Snapshot
from . import access, accounts, containers, network
from .catalogue import TABLES
from .running import Running
from .schema import TEMPLATED
from .templates import Root, Roots, Template, alike, controller, templates


class Tables:
    """The tables of one snapshot, each built when first asked for.

    `like` are those of a snapshot that this one was made of by `apply`: what was not changed is not built again.
    """

    def __init__(self, snapshot: Snapshot, like: Tables | None = None) -> None:
        self.snapshot, self._like = snapshot, like
        self._built: dict[str, DataFrame] = {}
        self._roots: dict[tuple[str, str], Root] = {}

    def __getitem__(self, name: str) -> DataFrame:
        """A table as a DataFrame.

        Raises:
            KeyError: there is no table of that name.
        """
        if name not in self._built:
            table = TABLES[name]
            like = self._like if self.same(name) else None
            self._built[name] = like[name] if like else table.frame(table.build(self))
        return self._built[name]

    def same(self, name: str) -> bool:
        """Whether a table is that of the snapshot which this one was made of: every kind that it reads is."""
        table = TABLES[name]
        return all(map(self._unchanged, table.every_read))

    def _unchanged(self, key: str) -> bool:
        if self._like is None:
            return False
        here, there = self.snapshot, self._like.snapshot
        return here.objects.get(key) is there.objects.get(key) and here.coverage.get(key) == there.coverage.get(key)

    def readings(self, name: str) -> list[Coverage]:
        """The kinds a table needs that were not read completely; it cannot be trusted beyond them."""
        table = TABLES[name]
        needed = [self.coverage(key) for key in table.reads]
        partial = [self.coverage(key) for key in table.optional_reads]
        return [item for item in needed if item.reading is not Reading.COMPLETE] + [
            item for item in partial if item.reading is Reading.PARTIAL
        ]

    def coverage(self, key: str) -> Coverage:
        """How a kind was read. One that nobody asked for and that discovery does not list is absent all the same."""
        covered, discovery = self.snapshot.coverage.get(key), self.snapshot.discovery
        if covered is None and discovery is not None:
            served = any(".".join(filter(None, (item.resource, item.group))) == key for item in discovery)
            return Coverage(key, Reading.NOT_REQUESTED if served else Reading.ABSENT)
        return covered or Coverage(key, Reading.NOT_REQUESTED)

    def complete(self, key: str) -> bool:
        """Whether a kind was read completely, so that an empty list means there is none."""
        return self.coverage(key).reading is Reading.COMPLETE

    def read(self, key: str) -> bool:
        """Whether a kind was read, be it only in part."""
        return self.coverage(key).reading in (Reading.COMPLETE, Reading.PARTIAL)

    @property
    def now(self) -> datetime:
        """The capture time: "now" for every table and check."""
        return self.snapshot.identity.captured_at

    @property
    def server_minor(self) -> int:
        """The minor version of the API server; the newest known one where it is not told (manifests)."""
        parts = self.snapshot.identity.version.split(".")
        return int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else NEWEST

    def age_days(self, metadata: ObjectMeta) -> float | None:
        """Days since creation, None where the time is not told."""
        created = metadata.creation_timestamp
        return (self.now - created).total_seconds() / 86_400 if created else None

    @staticmethod
    def is_system(namespace: str) -> bool:
        """Whether a namespace belongs to Kubernetes or the distribution."""
        return is_system_namespace(namespace)

    @cached_property
    def templates(self) -> tuple[Template, ...]:
        """Every distinct pod template, rolled up to workloads."""
        like = self._like if all(map(self._unchanged, TEMPLATED)) else None
        return like.templates if like else templates(self.snapshot, self.alike)

    @cached_property
    def alike(self) -> list[list[Pod]]:
        """Pods that have not finished, those of one workload and template together."""
        return alike(self.snapshot.of("pods", Pod))

    @cached_property
    def declared(self) -> dict[Root, set[str]]:
        """By workload, the names of the containers that its templates declare."""
        return containers.declared_containers(self)

    @cached_property
    def running(self) -> Running:
        """What runs of each image."""
        return Running(self.alike)

    @cached_property
    def rbac(self) -> Rbac:
        """The authorizer over the snapshot."""
        return accounts.rbac_of(self)

    @cached_property
    def ends(self) -> tuple[tuple[Root, Pod], ...]:
        """Every end of traffic with its workload: pods, and templates that nothing runs yet as pods without address."""
        return tuple(network.ends_of(self))

    @cached_property
    def network(self) -> Cluster:
        """Pods and network policies."""
        return network.cluster_of(self)

    @cached_property
    def escalation(self) -> Escalation:
        """The ways from account to account that are certain."""
        return access.escalation_of(self)

    @cached_property
    def _finder(self) -> Roots:
        return Roots(self.snapshot)

    def root_of(self, pod: Pod) -> Root:
        """The workload that owns a pod."""
        owner = controller(pod.metadata)
        if owner is None or owner.kind == "Node":
            return self._finder.of("Pod", pod.metadata)
        key = (pod.metadata.namespace, owner.uid)
        if key not in self._roots:
            self._roots[key] = self._finder.of("Pod", pod.metadata)
        return self._roots[key]


__all__ = ["TABLES", "TEMPLATED", "Tables"]
