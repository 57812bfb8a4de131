"""Nodes, and the images that they report."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..engines import images, quantities
from ..objects.core import Node
from .schema import NAME, Table, count, flag, number, text

if TYPE_CHECKING:
    from . import Tables

COLUMNS = (
    NAME,
    text("kubelet", "kubelet version"),
    text("runtime", "container runtime and version"),
    text("os_image", "operating system of the node"),
    text("architecture", "processor architecture"),
    flag("ready", "condition Ready"),
    flag("schedulable", "not cordoned"),
    count("taints", "number of taints"),
    number("cpu", "allocatable cores"),
    number("memory", "allocatable bytes"),
    count("images", "images it reports (at most 50 unless its kubelet says otherwise, largest first)"),
)
IMAGE_COLUMNS = (
    text("node", "name of the node"),
    text("name", "one of the image's names, a tag where there is one"),
    text("digest", "digest, if a name has one"),
    number("size_bytes", "size as the container runtime tells it"),
    text("size_kind", "compressed (containerd) or unpacked (CRI-O, Docker), which cannot be compared; else NA"),
)


def build(tables: Tables) -> Iterator[tuple[Any, ...]]:
    for node in tables.snapshot.of("nodes", Node):
        info, status = node.status.node_info, node.status
        ready = next((item.status == "True" for item in status.conditions if item.type == "Ready"), None)
        yield (
            *(
                node.metadata.name,
                info.kubelet_version,
                info.container_runtime_version,
                info.os_image,
                info.architecture,
            ),
            *(ready, not node.spec.unschedulable, len(node.spec.taints)),
            *(quantities.amount(status.allocatable.get(name)) for name in ("cpu", "memory")),
            len(status.images),
        )


_SIZE_KINDS = {"containerd": "compressed", "cri-o": "unpacked", "docker": "unpacked"}


def size_kind(runtime: str) -> str | None:
    """What a runtime's image size means (containerd#9261); None for runtimes of which it is not known."""
    return _SIZE_KINDS.get(runtime.partition("://")[0])


def build_images(tables: Tables) -> Iterator[tuple[Any, ...]]:
    for node in tables.snapshot.of("nodes", Node):
        kind = size_kind(node.status.node_info.container_runtime_version)
        for image in node.status.images:
            names = [str(name) for name in image.names]
            tagged = [name for name in names if "@" not in name]
            digests = [images.digest_of(name) for name in names if "@" in name]
            name = (tagged or names or [""])[0]
            yield (node.metadata.name, name, digests[0] if digests else None, float(image.size_bytes), kind)


TABLE = Table("nodes", "Nodes: one row each.", COLUMNS, build, reads=("nodes",))
IMAGES = Table("node_images", "Images as nodes report them.", IMAGE_COLUMNS, build_images, reads=("nodes",))
