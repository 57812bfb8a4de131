"""Network policies: who may talk to whom, and why.

    cluster = Cluster.of(pods, namespaces, policies, unknown={"shop"})
    verdict = cluster.allowed(web, database, 5432)
    verdict.allowed                     # True, False, or None: it cannot be told
    verdict.ingress.isolated_by         # ("shop/default-deny", "shop/from-web")
    verdict.ingress.causes              # (Cause("shop/from-web", Tier.NETWORK_POLICY, 0, Action.ACCEPT),)
    cluster.allowed(Address("192.0.2.7"), web, 8080)

    matrix = Matrix(cluster)            # the whole cluster over classes of pods that no policy tells apart
    matrix.between(web, database).certain.has(5432)
    for connection in matrix.connections(): ...
    list(diff(before, after))           # flows that open and close
    exposure(cluster, services, ingresses, routes)

Model. An ipBlock is compared with pod addresses unless `ipblock_matches_pods=False` (Cilium); with None both are
considered and what differs is unknown. A pod of both families is in a block that holds either of its addresses. Pods in
the host's network are no subject of policies and no selector holds them; their traffic is the node's, so only address
blocks can match it, and what comes from a pod's own node (a pod in its network, or its address) is always let in.
Policies of other kinds (Cilium, Calico) make every question about the pods of their namespaces unknown. Completed pods
have no endpoint. A pod always reaches itself. Policies of one tier and priority that disagree give unknown. What the
API server would refuse opens nothing.

Sources: networking/v1 types.go, policy.networking.k8s.io v1alpha1 and v1alpha2 types, KEP-2091, KEP-2079 (endPort).
"""

from .addresses import Address
from .changes import Change, diff
from .cluster import Cluster
from .exposure import Exposed, Way, exposure
from .isolation import DefaultDeny, default_denies
from .matrix import Connections, Matrix
from .ports import PortSet
from .verdicts import Cause, Note, Side, Verdict

__all__ = [
    "Address",
    "Cause",
    "Change",
    "Cluster",
    "Connections",
    "DefaultDeny",
    "Exposed",
    "Matrix",
    "Note",
    "PortSet",
    "Side",
    "Verdict",
    "Way",
    "default_denies",
    "diff",
    "exposure",
]
