"""Pod security, namespace by namespace and workload by workload, at any policy version."""

from typing import Any

import yaml
from pandas import DataFrame

from ..engines.pss import Level, Policy, Standing, Verdict, Version, evaluate, parse_version, standing
from ..errors import K8sReadyError
from ..objects.decoding import from_manifest
from ..objects.pods import Pod
from ..snapshot import Snapshot
from ..sources.yaml_loader import Dumper
from ..tables import Tables
from ..tables.pod_security import written_containers
from ..tables.schema import TEMPLATED
from ..tables.templates import Root
from .reading import require


class PodSecurity:
    """The Pod Security Standards over a snapshot's running pods and the templates that nothing runs yet."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._tables, self._written = Tables(snapshot), written_containers(snapshot)

    def namespaces(self, version: str = "latest") -> DataFrame:
        """Per namespace: the strictest level met by all of it, the next level, and how many workloads are in its way.

        Raises:
            K8sReadyError: no such version.
            NotReadError: pods or workloads were not read.
        """
        require(self._tables, TEMPLATED)
        _version(version)
        rows = []
        for namespace in sorted({item.root.namespace for item in self._tables.templates}):
            found = self._standing(namespace, version)
            way = {item.who for item in found.obstacles}
            rows.append((namespace, found.level.value, found.next and found.next.level.value, len(way)))
        frame = DataFrame(rows, columns=["namespace", "level", "next", "in_the_way"])
        return frame.astype({"next": "string"})

    def obstacles(self, namespace: str, version: str = "latest") -> DataFrame:
        """Per workload in the way of the namespace's next level: the denial, the smallest patch (YAML), what it leaves.

        Raises:
            K8sReadyError: no such version, or nothing runs in the namespace.
            NotReadError: pods or workloads were not read.
        """
        found = self._standing(namespace, version)
        rows = [
            (
                item.who.kind,
                item.who.name,
                item.verdict.text,
                _yaml(item.patch.template),
                [left.control for left in item.patch.left],
            )
            for item in found.obstacles
        ]
        return DataFrame(rows, columns=["kind", "name", "denial", "patch", "left"])

    def judge(self, manifest: dict[str, Any], level: str = "restricted", version: str = "latest") -> Verdict:
        """The verdict on a Pod, written as a manifest.

        Raises:
            K8sReadyError: not a Pod, or no such level or version.
        """
        try:
            pod = from_manifest(manifest)[1]
            policy = Policy(Level(level), _version(version))
        except (LookupError, ValueError) as error:
            raise K8sReadyError(f"Cannot judge that: {error}") from None
        if not isinstance(pod, Pod):
            raise K8sReadyError(f"Cannot judge that: it is a {manifest.get('kind')}, not a Pod.")
        return evaluate(pod.metadata, pod.spec, policy, server_minor=self._tables.server_minor)

    def _standing(self, namespace: str, version: str) -> Standing[Root]:
        require(self._tables, TEMPLATED)
        own = [item for item in self._tables.templates if item.root.namespace == namespace]
        if not own:
            raise K8sReadyError(f"Nothing runs in namespace {namespace!r:.80}, and no workload there would.")
        named = ((item.root, item.metadata, item.spec) for item in own)
        return standing(named, _version(version), server_minor=self._tables.server_minor, within=self._written)


def _version(text: str) -> Version:
    version = parse_version(text)
    if version is None:
        raise K8sReadyError(f"{text!r:.40} is no policy version; write latest, or one such as v1.30.")
    return version


def _yaml(template: dict[str, Any]) -> str:
    return yaml.dump(template, Dumper=Dumper, sort_keys=False) if template else ""
