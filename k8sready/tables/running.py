"""What runs of each image, by the digests that pods tell."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache

from ..engines import images
from ..objects.pods import ContainerStatus, Pod
from .containers import members

Runs = dict[str, set[str]]  # digest → nodes


class Running:
    """Digests that run, by reference: as it is written, and as every runtime reads it (nginx:1 is docker.io/…)."""

    def __init__(self, alike: Iterable[list[Pod]]) -> None:
        self._written: dict[str, Runs] = defaultdict(lambda: defaultdict(set))
        self._named: dict[str, Runs] = defaultdict(lambda: defaultdict(set))
        self._pulled: set[tuple[str, str]] = set()  # name, and a digest told under its own repository
        for image, told, nodes in _running(alike):
            digest, name = images.digest_of(told), name_of(image)
            if digest:
                self._written[image][digest] |= nodes
                self._named[name][digest] |= nodes
                if name.startswith(f"{images.pulled_as(told)}:"):
                    self._pulled.add((name, digest))

    def written(self, image: str) -> Runs:
        """What runs under a reference that is written so."""
        return self._written.get(image, {})

    def named(self, name: str) -> Runs:
        """What runs under a name, however workloads write it."""
        return self._named.get(name, {})

    def only(self, image: str) -> str | None:
        """The digest that runs, where it is the only one and of the reference's own repository."""
        name = name_of(image)
        ran = list(self.named(name))
        return ran[0] if len(ran) == 1 and (name, ran[0]) in self._pulled else None


@lru_cache(maxsize=65_536)
def name_of(image: str) -> str:
    """A reference as every runtime reads it, the digest left out where there is a tag."""
    reference = images.parse(image)
    if reference is None:
        return image
    return f"{reference.familiar}:{reference.effective_tag}" if reference.effective_tag else str(reference)


def _running(alike: Iterable[list[Pod]]) -> Iterator[tuple[str, str, set[str]]]:
    """Image as written, image id as told, and the nodes where it runs so: once for pods of a template."""
    for pods in alike:
        written = {item.name: str(item.image) for _, item in members(pods[0].spec)}
        for statuses, nodes in _told(pods):
            for told in statuses:
                if told.image_id and told.name in written:
                    yield written[told.name], told.image_id, nodes


def _told(pods: list[Pod]) -> Iterable[tuple[tuple[ContainerStatus, ...], set[str]]]:
    """What pods tell of their containers, with their nodes (collected pods that tell the same share the objects)."""
    found: dict[tuple[int, int], tuple[tuple[ContainerStatus, ...], set[str]]] = {}
    for pod in pods:
        status = pod.status
        own, first = status.container_statuses, status.init_container_statuses
        known = found.get((id(own), id(first)))
        if known is None:
            known = found[id(own), id(first)] = ((*own, *first), set())
        known[1].add(pod.node_name)
    return found.values()
