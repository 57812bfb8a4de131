"""The moves by which a principal gets the power of others, as data: what each needs and whom it reaches."""

from dataclasses import dataclass
from enum import Enum
from functools import cache

from .dangers import Need, parse_need

_RBAC = "rbac.authorization.k8s.io"
_PODS = "pods,deployments.apps,daemonsets.apps,statefulsets.apps,replicasets.apps,jobs.batch,cronjobs.batch"


class Reach(str, Enum):
    """Whom a move reaches in its scope."""

    ANY = "any account of"
    RUNNING = "accounts of pods running in"
    SECRETS = "accounts with a token Secret in"
    NODES = "accounts of pods on any node"
    CLUSTER = "cluster"


@dataclass(frozen=True, slots=True)
class Move:
    (
        """One move. `cluster_only`: it needs cluster-wide grants; `privileged`: a privileged pod must be admitted.

    `named`: rules that list resourceNames allow it for the accounts of these names.
    """
        ""
    )

    name: str
    needs: str
    reach: Reach
    cluster_only: bool = False
    privileged: bool = False
    named: bool = False


MOVES = (
    Move("may do everything", "* *.*", Reach.CLUSTER, cluster_only=True),
    Move("impersonates anybody", "impersonate users", Reach.CLUSTER, cluster_only=True),
    Move(
        "binds any ClusterRole",
        f"bind clusterroles.{_RBAC} & create,update,patch clusterrolebindings.{_RBAC}",
        Reach.CLUSTER,
        cluster_only=True,
    ),
    Move(
        "writes rules it does not hold",
        f"escalate clusterroles.{_RBAC} & update,patch clusterroles.{_RBAC}",
        Reach.CLUSTER,
        cluster_only=True,
    ),
    Move("reaches kubelets", "get,create nodes/proxy", Reach.RUNNING, cluster_only=True),
    Move("impersonates accounts", "impersonate serviceaccounts", Reach.ANY, named=True),
    Move("asks for tokens", "create serviceaccounts/token", Reach.ANY, named=True),
    Move("runs pods as any account", f"create,update,patch {_PODS},replicationcontrollers", Reach.ANY),
    Move(
        "binds roles in the namespace",
        f"bind clusterroles.{_RBAC},roles.{_RBAC} & create,update,patch rolebindings.{_RBAC}",
        Reach.ANY,
    ),
    Move(
        "writes rules it does not hold in the namespace",
        f"escalate roles.{_RBAC} & update,patch roles.{_RBAC}",
        Reach.ANY,
    ),
    Move("writes and reads token Secrets", "create secrets & get,list,watch secrets", Reach.ANY),
    Move("reads token Secrets", "get,list,watch secrets", Reach.SECRETS),
    Move("enters running pods", "create pods/exec,pods/attach", Reach.RUNNING),
    Move("adds ephemeral containers", "update,patch pods/ephemeralcontainers", Reach.RUNNING),
    Move(
        "takes over a node by a privileged pod", f"create {_PODS},replicationcontrollers", Reach.NODES, privileged=True
    ),
)


@cache
def needs_of(move: Move) -> tuple[Need, ...]:
    """All that a move needs, together."""
    return tuple(parse_need(text) for text in move.needs.split(" & "))
