"""Secrets and ConfigMaps as server-side tables list them: names, types, counts, ages."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..objects.core import ConfigMapRow, SecretRow
from ..objects.custom import CustomResource, ExternalSecret, SecretProviderClass
from ..objects.meta import Condition
from ..objects.volumes import Volume
from .schema import OBJECT, SYSTEM, TEMPLATED, Table, count, flag, number, text
from .templates import Root

if TYPE_CHECKING:
    from . import Tables

COLUMNS = (
    *OBJECT,
    SYSTEM,
    text("type", "type of the Secret"),
    count("keys", "number of keys"),
    number("age_days", "days since creation, as coarse as the server tells it"),
    number(
        "written_days", "days since it was last written (managedFields); NA in server-side tables, which leave it out"
    ),
    text("managed_by", "what is known to manage it (External Secrets, cert-manager, Helm, …); NA if nothing is known"),
    flag(
        "labels_told",
        "its labels and owners were read, so that a manager would show; server-side tables leave them out",
    ),
)
CONFIGMAPS = (*OBJECT, SYSTEM, count("keys", "number of keys"))
EXTERNAL = (
    *OBJECT,
    SYSTEM,
    flag("synced", "condition Ready (ExternalSecret) or Synced (SealedSecret)"),
    text("reason", "the condition's reason"),
    text("target", "name of the Secret it fills"),
)
CLASSES = (
    *OBJECT,
    SYSTEM,
    text("provider", "the provider that it is for"),
    count("workloads", "workloads of its namespace whose pods mount it"),
)
_EXTERNAL, _SEALED = "externalsecrets.external-secrets.io", "sealedsecrets.bitnami.com"
CLASSES_READ = "secretproviderclasses.secrets-store.csi.x-k8s.io"
MANAGERS_READ = (_EXTERNAL, _SEALED, CLASSES_READ)
_BY_TYPE = {"helm.sh/release.v1": "Helm", "bootstrap.kubernetes.io/token": "kubeadm"}
_BY_LABEL = (
    ("reconcile.external-secrets.io/managed", "External Secrets"),
    ("reconcile.external-secrets.io/created-by", "External Secrets"),
    ("sealedsecrets.bitnami.com/sealed-secrets-key", "Sealed Secrets"),
    ("controller.cert-manager.io/fao", "cert-manager"),
    ("cert-manager.io/certificate-name", "cert-manager"),
    ("secrets-store.csi.k8s.io/managed", "Secrets Store CSI"),
    ("reflector.v1.k8s.emberstack.com/reflects", "Reflector"),
    ("replicator.v1.mittwald.de/replicated-from-version", "Replicator"),
    ("service.beta.openshift.io/originating-service-name", "OpenShift"),
)
_DRIVERS = ("secrets-store.csi.k8s.io", "secrets-store-gke.csi.k8s.io")  # the project's, and the one of GKE's add-on
_OPENSHIFT_PULL = re.compile(r".+-dockercfg-[a-z0-9]{5}")  # one for each service account, for its own registry
_AGE = re.compile(r"(?:(\d+)y)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
_DAYS = (365.0, 1.0, 1 / 24, 1 / 1440, 1 / 86_400)


def days(age: str) -> float | None:
    """kubectl's humanised age (3y12d, 26h, 5m) in days; None if it is not one."""
    match = _AGE.fullmatch(age)
    if not age or not match:
        return None
    return sum(int(part) * unit for part, unit in zip(match.groups(), _DAYS, strict=True) if part)


def build(tables: Tables) -> Iterator[tuple[Any, ...]]:
    filled = targets(tables)
    for secret in tables.snapshot.of("secrets", SecretRow):
        metadata = secret.metadata
        key = (metadata.namespace, metadata.name)
        age = tables.age_days(metadata) if metadata.creation_timestamp else days(secret.age)
        yield (
            *("Secret", *key, tables.is_system(metadata.namespace), secret.type, secret.data_count),
            *(age, _written(tables, secret), _manager(secret) or filled.get(key)),
            bool(metadata.creation_timestamp or metadata.uid or metadata.labels),
        )


def _written(tables: Tables, secret: SecretRow) -> float | None:
    times = [item.time for item in secret.metadata.field_managers or () if item.time]
    return (tables.now - max(times)).total_seconds() / 86_400 if times else None


def _manager(secret: SecretRow) -> str | None:
    labels = {**secret.metadata.annotations, **secret.metadata.labels}
    labelled = next((manager for label, manager in _BY_LABEL if label in labels), None)
    owner = next((item.kind for item in secret.metadata.owner_references), None)
    if secret.type == "kubernetes.io/dockercfg" and _OPENSHIFT_PULL.fullmatch(secret.metadata.name):
        return "OpenShift"
    return _BY_TYPE.get(secret.type) or labelled or labels.get("app.kubernetes.io/managed-by") or owner


