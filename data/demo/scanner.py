"""A stand-in for the vulnerability scanner: a report per workload and container, in the form of trivy-operator."""

from collections.abc import Mapping
from typing import Any

from .images import Image, without_digest

VERSION = "0.69.3"
Manifest = dict[str, Any]


def reports(owners: list[Manifest], images: Mapping[str, Image], scanned_at: str) -> list[Manifest]:
    """VulnerabilityReports for the pod templates of these ReplicaSets, StatefulSets and so on."""
    found = []
    for owner in owners:
        for container in _containers(owner):
            image = images[without_digest(container["image"])]
            if "os" in image.facts:
                found.append(_report(owner, container["name"], image, scanned_at))
    return found


def _containers(owner: Manifest) -> list[Manifest]:
    spec = owner["spec"]["jobTemplate"]["spec"] if owner["kind"] == "CronJob" else owner["spec"]
    pod = spec["template"]["spec"]
    return [*pod.get("initContainers", []), *pod["containers"]]


def _report(owner: Manifest, container: str, image: Image, scanned_at: str) -> Manifest:
    metadata = owner["metadata"]
    name = f"{owner['kind'].lower()}-{metadata['name']}-{container}"
    labels = {
        "trivy-operator.resource.kind": owner["kind"],
        "trivy-operator.resource.name": metadata["name"],
        "trivy-operator.resource.namespace": metadata["namespace"],
        "trivy-operator.container.name": container,
    }
    reference = {"apiVersion": owner["apiVersion"], "kind": owner["kind"], "name": metadata["name"]}
    return {
        "apiVersion": "aquasecurity.github.io/v1alpha1",
        "kind": "VulnerabilityReport",
        "metadata": {
            "name": name[:253],
            "namespace": metadata["namespace"],
            "labels": labels,
            "ownerReferences": [reference | {"uid": metadata["uid"], "controller": True, "blockOwnerDeletion": False}],
        },
        "report": _contents(image, scanned_at),
    }


def _contents(image: Image, scanned_at: str) -> Manifest:
    family, _, version = str(image.facts["os"]).removeprefix("none").partition(" ")
    fixable = image.facts.get("fixable", [])
    system: Manifest = {"family": family, "name": version}
    host, _, rest = image.repository.partition("/")
    ours = "." in host
    stale = image.facts.get("scanned") == "stale"
    return {
        "updateTimestamp": scanned_at,
        "scanner": {"name": "Trivy", "vendor": "Aqua Security", "version": VERSION},
        "registry": {"server": host} if ours else {},
        "artifact": {
            "repository": rest if ours else image.repository,
            "tag": image.tag,
            "digest": image.digest(0)[:-8] + "00000000" if stale else image.digest(0),
        },
        "os": system | ({"eosl": True} if image.facts.get("eosl") else {}),
        "summary": {
            "criticalCount": len(fixable),
            "highCount": image.facts.get("high", 0),
            "mediumCount": image.facts.get("high", 0) * 3,
            "lowCount": image.facts.get("high", 0) * 2,
            "unknownCount": 0,
        },
        "vulnerabilities": [_vulnerability(*entry) for entry in fixable],
    }


def _vulnerability(identifier: str, resource: str, installed: str, fixed: str) -> Manifest:
    return {
        "vulnerabilityID": identifier,
        "resource": resource,
        "installedVersion": installed,
        "fixedVersion": fixed,
        "severity": "CRITICAL",
        "score": 9.8,
        "title": f"{resource}: invented for this demo",
    }
