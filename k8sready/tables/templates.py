"""Pods rolled up to the workloads that own them: each distinct pod template once, with how many pods have it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import msgspec

from ..objects.decoding import encode_hook
from ..objects.meta import ObjectMeta, OwnerReference
from ..objects.pods import Pod, PodSpec, PodTemplateSpec
from ..objects.workloads import CronJob, Job, ReplicationController, Workload
from ..snapshot import Snapshot

_KINDS = {
    "deployments.apps": "Deployment",
    "statefulsets.apps": "StatefulSet",
    "daemonsets.apps": "DaemonSet",
    "replicasets.apps": "ReplicaSet",
    "replicationcontrollers": "ReplicationController",
    "cronjobs.batch": "CronJob",
    "jobs.batch": "Job",
}
_OWNING = frozenset(_KINDS.values())
_REVISING = frozenset({"Rollout", "DeploymentConfig", "Revision"})  # the last one is of Knative
_DEEPEST = 5  # owner references followed at most
_FINISHED = frozenset({"Succeeded", "Failed"})
_MIRROR = "kubernetes.io/config.mirror"


@dataclass(frozen=True, slots=True)
class Root:
    """The workload at the top of a pod's owners."""

    kind: str
    namespace: str
    name: str


@dataclass(frozen=True, slots=True)
class Template:
    """A distinct pod template of a workload. `pods` run it; with none, it is what the workload would make."""

    root: Root
    metadata: ObjectMeta  # of one pod, or of the template
    spec: PodSpec
    pods: int
    pod: str  # an example's name; "" where none runs
    static: bool  # from a file on a node: nothing in the API can change it
    former: bool = False  # of a ReplicaSet that its Deployment is replacing, or failed to: it has another template now

    @property
    def source(self) -> str:
        """ "pod" for what runs, "template" for what would."""
        return "pod" if self.pods else "template"

    @property
    def held(self) -> bool:
        """Whether a built-in workload makes the pods; a custom resource that owns pods has no template to compare."""
        return not self.pods or is_built_in(controller(self.metadata))


class Roots:
    """Finds the workload of a pod by following controller references by uid."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._pods = snapshot.of("pods", Pod)
        self._by_uid: dict[str, ObjectMeta] = {}
        for key in _KINDS:
            for item in snapshot.objects.get(key, ()):
                metadata = item.metadata
                if metadata.uid:
                    self._by_uid[metadata.uid] = metadata

    @cached_property
    def _pods_by_uid(self) -> dict[str, ObjectMeta]:
        """Few pods own others, as drivers of Spark do, so this is for those who ask."""
        return {pod.metadata.uid: pod.metadata for pod in self._pods if pod.metadata.uid}

    def of(self, kind: str, metadata: ObjectMeta) -> Root:
        """The top of the owners; an owner that is not in the snapshot ends the search with its reference."""
        root = Root(kind, metadata.namespace, metadata.name)
        for owner in self._owners(metadata):
            root = Root(owner.kind, metadata.namespace, owner.name)
        return root

    def above(self, metadata: ObjectMeta) -> Iterator[tuple[str, str]]:
        """Namespace and uid of an object's owners, the nearest first."""
        return ((metadata.namespace, owner.uid) for owner in self._owners(metadata))

    def _owners(self, metadata: ObjectMeta) -> Iterator[OwnerReference]:
        seen = set[str]()
        for _ in range(_DEEPEST):
            owner = controller(metadata)
            if owner is None or owner.uid in seen or owner.kind == "Node":
                return
            seen.add(owner.uid)
            yield owner
            known = (self._pods_by_uid if owner.kind == "Pod" else self._by_uid).get(owner.uid)
            if known is None or known.namespace != metadata.namespace:  # nobody owns what is in another namespace
                return
            metadata = known


def controller(metadata: ObjectMeta) -> OwnerReference | None:
    """The owner that controls an object, if any."""
    return next((owner for owner in metadata.owner_references if owner.controller), None)


def is_built_in(owner: OwnerReference | None) -> bool:
    """Whether there is an owner, and it is a workload of Kubernetes' own."""
    return owner is not None and owner.kind in _OWNING


def templates(snapshot: Snapshot, groups: Sequence[list[Pod]]) -> tuple[Template, ...]:
    """Every distinct template: of running pods (as `alike` groups them), and of workloads that have none; sorted."""
    roots = Roots(snapshot)
    running = list(_running(groups, roots, _former(snapshot)))
    alive = {template.root for template in running}
    above = {owner for pods in groups for owner in roots.above(pods[0].metadata)}
    every = running + list(_declared(snapshot, roots, alive, above))
    return tuple(
        sorted(every, key=lambda item: (item.root.namespace, item.root.kind, item.root.name, -item.pods, item.pod))
    )