def targets(tables: Tables) -> dict[tuple[str, str], str]:
    """Secrets that an ExternalSecret, a SealedSecret or a SecretProviderClass names as its target."""
    found = dict.fromkeys(synced_on_mount(tables), "Secrets Store CSI")
    for item in tables.snapshot.of(_EXTERNAL, ExternalSecret):
        target = item.spec.target.name or item.metadata.name
        found[item.metadata.namespace, target] = "External Secrets"
    for sealed in tables.snapshot.of(_SEALED, CustomResource):
        found[sealed.metadata.namespace, sealed.metadata.name] = "Sealed Secrets"
    return found


def synced_on_mount(tables: Tables) -> set[tuple[str, str]]:
    """Namespace and name of Secrets that exist while a pod mounts the SecretProviderClass that names them."""
    listed = tables.snapshot.of(CLASSES_READ, SecretProviderClass)
    return {(item.metadata.namespace, made.secret_name) for item in listed for made in item.spec.secret_objects}


def build_configmaps(tables: Tables) -> Iterator[tuple[Any, ...]]:
    for item in tables.snapshot.of("configmaps", ConfigMapRow):
        metadata = item.metadata
        yield ("ConfigMap", metadata.namespace, metadata.name, tables.is_system(metadata.namespace), item.data_count)


def build_external(tables: Tables) -> Iterator[tuple[Any, ...]]:
    for item in tables.snapshot.of(_EXTERNAL, ExternalSecret):
        metadata, told = item.metadata, _condition(item.status.conditions, "Ready")
        target = item.spec.target.name or metadata.name
        yield ("ExternalSecret", metadata.namespace, metadata.name, tables.is_system(metadata.namespace), *told, target)


def build_sealed(tables: Tables) -> Iterator[tuple[Any, ...]]:
    for sealed in tables.snapshot.of(_SEALED, CustomResource):
        metadata, told = sealed.metadata, _condition(sealed.conditions, "Synced")
        where = ("SealedSecret", metadata.namespace, metadata.name, tables.is_system(metadata.namespace))
        yield (*where, *told, metadata.name)


def build_classes(tables: Tables) -> Iterator[tuple[Any, ...]]:
    users: dict[tuple[str, str], set[Root]] = defaultdict(set)
    for template in tables.templates:
        for volume in template.spec.volumes:
            if name := class_of(volume):
                users[template.root.namespace, name].add(template.root)
    for item in tables.snapshot.of(CLASSES_READ, SecretProviderClass):
        metadata = item.metadata
        where = ("SecretProviderClass", metadata.namespace, metadata.name, tables.is_system(metadata.namespace))
        yield (*where, item.spec.provider or None, len(users[metadata.namespace, metadata.name]))


def class_of(volume: Volume) -> str:
    """The SecretProviderClass that a volume of the Secrets Store CSI driver names; "" for other volumes."""
    if volume.csi is None or volume.csi.driver not in _DRIVERS:
        return ""
    return volume.csi.volume_attributes.secret_provider_class


def _condition(conditions: tuple[Condition, ...], wanted: str) -> tuple[bool | None, str | None]:
    found = next((item for item in conditions if item.type == wanted), None)
    if found is None or found.status not in ("True", "False"):
        return (None, found.reason if found else None)
    return (found.status == "True", found.reason or None)


TABLE = Table(
    "secrets",
    "Secrets as server-side tables list them; read only on request.",
    COLUMNS,
    build,
    reads=("secrets",),
    optional_reads=MANAGERS_READ,
)
CONFIGMAP_TABLE = Table(
    "configmaps", "ConfigMaps as server-side tables list them.", CONFIGMAPS, build_configmaps, reads=("configmaps",)
)
EXTERNAL_TABLE = Table(
    "external_secrets",
    "ExternalSecrets, and whether they are in sync with their store.",
    EXTERNAL,
    build_external,
    reads=(_EXTERNAL,),
)
SEALED_TABLE = Table(
    "sealed_secrets",
    "SealedSecrets, and whether their controller could unseal them.",
    EXTERNAL,
    build_sealed,
    reads=(_SEALED,),
)
CLASS_TABLE = Table(
    "secret_provider_classes",
    "SecretProviderClasses of the Secrets Store CSI driver, and how many workloads mount them.",
    CLASSES,
    build_classes,
    reads=(CLASSES_READ, *TEMPLATED),
)
