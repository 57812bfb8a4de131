"""Who uses which secret, and how; never what is in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..objects.containers import Container
from ..objects.core import ServiceAccount
from ..objects.routes import Gateway, Ingress
from ..objects.volumes import Volume
from ..snapshot import Origin
from .containers import is_injected, members
from .file_owners import FILE_OWNER, NAMESPACES, assigning, file_owner
from .schema import CONTAINER, OBJECT, SYSTEM, TEMPLATED, Table, count, flag, text
from .secrets import MANAGERS_READ, class_of, synced_on_mount, targets
from .templates import Template

if TYPE_CHECKING:
    from . import Tables

COLUMNS = (
    *OBJECT,
    CONTAINER,
    text("role", "init, sidecar, main or ephemeral; NA where no container is concerned"),
    SYSTEM,
    text("how", "env, envFrom, volume, projected, csi, imagePullSecret, serviceAccount, ingress, gateway"),
    text("secret", "name of the Secret; NA where a SecretProviderClass stands in its place"),
    text("provider_class", "SecretProviderClass that a CSI volume names; NA otherwise"),
    text("variable", "environment variable it fills; NA otherwise"),
    text("key", "key of the Secret, where one is named"),
    text("volume", "name of the volume"),
    text("mount_path", "where the container mounts it; NA where nothing does"),
    flag("read_only", "the mount says readOnly: true"),
    count("mode", "permissions that some file of the volume has, all together (decimal): items count with their own"),
    flag("own_modes", "some items of the volume have modes of their own"),
    flag("optional", "the pod starts without it"),
    *FILE_OWNER,
    count("pods", "running pods of the template"),
    flag("on_mount", "a SecretProviderClass makes the Secret, while a pod mounts that class"),
    flag("to_come", "manifests hold an ExternalSecret, a SealedSecret or a mark of cert-manager that makes the Secret"),
)
_Facts = tuple[
    Any, ...
]  # how, secret, provider_class, variable, key, volume, mount_path, read_only, mode, own_modes, optional
_DEFAULT_MODE = 0o644


@dataclass(frozen=True, slots=True)
class _Source:
    """A volume's source of secrets."""

    how: str
    secret: str | None
    provider_class: str | None = None
    mode: int | None = None
    own_modes: bool = False
    optional: bool = False

    def facts(self, *mounted: Any) -> _Facts:
        """Facts of a mount: (volume, mount path, read-only)."""
        named = (self.how, self.secret, self.provider_class, None, None)
        return (*named, *mounted, self.mode, self.own_modes, self.optional)


def build(tables: Tables) -> Iterator[_Facts]:
    made, to_come = synced_on_mount(tables), _to_come(tables)
    for where, facts, held in (*_of_templates(tables), *_of_others(tables)):
        key = (where[1], facts[1])
        yield (*where, *facts, *held, key in made, key in to_come)


def _to_come(tables: Tables) -> set[tuple[str, str]]:
    """Secrets that controllers make of what a folder of manifests holds; in a cluster they are there, or missing."""
    if tables.snapshot.identity.origin is not Origin.MANIFESTS:
        return set()
    listed = tables.snapshot.of("ingresses.networking.k8s.io", Ingress)
    issued = [item for item in listed if not _ISSUING.isdisjoint(item.metadata.annotations)]
    certified = {(item.metadata.namespace, tls.secret_name) for item in issued for tls in item.spec.tls}
    return certified | targets(tables).keys()


_ISSUING = frozenset({"cert-manager.io/issuer", "cert-manager.io/cluster-issuer", "kubernetes.io/tls-acme"})
_Parts = tuple[_Facts, _Facts, _Facts]  # which container, the facts, its pod


def _of_templates(tables: Tables) -> Iterator[_Parts]:
    assigned = assigning(tables.snapshot)
    for template in tables.templates:
        root, system, owner = template.root, tables.is_system(template.root.namespace), file_owner(template, assigned)
        injected = {item.name: is_injected(tables, template, role, item.name) for role, item in members(template.spec)}
        for role, name, facts in _of_template(template):
            where = (root.kind, root.namespace, root.name, name, role, system)
            yield where, facts, (injected.get(name), *owner, template.pods)


