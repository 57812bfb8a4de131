"""The moves by which a principal gets the power of others, as data: what each needs, and what it acts on.

Certain moves can be made in the cluster as it was read, given what the API server, its controllers and kubelets do by
default; containers that run are taken to hold what it takes to read a mounted token. Moves that need more than that
(somebody's next request, an open terminal, a plugin that obeys) are only `possible`. What reaches nobody is no move:
changing Jobs, evicting pods, changing the status of nodes, portforward.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from .danger_table import CONSTRAINED_SINCE, DEPLOYERS
from .needs import Need, NeedIndex, parse_need

_RBAC = "rbac.authorization.k8s.io"
_AUTHENTICATION = "authentication.k8s.io"
_CSR = "certificatesigningrequests"
_ADMISSION = ",".join(
    f"{name}.admissionregistration.k8s.io"
    for name in ("mutatingwebhookconfigurations", "mutatingadmissionpolicies", "validatingwebhookconfigurations")
)
CHANGEABLE = {
    "deployments.apps": "Deployment",
    "daemonsets.apps": "DaemonSet",
    "statefulsets.apps": "StatefulSet",
    "replicasets.apps": "ReplicaSet",
    "replicationcontrollers": "ReplicationController",
    "cronjobs.batch": "CronJob",
}
_RUNNABLE = ",".join(("pods", "jobs.batch", *CHANGEABLE))


class Aim(str, Enum):
    """What a move acts on, with the principals that it gets there."""

    CLUSTER = "everything"
    ACCOUNTS = "any account of"
    ACCOUNT_NAMES = "any account, made or not, of"
    USERS = "any user"
    GROUPS = "any group"
    LESSER_GROUPS = "any group but system:masters"
    SIGNER = "anybody but system:masters"
    PODS = "an account of a pod that runs in"
    CHANGEABLE_PODS = "an account of a pod that may be changed in"
    NODES = "an account of a pod on the node"
    TAKEN_NODES = "what lies on the node"
    TOKEN_SECRETS = "an account with a token Secret in"  # noqa: S105 - the name of a set, no password
    NAMESPACES = "any account of the namespace"
    ADMITTING_NAMESPACES = "what lies on nodes, from the namespace"
    LOWERED_NAMESPACES = "what lies on nodes, from the namespace whose level was lowered"
    NEW_NAMESPACE = "what lies on nodes, from a new namespace"
    WORKLOADS = "any account beside the workload"
    ADMITTING_WORKLOADS = "what lies on nodes, from the workload"


@dataclass(frozen=True, slots=True)
class Move:
    """One move: the needs, all together, and the aim. Names that a rule is limited to are names of what it acts on.

    `loose`: needs of which permission for any one object is enough. `cluster_only`: it needs cluster-wide grants.
    `resource`: the kind of workload it acts on. `before`: possible on servers older than this minor version; `since`:
    on those that are not.
    """

    name: str
    needs: tuple[Need, ...]
    aim: Aim
    loose: tuple[Need, ...] = ()
    cluster_only: bool = False
    certain: bool = True
    resource: str = ""
    before: int = 0
    since: int = 0


def _move(name: str, needs: str, aim: Aim, loose: str = "", **more: Any) -> Move:
    parsed = tuple(parse_need(text) for text in needs.split(" & "))
    return Move(name, parsed, aim, (parse_need(loose),) if loose else (), **more)


def _cluster(name: str, needs: str, aim: Aim = Aim.CLUSTER, loose: str = "") -> Move:
    return _move(name, needs, aim, loose, cluster_only=True)


def _perhaps(name: str, need: str) -> Move:
    """Something that may lead anywhere, done to any one object."""
    return Move(name, (), Aim.CLUSTER, (parse_need(need),), certain=False)


def _constrained(name: str, mode: str, whom: str, aim: Aim, besides: str = "") -> Move:
    """As somebody else, for some verbs only (KEP-5284): whether they are enough for the next step is not looked at."""
    needs = (parse_need(f"impersonate:{mode} {whom}.{_AUTHENTICATION}"),)
    others = (f"impersonate:{mode} {besides}.{_AUTHENTICATION}",) if besides else ()
    loose = tuple(map(parse_need, (*others, f"impersonate-on:{mode}: any")))
    wide = mode != "serviceaccount"
    return Move(name, needs, aim, loose, cluster_only=wide, certain=False, since=CONSTRAINED_SINCE)


def _workload_moves() -> Iterator[Move]:
    for resource, kind in CHANGEABLE.items():
        needs = f"update,patch {resource}"
        yield _move(f"changes the account of a {kind}", needs, Aim.WORKLOADS, resource=resource)
        yield _move(f"takes over a node by a {kind} that it changes", needs, Aim.ADMITTING_WORKLOADS, resource=resource)


MOVES = (
    _cluster("impersonates a user", "impersonate users", Aim.USERS),
    _cluster("impersonates a group", "impersonate groups", Aim.GROUPS, loose="impersonate users,serviceaccounts"),
    _move("impersonates an account", "impersonate serviceaccounts", Aim.ACCOUNT_NAMES),
    _cluster(
        "issues itself a client certificate",
        f"approve signers.certificates.k8s.io & create {_CSR}.certificates.k8s.io & "
        f"update,patch {_CSR}/approval.certificates.k8s.io",
        Aim.SIGNER,
    ),
    _cluster("reaches a kubelet", "get,create nodes/proxy", Aim.NODES),
    _move("asks for a token", "create serviceaccounts/token", Aim.ACCOUNTS),
    # a patch that changes nothing is answered with the whole Secret
    _move("makes a token Secret and reads it", "create secrets & get,list,watch,patch secrets", Aim.ACCOUNTS),
    _move("reads a token Secret", "get,list,watch,patch secrets", Aim.TOKEN_SECRETS),
    _move("enters a running pod", "create pods/exec", Aim.PODS),
    _move("enters a running pod", "get pods/exec", Aim.PODS, before=35),
    _move("adds a container to a running pod", "update,patch pods/ephemeralcontainers", Aim.CHANGEABLE_PODS),
    _move("changes the image of a running pod", "update,patch pods", Aim.CHANGEABLE_PODS),
    _move("runs a pod as another account", f"create {_RUNNABLE}", Aim.NAMESPACES),
    _move("takes over a node by a privileged pod", f"create {_RUNNABLE}", Aim.ADMITTING_NAMESPACES),
    *_workload_moves(),
    _move(
        "lowers a namespace's pod security and takes over a node",
        f"update,patch namespaces & create {_RUNNABLE}",
        Aim.LOWERED_NAMESPACES,
    ),
    _cluster("takes over a node from a new namespace", f"create namespaces & create {_RUNNABLE}", Aim.NEW_NAMESPACE),
    _move("attaches to a running pod", "create pods/attach", Aim.PODS, certain=False),
    _move(
        "mounts a node's disk",
        f"create persistentvolumes & create {_RUNNABLE}",
        Aim.LOWERED_NAMESPACES,
        certain=False,
    ),
    _constrained("acts as a user", "user-info", "users", Aim.USERS),
    _constrained("acts as a group", "user-info", "groups", Aim.LESSER_GROUPS, besides="users"),
    _constrained("acts as an account", "serviceaccount", "serviceaccounts", Aim.ACCOUNT_NAMES),
    _constrained("acts as a node", "arbitrary-node", "nodes", Aim.NODES),
    _perhaps("writes admission of others' requests", f"create,update,patch {_ADMISSION}"),
    _perhaps("serves an API itself", "create,update,patch apiservices.apiregistration.k8s.io"),
    _perhaps("commands a deployer", f"create,update,patch {DEPLOYERS}"),
)

BIND_CLUSTER_ROLES, BIND_ROLES = parse_need(f"bind clusterroles.{_RBAC}"), parse_need(f"bind roles.{_RBAC}")
ESCALATE = {name: parse_need(f"escalate {name.lower()}s.{_RBAC}") for name in ("ClusterRole", "Role")}
EDIT = {name: parse_need(f"update,patch {name.lower()}s.{_RBAC}") for name in ESCALATE}
MAKE = {
    name: parse_need(f"create {name.lower()}s.{_RBAC}")
    for name in ("ClusterRole", "Role", "ClusterRoleBinding", "RoleBinding")
}
AMEND = {name: parse_need(f"update,patch {name.lower()}s.{_RBAC}") for name in ("ClusterRoleBinding", "RoleBinding")}
NEEDS = NeedIndex(
    (
        *(need for move in MOVES for need in (*move.needs, *move.loose)),
        *(BIND_CLUSTER_ROLES, BIND_ROLES),
        *(need for needs in (ESCALATE, EDIT, MAKE, AMEND) for need in needs.values()),
    )
)
