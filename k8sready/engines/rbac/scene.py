"""What a step of escalation can act on: accounts, pods, workloads, token Secrets, and what admission lets in."""

from collections.abc import Collection
from dataclasses import dataclass

CURRENT_MINOR = 37


@dataclass(frozen=True, slots=True)
class RunningPod:
    """A pod with a container that runs and mounts the account's token.

    `changeable`: pod security would admit it again after a change (what it admitted once it need not admit now), and
    it is no mirror of a file on a node. `server`: it is a kube-apiserver, whose keys lie on its node.
    """

    namespace: str
    name: str
    account: str  # "" where it mounts no token
    node: str = ""
    changeable: bool = True
    server: bool = False


@dataclass(frozen=True, slots=True)
class Workload:
    """A workload whose pod template may be changed to run pods of any account: `resource` as in deployments.apps.

    Not so Jobs (their template is immutable) and workloads with a controller above them, which would undo it.
    """

    resource: str
    namespace: str
    name: str


@dataclass(frozen=True, slots=True)
class TokenSecret:
    """A Secret that holds a token of an account; `name` None: some Secret, it is not known which."""

    namespace: str
    name: str | None
    account: str


@dataclass(frozen=True, slots=True)
class Scene:
    """A cluster beside its roles and bindings. Namespaces that are terminating are left out of all of it.

    `accounts`: all, as (namespace, name). `full`: namespaces in which a quota admits no more pods. `privileged`: the
    namespaces that admit privileged pods; None: all. `guarded`: other admission than pod security may refuse them.
    `takes_pods`: some node does. `signs`: the controller manager signs client certificates (not on EKS). `possible`:
    moves count that need luck or what a snapshot does not show.
    """

    accounts: tuple[tuple[str, str], ...]
    pods: tuple[RunningPod, ...] = ()
    workloads: tuple[Workload, ...] = ()
    token_secrets: tuple[TokenSecret, ...] = ()
    full: frozenset[str] = frozenset()
    privileged: Collection[str] | None = None
    guarded: bool = False
    takes_pods: bool = True
    signs: bool = True
    minor: int = CURRENT_MINOR
    possible: bool = False

    @property
    def namespaces(self) -> tuple[str, ...]:
        """Every namespace (each has its account `default`), sorted."""
        return tuple(sorted({space for space, _ in self.accounts}))

    @property
    def opens_nodes(self) -> bool:
        """Whether a privileged pod opens a node, where pod security admits it."""
        return self.takes_pods and not self.guarded

    def admits(self, namespace: str) -> bool:
        """Whether pod security admits privileged pods there."""
        return self.privileged is None or namespace in self.privileged

    def makes_pods(self, namespace: str) -> bool:
        """Whether any pod can be made there."""
        return self.takes_pods and namespace not in self.full
