"""Who reaches whom, and why; by the names of pods and workloads."""

from functools import cached_property

import numpy as np
from pandas import DataFrame

from ..engines.netpol import Address, Matrix, Verdict, diff
from ..engines.netpol.addresses import place
from ..engines.netpol.endpoints import own_ips
from ..errors import K8sReadyError
from ..objects.pods import Pod
from ..snapshot import Snapshot
from ..tables import TABLES, Tables
from ..tables.network import POLICIES
from ..tables.schema import TEMPLATED
from .reading import hint, require


class Network:
    """Network policies over a snapshot: running pods, and templates that nothing runs yet as pods without an address.

    Ends are named "namespace/pod", or "namespace/workload" or "namespace/Kind/workload" (then any pod of it), or by an
    IP address: one that a running pod has means that pod, except in the host's network, where it is the node's; any
    other means something that is no pod.

    Raises:
        NotReadError: pods, namespaces or policies were not read.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self._tables = Tables(snapshot)
        require(self._tables, (*TEMPLATED, *POLICIES))
        self._cluster = self._tables.network
        self._matrix: Matrix | None = None
        self._classes: dict[tuple[str, str, str], Pod] = {}  # workload → one of its pods
        for root, pod in self._tables.ends:
            if pod.status.phase not in ("Succeeded", "Failed"):
                self._classes.setdefault((root.namespace, root.kind, root.name), pod)
        self._named = self._names()

    def allowed(self, source: str, destination: str, port: int, protocol: str = "TCP") -> Verdict:
        """May `source` open a connection to this port of `destination`'s pods? With reasons for both directions.

        Raises:
            K8sReadyError: no such pod, workload or address.
            ValueError: no such port or protocol.
        """
        return self._cluster.allowed(self._end(source), self._end(destination), port, protocol)

    def connections(self, namespace: str, to: str | None = None) -> DataFrame:
        """Ports open from each workload of a namespace to each workload (of `to`, or of all namespaces).

        `certain` is False where a port may or may not be open (policies of other kinds, addresses not known).

        Raises:
            K8sReadyError: nothing runs in one of the namespaces.
        """
        spaces = {space for space, _, _ in self._classes}
        for wanted in (namespace, to):
            if wanted is not None and wanted not in spaces:
                raise K8sReadyError(f"Nothing runs in namespace {wanted!r:.80}, and no workload there would.")
        matrix = self._whole()
        rows = []
        for (space, kind, name), pod in self._classes.items():
            if space != namespace:
                continue
            for (other_space, other_kind, other_name), other in self._classes.items():
                if to in (None, other_space):
                    ports = matrix.between(pod, other)
                    if ports.possible:
                        named = (f"{kind}/{name}", other_space, f"{other_kind}/{other_name}")
                        rows.append((*named, str(ports.possible), ports.certain == ports.possible))
        frame = DataFrame(rows, columns=["source", "namespace", "destination", "ports", "certain"])
        return frame.sort_values(list(frame.columns[:3]), ignore_index=True)

    def between_namespaces(self) -> DataFrame:
        """Namespace × namespace: which share (0 to 1) of pairs of pod classes may open some port; rows are sources."""
        matrix = self._whole()
        ends = matrix.classes.ends[: matrix.classes.pods]
        names = sorted({end.namespace for end in ends})
        place = {name: at for at, name in enumerate(names)}
        of = np.array([place[end.namespace] for end in ends], np.intp)
        opened, sizes = np.zeros((len(names), len(names))), np.bincount(of, minlength=len(names))
        for first, cells, table in matrix.blocks():
            possible = np.array([bool(ports.possible) for ports in table])
            wanted = possible[cells[: max(0, len(ends) - first), : len(ends)]]
            for row, flags in enumerate(wanted):
                opened[of[first + row]] += np.bincount(of, weights=flags, minlength=len(names))
        return DataFrame(opened / np.outer(sizes, sizes).clip(min=1), index=names, columns=names)

    def changes(self, other: Snapshot) -> DataFrame:
        """Flows that open and close from this state to another, such as `snapshot.apply(policies)`.

        One representative pod stands for all that are alike; `doubtful` ports may have changed, or may not.
        """
        found = diff(self._cluster, Network(other)._cluster)
        rows = [(item.source, item.destination, *map(str, (item.opened, item.closed, item.doubtful))) for item in found]
        return DataFrame(rows, columns=["source", "destination", "opened", "closed", "doubtful"])

    def isolation(self) -> DataFrame:
        """Per workload: which policies isolate it, in which direction."""
        return self._tables["isolation"]

    def exposure(self) -> DataFrame:
        """Workloads that are offered to the outside, and whether policies let it in.

        Raises:
            NotReadError: Services, Ingresses or routes were not read.
        """
        require(self._tables, TABLES["exposure"].reads)
        return self._tables["exposure"]

    def _whole(self) -> Matrix:
        if self._matrix is None:
            self._matrix = Matrix(self._cluster)
        return self._matrix

    def _names(self) -> dict[str, list[Pod]]:
        """What an end may be called: a pod's own name goes before a workload's, which several may share."""
        found: dict[str, list[Pod]] = {}
        for (space, kind, name), pod in self._classes.items():
            found.setdefault(f"{space}/{name}", []).append(pod)
            found[f"{space}/{kind}/{name}"] = [pod]
        running = self._tables.snapshot.of("pods", Pod)
        return found | {f"{pod.metadata.namespace}/{pod.metadata.name}": [pod] for pod in running}

    @cached_property
    def _addresses(self) -> dict[int, Pod]:
        """Pods by where their addresses lie."""
        pods = (pod for pod in self._cluster.pods if not pod.spec.host_network)
        running = (pod for pod in pods if pod.status.phase not in ("Succeeded", "Failed"))
        return {where: pod for pod in running for ip in own_ips(pod) if (where := place(ip)) is not None}

    def _end(self, name: str) -> Pod | Address:
        ends = self._named.get(name, [])
        if len(ends) > 1:
            raise K8sReadyError(f"{name} is {', '.join(sorted(self._kinds(name)))}; write one of these.")
        if ends:
            return ends[0]
        try:
            address, where = Address(name), place(name)
        except ValueError:
            short = (known for known in sorted(self._named) if known.count("/") == 1)
            near = [known for known in short if known.rpartition("/")[2].startswith(name[:4])]
            raise K8sReadyError(
                f"There is no pod or workload {name!r:.120} here; write namespace/name, or an IP address.{hint(near)}"
            ) from None
        return address if where is None else self._addresses.get(where, address)

    def _kinds(self, name: str) -> list[str]:
        return [f"{space}/{kind}/{own}" for space, kind, own in self._classes if f"{space}/{own}" == name]
