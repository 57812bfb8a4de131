"""Pods rolled up to the workloads that own them: each distinct pod template once, with how many pods have it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

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


class Roots:
    """Finds the workload of a pod by following controller references by uid."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._by_uid: dict[str, ObjectMeta] = {}
        for key in _KINDS:
            for item in snapshot.objects.get(key, ()):
                metadata = item.metadata
                if metadata.uid:
                    self._by_uid[metadata.uid] = metadata

    def of(self, kind: str, metadata: ObjectMeta) -> Root:
        """The top of the owners; an owner that is not in the snapshot ends the search with its reference."""
        root, seen = Root(kind, metadata.namespace, metadata.name), set[str]()
        for _ in range(_DEEPEST):
            owner = controller(metadata)
            if owner is None or owner.uid in seen or owner.kind == "Node":
                break
            seen.add(owner.uid)
            root = Root(owner.kind, metadata.namespace, owner.name)
            if owner.uid not in self._by_uid:
                break
            metadata = self._by_uid[owner.uid]
        return root


def controller(metadata: ObjectMeta) -> OwnerReference | None:
    """The owner that controls an object, if any."""
    return next((owner for owner in metadata.owner_references if owner.controller), None)


def templates(snapshot: Snapshot, groups: Iterable[list[Pod]]) -> tuple[Template, ...]:
    """Every distinct template: of running pods (as `alike` groups them), and of workloads that have none; sorted."""
    roots = Roots(snapshot)
    running = list(_running(groups, roots, _former(snapshot)))
    alive = {template.root for template in running}
    idle = [template for template in _declared(snapshot, roots) if template.root not in alive]
    every = running + idle
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


def _declared(snapshot: Snapshot, roots: Roots) -> Iterator[Template]:
    for kind, metadata, template in _pod_templates(snapshot):
        if controller(metadata) is None:
            root = roots.of(kind, metadata)
            yield Template(root, template.metadata, template.spec, 0, "", static=False)


def _pod_templates(snapshot: Snapshot) -> Iterable[tuple[str, ObjectMeta, PodTemplateSpec]]:
    for key in ("deployments.apps", "statefulsets.apps", "daemonsets.apps", "replicasets.apps"):
        for item in snapshot.of(key, Workload):
            yield _KINDS[key], item.metadata, item.spec.template
    for controller_ in snapshot.of("replicationcontrollers", ReplicationController):
        yield "ReplicationController", controller_.metadata, controller_.spec.template
    for cron in snapshot.of("cronjobs.batch", CronJob):
        yield "CronJob", cron.metadata, cron.spec.job_template.spec.template
    for job in snapshot.of("jobs.batch", Job):
        if not job.status.succeeded and not job.status.completion_time:
            yield "Job", job.metadata, job.spec.template
