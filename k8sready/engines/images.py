"""Image references: registry, repository, tag, digest, as the container runtimes read them.

Source: the reference grammar of github.com/distribution/reference, and the defaults of core/v1 Container.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

DEFAULT_REGISTRY = "docker.io"
_COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_LABEL = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
_HOST = rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?"
_REFERENCE = re.compile(
    rf"(?:(?P<host>{_HOST})/)?(?P<path>{_COMPONENT}(?:/{_COMPONENT})*)"
    r"(?::(?P<tag>[\w][\w.-]{0,127}))?(?:@(?P<digest>sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128}))?",
    re.ASCII,
)
_DIGEST = re.compile(r"[a-z0-9]+:[0-9a-fA-F]{32,}")
_ID = re.compile(r"[0-9a-f]{64}")  # of a local image, no name


@dataclass(frozen=True, slots=True)
class Reference:
    """A parsed reference; `tag` and `digest` are empty where absent (no default is put in)."""

    registry: str
    repository: str
    tag: str = ""
    digest: str = ""

    @property
    def familiar(self) -> str:
        """The whole name without tag and digest, as in docker.io/library/nginx."""
        return f"{self.registry}/{self.repository}"

    @property
    def effective_tag(self) -> str:
        """The tag that is pulled: `latest` where neither tag nor digest is given."""
        return self.tag or ("" if self.digest else "latest")

    @property
    def default_pull_policy(self) -> str:
        """What the API server sets for an absent imagePullPolicy (core/v1 SetDefaults_Container).

        A tag `latest` counts even beside a digest. For an image that is no reference it sets IfNotPresent.
        """
        return "Always" if self.effective_tag == "latest" else "IfNotPresent"

    def __str__(self) -> str:
        return self.familiar + (f":{self.tag}" if self.tag else "") + (f"@{self.digest}" if self.digest else "")


@lru_cache(maxsize=65_536)
def parse(image: str) -> Reference | None:
    """The reference of an image string, or None where no runtime would take it.

    The first part is a host only if it has a dot or a colon, is `localhost`, or has an upper-case letter; names without
    a host are on docker.io, and there without a slash under library/. A host with an underscore is none to the grammar,
    which takes it for the first part of the path; the API server and containerd read it so all the same.
    """
    host, _, rest = image.partition("/")
    named = bool(rest) and ("." in host or ":" in host or host == "localhost" or host != host.lower())
    match = _REFERENCE.fullmatch(image if named else f"{DEFAULT_REGISTRY}/{image}")
    if not match:
        return None
    registry, repository, tag, digest = match.groups("")
    if not registry:
        registry, repository = repository.split("/", 1)
    registry = DEFAULT_REGISTRY if registry == "index.docker.io" else registry
    if registry == DEFAULT_REGISTRY and "/" not in repository:
        repository = f"library/{repository}"
    if len(repository) > 255 or _ID.fullmatch(image):
        return None
    return Reference(registry, repository, tag, digest)


@lru_cache(maxsize=65_536)
def digest_of(image_id: str) -> str:
    """The digest in a pod status' imageID: `repo@sha256:…`, `docker-pullable://…@sha256:…`, or a bare `sha256:…`."""
    _, _, digest = image_id.rpartition("@")
    digest = digest.rpartition("://")[2]
    return digest if _DIGEST.fullmatch(digest) else ""


@lru_cache(maxsize=65_536)
def pulled_as(image_id: str) -> str:
    """The repository in a pod status' imageID, as in `familiar`; empty for an id that only its node knows.

    A node tells one name of what it holds, maybe not the one that a pod asked for, and a digest is found in its own
    repository only. An image that was loaded by hand has the digest of its configuration, which no registry has.
    """
    reference = parse(image_id.rpartition("://")[2])
    return reference.familiar if reference and reference.digest else ""


def has_suffix(repository: str, suffix: str) -> bool:
    """Whether a repository path ends with whole parts of `suffix`; mirrors put other hosts and parts before it."""
    path, wanted = repository.lower(), suffix.lower()
    return path == wanted or path.endswith(f"/{wanted}")