def _former(snapshot: Snapshot) -> set[str]:
    """The uids of ReplicaSets whose template is not that of their Deployment any more."""
    present = {item.metadata.uid: item.spec.template.spec for item in snapshot.of("deployments.apps", Workload)}
    owned = ((item, controller(item.metadata)) for item in snapshot.of("replicasets.apps", Workload))
    return {
        item.metadata.uid
        for item, owner in owned
        if owner and owner.uid in present and present[owner.uid] != item.spec.template.spec
    }


def _running(groups: Iterable[list[Pod]], roots: Roots, former: set[str]) -> Iterator[Template]:
    """One template per workload and distinct pod spec."""
    owned: dict[Root, dict[int, list[Pod]]] = defaultdict(dict)  # by workload and identity of the spec
    for pods in groups:
        first = pods[0]
        owned[roots.of("Pod", first.metadata)].setdefault(id(first.spec), []).extend(pods)
    for root, own in owned.items():
        for pods in _by_content(list(own.values())):
            first = min(pods, key=lambda pod: pod.metadata.name)
            owner, name = controller(first.metadata), first.metadata.name
            of_former = owner is not None and owner.uid in former
            yield Template(root, first.metadata, first.spec, len(pods), name, _is_static(first), of_former)


def alike(pods: Iterable[Pod]) -> list[list[Pod]]:
    """Pods that share owners and spec (collected ones share the very objects), so that each workload is found once.

    Finished pods are history, not exposure: they are left out.
    """
    found: dict[tuple[str, object, int], list[Pod]] = {}
    owners: object = None
    spec: object = None
    namespace, controlled, group = "", False, list[Pod]()
    for pod in pods:
        if pod.status.phase in _FINISHED:
            continue
        metadata = pod.metadata
        # Lists are sorted by name, so the pods of a workload mostly follow each other.
        if controlled and metadata.owner_references is owners and pod.spec is spec and metadata.namespace == namespace:
            group.append(pod)
            continue
        owners, spec, namespace = metadata.owner_references, pod.spec, metadata.namespace
        owner = controller(metadata)
        controlled = owner is not None and owner.kind != "Node"
        key = (namespace, id(owners) if controlled else metadata.name, id(spec))
        group = found.setdefault(key, [])
        group.append(pod)
    return list(found.values())


def _by_content(shared: list[list[Pod]]) -> Iterable[list[Pod]]:
    """Pods that share a spec, joined where specs are equal. Collected pods of a template share one: nothing to join."""
    if len(shared) == 1:
        return shared
    joined: dict[bytes, list[Pod]] = defaultdict(list)
    for pods in shared:
        joined[msgspec.msgpack.encode(pods[0].spec, enc_hook=encode_hook)] += pods
    return joined.values()


def _is_static(pod: Pod) -> bool:
    return _MIRROR in pod.metadata.annotations


# What a Deployment or a CronJob owns repeats the template that stands there, or did.
_REPEATING = frozenset({"ReplicaSet", "Job", "ReplicationController"})


def _declared(snapshot: Snapshot, roots: Roots, alive: set[Root], above: set[tuple[str, str]]) -> Iterator[Template]:
    """Templates of which no pod runs; `above` holds namespace and uid of all owners of pods."""
    for kind, metadata, template in _pod_templates(snapshot):
        owner, root = controller(metadata), roots.of(kind, metadata)
        own = (metadata.namespace, metadata.uid)
        # An owner may keep several Deployments, of which each counts; Jobs and revisions of one stand for each other.
        runs = root in alive if owner is None or kind in _REPEATING else bool(metadata.uid) and own in above
        if not runs and not (kind in _REPEATING and is_built_in(owner)):
            yield Template(root, template.metadata, template.spec, 0, "", static=False)


def _pod_templates(snapshot: Snapshot) -> Iterable[tuple[str, ObjectMeta, PodTemplateSpec]]:
    for key in ("deployments.apps", "statefulsets.apps", "daemonsets.apps", "replicasets.apps"):
        for item in snapshot.of(key, Workload):
            if not _is_past_revision(item):
                yield _KINDS[key], item.metadata, item.spec.template
    for controller_ in snapshot.of("replicationcontrollers", ReplicationController):
        if not _is_past_revision(controller_):
            yield "ReplicationController", controller_.metadata, controller_.spec.template
    for cron in snapshot.of("cronjobs.batch", CronJob):
        yield "CronJob", cron.metadata, cron.spec.job_template.spec.template
    for job in snapshot.of("jobs.batch", Job):
        if not has_ended(job):
            yield "Job", job.metadata, job.spec.template


def _is_past_revision(item: Workload | ReplicationController) -> bool:
    """Whether it may be an old revision of a custom resource that keeps its own without replicas."""
    owner = controller(item.metadata)
    return owner is not None and owner.kind in _REVISING and item.spec.replicas == 0


def has_ended(job: Job) -> bool:
    """Whether a Job makes no pods any more; one that has some completions may still be under way."""
    ended = any(item.type in ("Complete", "Failed") and item.status == "True" for item in job.status.conditions)
    return ended or job.status.completion_time is not None
