"""The folder `assessment/`: the snapshot, and what was said about its cluster; never about another one.

Answers and exemptions belong to a cluster. When another cluster is put into the folder, the one before is set aside in
`earlier/<cluster>/`: its snapshot, for nobody can capture that moment again, and what was said, which comes back.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

import k8sready

from .. import answers, bundle
from ..answers import Said
from ..errors import K8sReadyError
from ..replacing import READABLE, replacing
from ..snapshot import Identity, Snapshot, save
from ..words import interface_words

SNAPSHOT, CLUSTER, EARLIER = "snapshot.k8sready", "cluster.yaml", "earlier"
_SAID = (answers.ANSWERS_FILE, answers.EXEMPTIONS_FILE)


class Folder:
    """State on disk, read anew for every change and written under a lock: notebooks may be open side by side.

    A cluster is named by its `key`; `owner` is the key of the one that the files lie open for.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def load(self) -> tuple[Snapshot, str]:
        """The saved snapshot (the demo cluster where there is none) and its cluster's key.

        Files of another cluster that lie beside it, because a change was interrupted or made by hand, are set aside.
        """
        saved = self.path / SNAPSHOT
        snapshot = k8sready.open(saved if saved.exists() else bundle.demo())
        owner, plain = self._owner(), key(snapshot.identity)
        if not owner or owner == plain or owner.startswith(f"{plain}-"):
            return snapshot, owner or plain
        with self._locked():
            self._settle(plain, owner)
        return snapshot, plain

    def said(self, cluster: str) -> Said:
        """What was said about this cluster, also while the folder lies open for another one."""
        return answers.read(self.path if self._owner() in ("", cluster) else self._aside(cluster))

    def change(self, cluster: str, change: Callable[[Said], Said]) -> Path:
        """Change what was said about the cluster, and return the folder.

        Raises:
            K8sReadyError: the folder lies open for another cluster by now; nothing was changed.
        """
        with self._locked():
            if self._owner() not in ("", cluster):
                raise K8sReadyError(f"{self.path}: {interface_words()['another_cluster']}")
            answers.write(self.path, change(answers.read(self.path)))
            self._own(cluster)
        return self.path

    def put(self, snapshot: Snapshot, cluster: str, before: str) -> Path | None:
        """Keep a snapshot; returns where the cluster before is set aside, if anything of it was on disk."""
        with self._locked():
            owner, old = self._owner() or before, self.path / SNAPSHOT
            leaves = owner != cluster and old.exists()
            if leaves:
                _move(old, self._aside(owner) / SNAPSHOT)
            save(snapshot, old)
            aside = self._settle(cluster, owner)
            return self._aside(owner) if leaves else aside

    def named(self, identity: Identity, source: str) -> str:
        """The key of a cluster that comes from a source; a snapshot that was set aside here has kept its own."""
        aside = Path(source).parent if source else Path()
        if aside.parent == (self.path / EARLIER).resolve() and aside.name.startswith(key(identity)):
            return aside.name
        return key(identity, source)

    def _settle(self, wanted: str, owner: str) -> Path | None:
        there = [name for name in _SAID if owner != wanted and (self.path / name).exists()]
        for name in there:
            _move(self.path / name, self._aside(owner) / name)
        self._own(wanted)
        for name in _SAID:
            if not (self.path / name).exists():
                _move(self._aside(wanted) / name, self.path / name)
        return self._aside(owner) if there else None

    def _aside(self, cluster: str) -> Path:
        return self.path / EARLIER / cluster

    def _owner(self) -> str:
        """Empty where nothing has said so yet."""
        try:
            content = yaml.safe_load((self.path / CLUSTER).read_text(encoding="utf-8"))
        except (OSError, yaml.YAMLError, UnicodeDecodeError):
            return ""
        owner = str(content.get("cluster", "")) if isinstance(content, dict) else ""
        return owner if re.fullmatch(r"[a-z0-9-]+", owner) else ""

    def _own(self, cluster: str) -> None:
        with replacing(self.path / CLUSTER, READABLE) as stream:
            stream.write(f"# The answers and exemptions beside this file are about:\ncluster: {cluster}\n".encode())

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            with (self.path / ".lock").open("w") as lock:
                _lock(lock.fileno())
                yield
        except OSError as error:
            told = interface_words()["not_writable"]
            raise K8sReadyError(f"{self.path}: {told} ({error.strerror or type(error).__name__})") from None


def key(identity: Identity, source: str = "") -> str:
    """What names a cluster: its UID; where there is none (manifests) all that is known, and the path it came from."""
    told = identity.uid or f"{identity.origin.value} {identity.server} {identity.name}"
    where = f"-{_digest(source)}" if source and not identity.uid else ""
    return f"{'cluster' if identity.uid else identity.origin.value}-{_digest(told)}{where}"


def _digest(text: str) -> str:
    return hashlib.sha256(os.fsencode(text)).hexdigest()[:12]


def _move(source: Path, target: Path) -> None:
    """Move a file, if it is there, in one step into a folder that may not exist yet."""
    if source.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        source.replace(target)


def _lock(handle: int) -> None:
    try:
        import fcntl
    except ImportError:  # Windows: each file is still replaced in one step
        return
    fcntl.flock(handle, fcntl.LOCK_EX)
