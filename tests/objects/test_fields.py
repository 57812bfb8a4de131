"""Every declared field either cuts credentials while decoding, or is listed here with what it may hold."""

from collections.abc import Iterator
from datetime import datetime
from enum import Enum
from typing import Any, get_args, get_origin, get_type_hints

import msgspec
import pytest

from k8sready.objects import kinds
from k8sready.objects.base import Object
from k8sready.objects.decoding import decode_hook
from k8sready.objects.redaction import Annotations, Concealed, ImageName, ServerAddress, Text

CANARY = "c4n4ry-Zq7hunter2"
CUTTING = (Text, ImageName, ServerAddress, Concealed, Annotations)
# Names, enums and numbers, which the API server holds to a grammar of letters; nobody keeps a credential in them.
NAMES = frozenset(
    (
        *(
            "name",
            "namespace",
            "kind",
            "api_version",
            "api_group",
            "group",
            "version",
            "uid",
            "resource",
            "resources",
            "plural",
        ),
        *(
            "api_groups",
            "api_versions",
            "resource_names",
            "non_resource_urls",
            "verbs",
            "operations",
            "usages",
            "field_path",
        ),
        *(
            "field_ref",
            "finalizers",
            "secret_name",
            "claim_name",
            "volume_name",
            "service_name",
            "policy_name",
            "topology_key",
        ),
        *(
            "service_account_name",
            "priority_class_name",
            "runtime_class_name",
            "storage_class_name",
            "ingress_class_name",
        ),
        *(
            "gateway_class_name",
            "signer_name",
            "secret_provider_class",
            "driver",
            "provisioner",
            "provider",
            "controller",
        ),
        *("handler", "project", "manager", "subresource", "username", "node_name", "prefix", "key", "container_name"),
        *("same_labels", "not_same_labels"),
        *(
            "target_container_name",
            "named_port",
            "destination_named_port",
            "port",
            "target_port",
            "service",
            "app_protocol",
        ),
        *("vendor", "family", "vulnerability_id", "installed_version", "fixed_version", "tag", "digest", "revision"),
    )
)
ENUMS = frozenset(
    (
        *(
            "type",
            "status",
            "phase",
            "operation",
            "scope",
            "scopes",
            "scope_name",
            "failure_policy",
            "match_policy",
            "side_effects",
            "action",
        ),
        *(
            "reinvocation_policy",
            "admission_review_versions",
            "validation_actions",
            "parameter_not_found_action",
            "protocol",
        ),
        *(
            "image_pull_policy",
            "pull_policy",
            "restart_policy",
            "proc_mount",
            "add",
            "drop",
            "operator",
            "effect",
            "scheme",
        ),
        *(
            "when_unsatisfiable",
            "persistent_volume_reclaim_policy",
            "access_modes",
            "address_type",
            "policy_types",
            "tier",
        ),
        *("concurrency_policy", "mode", "severity", "operating_system", "architecture", "level", "role", "user"),
    )
)
SHAPED = {
    "addresses and ranges": {
        "cidr",
        "pod_cidrs",
        "external_ips",
        "load_balancer_source_ranges",
        "load_balancer_ip",
        "except_",
    }
    | {"ip", "pod_ip", "host_ip", "cluster_ip", "address", "addresses", "networks", "domain_names"},
    "quantities, times and versions": {
        "capacity",
        "allocatable",
        "hard",
        "used",
        "requests",
        "limits",
        "default",
        "min",
        "max",
    }
    | {"default_request", "max_surge", "max_unavailable", "min_available", "schedule", "refresh_interval", "age"}
    | {"kubelet_version", "container_runtime_version", "os_image", "kernel_version", "provider_id"},
    "paths on a node or in a container": {"path", "mount_path", "localhost_profile", "audience", "run_as_user_name"},
    "labels, taints and what selects them; stand-ins while the object is made": {
        "labels",
        "match_labels",
        "selector",
        "node_selector",
    }
    | {"values", "value"},
}
LISTED = NAMES | ENUMS | {name for names in SHAPED.values() for name in names}


def structs(base: type[Object] = Object) -> Iterator[type[Object]]:
    for struct in base.__subclasses__():
        if struct.__module__.startswith("k8sready.objects"):
            yield struct
            yield from structs(struct)


def leaves(declared: Any) -> Iterator[Any]:
    parts = get_args(declared)
    if parts:
        for part in parts:
            yield from leaves(part)
    else:
        yield declared


FIELDS = [(struct, name, declared) for struct in structs() for name, declared in get_type_hints(struct).items()]
PLAIN = [(struct, name) for struct, name, declared in FIELDS if str in leaves(declared) or Any in leaves(declared)]


def test_a_field_of_plain_text_is_one_of_those_that_hold_no_credential() -> None:
    assert sorted(f"{struct.__name__}.{name}" for struct, name in PLAIN if name not in LISTED) == []
    assert {name for _, name in PLAIN} >= LISTED - {"container_name"}


def test_nothing_is_kept_undecoded() -> None:
    assert [name for _, name, declared in FIELDS if {Any, msgspec.Raw, object, bytes} & set(leaves(declared))] == []


@pytest.mark.parametrize("kind", kinds.KINDS, ids=lambda kind: kind.key)
def test_a_canary_in_every_cutting_field_of_a_kind_is_cut(kind: kinds.Kind) -> None:
    manifest = filled(kind.struct)
    assert msgspec.json.encode(manifest).count(CANARY.encode()) > 0
    item = msgspec.convert(manifest, kind.struct, dec_hook=decode_hook)
    assert CANARY not in repr(item)


def filled(declared: Any) -> Any:
    """A value of a type that holds the canary wherever a cutting type stands."""
    if isinstance(declared, type) and issubclass(declared, Object):
        hints = get_type_hints(declared)
        return {field.encode_name: filled(hints[field.name]) for field in msgspec.structs.fields(declared)}
    if declared is Annotations:
        return {
            "kubectl.kubernetes.io/last-applied-configuration": CANARY,
            "x.istio.io/y": CANARY,
            "example.com/x": CANARY,
        }
    if declared in CUTTING:
        return CANARY if declared is Concealed else f"https://u:{CANARY}@h/x?token={CANARY} password={CANARY}"
    parts = [part for part in get_args(declared) if part is not type(None)]
    if get_origin(declared) is tuple:
        return [filled(parts[0])]
    if get_origin(declared) is dict:
        return {"k": filled(parts[1])}
    if parts:
        return filled(parts[0])
    return next(iter(declared)).value if issubclass(declared, Enum) else SAMPLES[declared]


SAMPLES: dict[Any, Any] = {str: "x", int: 1, bool: True, float: 1.0, datetime: "2026-11-24T10:00:00Z"}
