"""An object that does not fit is told by type and path; nothing of it is quoted. A forged one smuggles nothing in."""

import gc
import traceback
from typing import Any

import msgspec
import pytest

from k8sready.objects.concealing import conceal
from k8sready.objects.decoding import from_manifest
from k8sready.objects.looks import look

CANARY = "c4n4ry-Zq7hunter2"


def deployment(**container: Any) -> dict[str, Any]:
    spec = {"template": {"spec": {"containers": [{"name": "c", **container}]}}}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d"}, "spec": spec}


def with_metadata(**metadata: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s", **metadata}, "stringData": {"k": CANARY}}


BROKEN = [
    deployment(env=CANARY),
    deployment(env={"PASSWORD": CANARY}),
    deployment(env=[{"name": "A", "value": {CANARY: CANARY}}]),
    deployment(env=[{"name": "A", "value": [CANARY]}]),
    deployment(ports=[{"containerPort": CANARY}]),
    deployment(securityContext={"privileged": CANARY}),
    deployment(resources={"limits": {CANARY: [CANARY]}}),
    deployment(envFrom=[{"secretRef": CANARY}]),
    with_metadata(annotations=CANARY),
    with_metadata(annotations=[CANARY]),
    with_metadata(labels={CANARY: {CANARY: CANARY}}),
    with_metadata(creationTimestamp=CANARY),
    with_metadata(ownerReferences=[{"controller": CANARY}]),
    with_metadata(managedFields=CANARY),
    with_metadata(managedFields=[CANARY]),
    {**with_metadata(), "metadata": f"managedFields {CANARY}"},
    {**deployment(), "spec": [CANARY]},
    {"apiVersion": "v1", "kind": "Pod", "spec": ["nodeName", CANARY]},
    {"apiVersion": "v1", "kind": "Pod", "spec": 5},
    {
        **with_metadata(),
        "kind": "NetworkPolicy",
        "apiVersion": "networking.k8s.io/v1",
        "spec": {"podSelector": {"matchExpressions": [{"operator": CANARY, "key": "k"}]}},
    },
]


@pytest.mark.parametrize("manifest", BROKEN)
def test_an_error_quotes_no_value(manifest: dict[str, Any]) -> None:
    try:
        from_manifest(manifest)
    except msgspec.ValidationError:
        assert CANARY not in "".join(traceback.format_exc())
    else:
        pytest.fail("it fits")


def test_an_error_says_where_and_what() -> None:
    with pytest.raises(msgspec.ValidationError, match=r"Expected `array`, got `str` - at `\$\.spec\.template"):
        from_manifest(deployment(env=CANARY))


@pytest.mark.parametrize(
    "forged",
    [
        {"kind": "text", "length": 8, "digest": CANARY},
        {"kind": CANARY, "length": 8, "digest": "0" * 16},
        {"kind": "text", "length": CANARY, "digest": "0" * 16},
        {"kind": "text", "length": 8, "digest": "0" * 16, "flag": f"-{CANARY}"},
        {"kind": "text", "length": 8, "digest": "0" * 16, "flag": "--token", "value": CANARY},
        {"kind": "text", "length": 8, "digest": "0" * 16, "flag": "--audit-log-path", "value": f"https://u:{CANARY}@h"},
        12345678901234567,
    ],
)
def test_a_value_that_looks_like_a_saved_one_smuggles_nothing_in(forged: Any) -> None:
    _, item = from_manifest(deployment(env=[{"name": "A", "value": forged}]))
    assert CANARY not in repr(item)
    assert CANARY not in str(
        msgspec.to_builtins(item, enc_hook=lambda value: repr(getattr(value, "_key", lambda: value)()))
    )


@pytest.mark.parametrize(
    "argument", [f"-p{CANARY}=", f"-p{CANARY}==", f"--password={CANARY}", f"-{CANARY}", f"--x={CANARY}"]
)
def test_a_value_attached_to_a_flag_is_no_name_of_one(argument: str) -> None:
    concealed = conceal(argument)
    assert CANARY not in f"{concealed.flag} {concealed.value}"


@pytest.mark.parametrize(
    "argument",
    [
        *("--authorization-mode=Node,RBAC", "--feature-gates=KMSv1=true,AllBeta=false", "--anonymous-auth=false"),
        *("--encryption-provider-config=/etc/kubernetes/enc.yaml", "--audit-log-maxage=30", "--audit-log-path=-"),
    ],
)
def test_what_the_control_plane_is_told_stays(argument: str) -> None:
    assert conceal(argument).value == argument.partition("=")[2]


@pytest.mark.parametrize("flag", ["--token", "-Dspring.datasource.password", "-config.file", "--log_level", "-v"])
def test_names_of_flags_stay(flag: str) -> None:
    assert conceal(f"{flag}=x").flag == flag


PARTS = ("a-", "password=", "vault:")  # of names, assignments and references


@pytest.mark.parametrize(
    "piece",
    ["x://:", ":", "a", "-----BEGIN ", "$(", "x", "eyJa.", "-", "1", "/.", "<", "x://" + ":" * 99, *PARTS],
)
def test_looking_at_a_hostile_value_costs_little(piece: str) -> None:
    assert look("x://" + piece * 100_000)
    assert look(piece * 100_000)


def test_what_was_cut_is_remembered_by_nothing() -> None:
    """Strings that repeat are looked up; under what they were no dict of this process may hold them."""
    secret = "".join(("left4", CANARY[::-1]))
    label = f"ghp_{secret * 2}".replace("-", "")
    event = {"apiVersion": "v1", "kind": "Event", "metadata": {"name": "e", "labels": {"a": label}}}
    for told in (f"password={secret}", f"https://u:{secret}@h/x", f"get https://h/x?token={secret} failed"):
        from_manifest({**event, "message": told, "reason": told})
        from_manifest(deployment(image=f"u:{secret}@registry.example/{len(told)}:1", args=[told]))
    names = [name for item in gc.get_objects() if isinstance(item, dict) for name in item if isinstance(name, str)]
    assert [name for name in names if secret in name or label in name] == []
