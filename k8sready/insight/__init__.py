"""Questions to the engines in a notebook's words: names in, DataFrames and verdicts out.

    from k8sready import insight

    network = insight.Network(snapshot)
    network.allowed("shop/web", "shop/db", 5432)          # Verdict(allowed=…, egress=…, ingress=…)
    network.between_namespaces()                           # which namespaces reach which
    network.changes(snapshot.apply(policies))              # flows that open and close

    access = insight.Access(snapshot)
    access.can("system:serviceaccount:shop:ci", "list", "secrets", namespace="shop")
    access.who_can("create", "pods/exec", namespace="shop")
    access.way("shop", "ci")                               # steps to everything in the cluster

    security = insight.PodSecurity(snapshot)
    security.namespaces("v1.30")
    security.obstacles("shop")                             # who is in the way, and the patch that helps

A question about something that was not read raises `NotReadError` instead of answering as if it were not there.
"""

from .access import Access
from .network import Network
from .pod_security import PodSecurity
from .reading import NotReadError

__all__ = ["Access", "Network", "NotReadError", "PodSecurity"]
