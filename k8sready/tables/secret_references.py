"""Who uses which secret, and how; never what is in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..objects.containers import Container
from ..objects.core import ServiceAccount
from ..objects.network import Gateway, Ingress
from ..objects.volumes import Volume
from .containers import members
from .schema import CONTAINER, OBJECT, SYSTEM, TEMPLATED, Table, count, flag, text
from .templates import Template

if TYPE_CHECKING:
    from . import Tables

COLUMNS = (
    *OBJECT,
    CONTAINER,
    text("role", "init, sidecar, main or ephemeral; NA where no container is concerned"),
    SYSTEM,
    text("how", "env, envFrom, volume, projected, csi, imagePullSecret, serviceAccount, ingress, gateway"),
    text("secret", "name of the Secret"),
    text("variable", "environment variable it fills; NA otherwise"),
    text("key", "key of the Secret, where one is named"),
    text("volume", "name of the volume"),
    text("mount_path", "where the container mounts it; NA where nothing does"),
    flag("read_only", "the mount says readOnly: true"),
    count("default_mode", "file mode of the volume (decimal); NA means the default, 0644"),
    flag("optional", "the pod starts without it"),
    count("pods", "running pods of the template"),
)
_Facts = tuple[Any, ...]  # how, secret, variable, key, volume, mount_path, read_only, default_mode, optional


def build(tables: Tables) -> Iterator[_Facts]:
    for template in tables.templates:
        root = template.root
        system = tables.is_system(root.namespace)
        for role, container, facts in _of_template(template):
            yield (root.kind, root.namespace, root.name, container, role, system, *facts, template.pods)
    yield from _of_others(tables)


def _of_template(template: Template) -> Iterator[tuple[str | None, str, _Facts]]:
    volumes = {volume.name: tuple(_secrets_of(volume)) for volume in template.spec.volumes}
    mounted: set[str] = set()
    for role, container in members(template.spec):
        for facts in _of_environment(container):
            yield role, container.name, facts
        for mount in container.volume_mounts:
            mounted.add(mount.name)
            for how, secret, mode, optional in volumes.get(mount.name, ()):
                where = (mount.name, mount.mount_path, mount.read_only)
                yield role, container.name, (how, secret, None, None, *where, mode, optional)
    for name, sources in volumes.items():
        for how, secret, mode, optional in sources if name not in mounted else ():
            yield None, "", (how, secret, None, None, name, None, None, mode, optional)
    for reference in template.spec.image_pull_secrets:
        yield None, "", ("imagePullSecret", reference.name, *(None,) * 6, False)


def _of_environment(container: Container) -> Iterator[_Facts]:
    for variable in container.env:
        key = variable.value_from.secret_key_ref if variable.value_from else None
        if key is not None:
            yield ("env", key.name, variable.name, key.key, *(None,) * 4, key.optional)
    for source in container.env_from:
        if source.secret_ref is not None:
            yield ("envFrom", source.secret_ref.name, *(None,) * 6, source.secret_ref.optional)


def _secrets_of(volume: Volume) -> Iterator[tuple[str, str, int | None, bool]]:
    if volume.secret is not None:
        yield ("volume", volume.secret.secret_name, volume.secret.default_mode, volume.secret.optional)
    for source in volume.projected.sources if volume.projected else ():
        if source.secret is not None and volume.projected:
            yield ("projected", source.secret.name, volume.projected.default_mode, source.secret.optional)
    if volume.csi is not None and volume.csi.node_publish_secret_ref is not None:
        yield ("csi", volume.csi.node_publish_secret_ref.name, None, False)


def _of_others(tables: Tables) -> Iterator[_Facts]:
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
        references = [ref for item in gateway.spec.listeners if item.tls for ref in item.tls.certificate_refs]
        for name in sorted({ref.name for ref in references if ref.kind in ("", "Secret") and not ref.namespace}):
            yield _other(tables, "Gateway", gateway.metadata.namespace, gateway.metadata.name, "gateway", name)


def _other(tables: Tables, kind: str, namespace: str, name: str, how: str, secret: str) -> _Facts:
    where = (kind, namespace, name, "", None, tables.is_system(namespace))
    return (*where, how, secret, *(None,) * 6, False, 0)


TABLE = Table(
    "secret_references",
    "Who uses which secret, and how: one row per container and reference; also service accounts, ingresses, gateways.",
    COLUMNS,
    build,
    reads=(*TEMPLATED, "serviceaccounts", "ingresses.networking.k8s.io"),
    optional_reads=("gateways.gateway.networking.k8s.io",),
)
