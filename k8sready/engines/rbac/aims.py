"""Whom the moves get to: the targets of each aim, in a namespace or everywhere, and by the name that is acted on."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from .authorizer import Rbac
from .moves import CHANGEABLE, Aim, Move
from .needs import ANY_NAME
from .requests import MASTERS
from .scene import RunningPod, Scene
from .steps import CLUSTER, Edge, Node, account, is_masters

Subject = tuple[str, str]  # (User | Group, name)
ANYBODY = Node("anybody but system:masters", "")
_ACCOUNT = "system:serviceaccount:"
# approving is asked for the signer's name, then for its domain with /*
_CLIENT_SIGNERS = ("kubernetes.io/kube-apiserver-client", "kubernetes.io/*")


@dataclass(frozen=True, slots=True)
class Target:
    """Acting on the object of this name in this namespace gets to `node`; `via` names the object for people."""

    namespace: str
    name: str | None  # None: no rule could be limited to it; ANY_NAME: not known, any name may be its
    node: Node
    via: str = ""


class Aims:
    """The targets of every aim over one scene; each list is made once."""

    def __init__(self, rbac: Rbac, scene: Scene) -> None:
        self._rbac, self._scene = rbac, scene
        self._listed, self._by_scope, self._by_name = cache(self._list), cache(self._scopes), cache(self._names)

    def near(self, move: Move, scope: str) -> tuple[Target, ...]:
        """The targets of a move in a namespace (""; everywhere), each node once."""
        return self._by_scope(move.aim, move.resource).get(scope, ())

    def named(self, move: Move, scope: str, name: str) -> tuple[Target, ...]:
        """The targets of a move for objects of this name, in a namespace or everywhere."""
        known = self._by_name(move.aim, move.resource)
        return tuple(item for item in (*known.get(name, ()), *known.get(ANY_NAME, ())) if scope in ("", item.namespace))

    def edges(self, node: Node) -> Iterator[Edge]:
        """From a set of targets to each of them."""
        if node == ANYBODY:
            for aim in (Aim.USERS, Aim.GROUPS, Aim.ACCOUNT_NAMES):
                listed = self._by_scope(aim, "").get("", ())
                yield from (Edge(item.node) for item in listed if not is_masters(item.node))
            return
        listed = self._by_scope(Aim(node.kind), node.name).get(node.namespace, ())
        yield from (Edge(item.node, via=item.via) for item in listed)

    def _list(self, aim: Aim, resource: str) -> tuple[Target, ...]:
        if aim is Aim.CLUSTER:
            return ()
        if resource:
            return tuple(_workloads(self._scene, aim, resource))
        named = _NAMED[aim](self._rbac.subjects()) if aim in _NAMED else ()
        return (*(_THERE[aim](self._scene) if aim in _THERE else ()), *named)

    def _scopes(self, aim: Aim, resource: str) -> dict[str, tuple[Target, ...]]:
        found: dict[str, dict[Node, Target]] = defaultdict(dict)
        for item in self._listed(aim, resource):
            for scope in dict.fromkeys(("", item.namespace)):
                found[scope].setdefault(item.node, item)
        return {scope: tuple(items.values()) for scope, items in found.items()}

    def _names(self, aim: Aim, resource: str) -> dict[str | None, list[Target]]:
        found: dict[str | None, list[Target]] = defaultdict(list)
        for item in self._listed(aim, resource):
            found[item.name].append(item)
        return found


def set_of(aim: Aim, scope: str = "", resource: str = "") -> Node:
    """The node that stands for all targets of an aim in a scope."""
    return Node(aim.value, scope, resource)


def _accounts(scene: Scene) -> Iterator[Target]:
    yield from (Target(space, name, account(space, name)) for space, name in scene.accounts)


def _account_names(subjects: Iterable[Subject]) -> Iterator[Target]:
    """Accounts that only bindings know can be impersonated too."""
    for kind, name in subjects:
        if kind == "User" and name.startswith(_ACCOUNT) and name.count(":") == 3:
            space, own = name.removeprefix(_ACCOUNT).split(":")
            yield Target(space, own, account(space, own))


def _users(subjects: Iterable[Subject]) -> Iterator[Target]:
    """Impersonating a user who is called like an account asks for that account."""
    for kind, name in subjects:
        if kind == "User" and not name.startswith(_ACCOUNT):
            yield Target("", name, Node("User", "", name))


def _groups(subjects: Iterable[Subject]) -> Iterator[Target]:
    yield Target("", MASTERS, Node("Group", "", MASTERS))
    yield from (Target("", name, Node("Group", "", name)) for kind, name in subjects if kind == "Group")


def _lesser_groups(subjects: Iterable[Subject]) -> Iterator[Target]:
    yield from (item for item in _groups(subjects) if item.name != MASTERS)


def _signer(scene: Scene) -> Iterator[Target]:
    if scene.signs:
        yield from (Target("", name, ANYBODY) for name in _CLIENT_SIGNERS)


def _pods(scene: Scene) -> Iterator[Target]:
    yield from (_entered(pod) for pod in scene.pods if pod.account)


def _changeable_pods(scene: Scene) -> Iterator[Target]:
    yield from (_entered(pod) for pod in scene.pods if pod.account and pod.changeable)


def _entered(pod: RunningPod) -> Target:
    return Target(pod.namespace, pod.name, account(pod.namespace, pod.account), f"Pod {pod.namespace}/{pod.name}")


def _nodes(scene: Scene) -> Iterator[Target]:
    for pod in scene.pods:
        if pod.account and pod.node:
            yield Target("", pod.node, account(pod.namespace, pod.account), f"Node {pod.node}")


def _taken_nodes(scene: Scene) -> Iterator[Target]:
    """Tokens of the pods there; beside an API server the key that signs tokens."""
    yield from (Target("", pod.node, CLUSTER, f"Node {pod.node}") for pod in scene.pods if pod.server and pod.node)
    yield from _nodes(scene)


def _token_secrets(scene: Scene) -> Iterator[Target]:
    for item in scene.token_secrets:
        via = f"Secret {item.namespace}/{item.name}" if item.name else ""
        yield Target(item.namespace, item.name or ANY_NAME, account(item.namespace, item.account), via)


def _namespaces(scene: Scene) -> Iterator[Target]:
    for space in scene.namespaces:
        if scene.makes_pods(space):
            yield Target(space, None, set_of(Aim.ACCOUNTS, space))


def _admitting(scene: Scene) -> Iterator[Target]:
    for space in scene.namespaces:
        if scene.opens_nodes and scene.makes_pods(space) and scene.admits(space):
            yield Target(space, None, set_of(Aim.TAKEN_NODES))


def _lowered(scene: Scene) -> Iterator[Target]:
    for space in scene.namespaces:
        if scene.opens_nodes and scene.makes_pods(space):
            yield Target(space, space, set_of(Aim.TAKEN_NODES), f"Namespace {space}")


def _new_namespace(scene: Scene) -> Iterator[Target]:
    if scene.opens_nodes:
        yield Target("", None, set_of(Aim.TAKEN_NODES))


def _workloads(scene: Scene, aim: Aim, resource: str) -> Iterator[Target]:
    for item in scene.workloads:
        if item.resource != resource or not scene.takes_pods:
            continue
        via = f"{CHANGEABLE[resource]} {item.namespace}/{item.name}"
        if aim is Aim.WORKLOADS:
            yield Target(item.namespace, item.name, set_of(Aim.ACCOUNTS, item.namespace), via)
        elif scene.opens_nodes and scene.admits(item.namespace):
            yield Target(item.namespace, item.name, set_of(Aim.TAKEN_NODES), via)


_THERE: dict[Aim, Callable[[Scene], Iterator[Target]]] = {
    Aim.ACCOUNTS: _accounts,
    Aim.ACCOUNT_NAMES: _accounts,
    Aim.SIGNER: _signer,
    Aim.PODS: _pods,
    Aim.CHANGEABLE_PODS: _changeable_pods,
    Aim.NODES: _nodes,
    Aim.TAKEN_NODES: _taken_nodes,
    Aim.TOKEN_SECRETS: _token_secrets,
    Aim.NAMESPACES: _namespaces,
    Aim.ADMITTING_NAMESPACES: _admitting,
    Aim.LOWERED_NAMESPACES: _lowered,
    Aim.NEW_NAMESPACE: _new_namespace,
}
_NAMED: dict[Aim, Callable[[Iterable[Subject]], Iterator[Target]]] = {
    Aim.ACCOUNT_NAMES: _account_names,
    Aim.USERS: _users,
    Aim.GROUPS: _groups,
    Aim.LESSER_GROUPS: _lesser_groups,
}