def _of_template(template: Template) -> Iterator[tuple[str | None, str, _Facts]]:
    volumes = {volume.name: tuple(_secrets_of(volume)) for volume in template.spec.volumes}
    mounted: set[str] = set()
    for role, container in members(template.spec):
        for facts in _of_environment(container):
            yield role, container.name, facts
        for mount in container.volume_mounts:
            mounted.add(mount.name)
            for source in volumes.get(mount.name, ()):
                yield role, container.name, source.facts(mount.name, mount.mount_path, mount.read_only)
    for name, sources in volumes.items():
        for source in sources if name not in mounted else ():
            yield None, "", source.facts(name, None, None)
    for reference in template.spec.image_pull_secrets:
        yield None, "", _Source("imagePullSecret", reference.name).facts(None, None, None)


def _of_environment(container: Container) -> Iterator[_Facts]:
    for variable in container.env:
        key = variable.value_from.secret_key_ref if variable.value_from else None
        if key is not None:
            yield ("env", key.name, None, variable.name, key.key, *(None,) * 5, key.optional)
    for source in container.env_from:
        if source.secret_ref is not None:
            yield ("envFrom", source.secret_ref.name, *(None,) * 8, source.secret_ref.optional)


def _secrets_of(volume: Volume) -> Iterator[_Source]:
    if volume.secret is not None:
        own, default = volume.secret, volume.secret.default_mode
        modes = [item.mode for item in own.items]
        yield _Source("volume", own.secret_name, None, _widest(modes, default), any(modes), own.optional)
    for source in volume.projected.sources if volume.projected else ():
        if source.secret is not None and volume.projected:
            projected, modes = source.secret, [item.mode for item in source.secret.items]
            mode = _widest(modes, volume.projected.default_mode)
            yield _Source("projected", projected.name, None, mode, any(modes), projected.optional)
    if volume.csi is not None and (volume.csi.node_publish_secret_ref or class_of(volume)):
        login = volume.csi.node_publish_secret_ref
        yield _Source("csi", login.name if login else None, class_of(volume) or None)


def _widest(modes: list[int | None], default: int | None) -> int:
    """Every permission bit that some file has; an item without a mode has the volume's, and that is 0644 if unset."""
    own = _DEFAULT_MODE if default is None else default
    bits = 0
    for mode in modes or [own]:
        bits |= own if mode is None else mode
    return bits


def _of_others(tables: Tables) -> Iterator[_Parts]:
    snapshot = tables.snapshot
    for account in snapshot.of("serviceaccounts", ServiceAccount):
        for reference in account.image_pull_secrets:
            yield _other(
                tables,
                "ServiceAccount",
                account.metadata.namespace,
                account.metadata.name,
                "serviceAccount",
                reference.name,
            )
    for ingress in snapshot.of("ingresses.networking.k8s.io", Ingress):
        for name in sorted({tls.secret_name for tls in ingress.spec.tls if tls.secret_name}):
            yield _other(tables, "Ingress", ingress.metadata.namespace, ingress.metadata.name, "ingress", name)
    for gateway in snapshot.of("gateways.gateway.networking.k8s.io", Gateway):
        space = gateway.metadata.namespace
        references = [ref for item in gateway.spec.listeners if item.tls for ref in item.tls.certificate_refs]
        own = {ref.name for ref in references if ref.kind in ("", "Secret") and ref.namespace in ("", space)}
        for name in sorted(own):
            yield _other(tables, "Gateway", space, gateway.metadata.name, "gateway", name)


def _other(tables: Tables, kind: str, namespace: str, name: str, how: str, secret: str) -> _Parts:
    where = (kind, namespace, name, "", None, tables.is_system(namespace))
    return where, (how, secret, *(None,) * 8, False), (*(None,) * len(FILE_OWNER), 0)


TABLE = Table(
    "secret_references",
    "Who uses which secret, and how: one row per container and reference; also service accounts, ingresses, gateways.",
    COLUMNS,
    build,
    reads=TEMPLATED,
    optional_reads=(
        "serviceaccounts",
        "ingresses.networking.k8s.io",
        "gateways.gateway.networking.k8s.io",
        *MANAGERS_READ,
    ),
    hints=(NAMESPACES,),
)
