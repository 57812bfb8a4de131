"""What metrics of the API server prove about encryption, and what they leave open."""

from collections.abc import Callable

import pytest

from k8sready.sources.evidence import encryption_fact
from k8sready.sources.paging import Response

KMS, AES = "k8s:enc:kms:v2:vault:", "k8s:enc:aescbc:v1:key1:"


def series(prefix: str, count: str = "3", kind: str = "to_storage", resource: str = "secrets") -> str:
    labels = {"resource": resource, "status": "OK", "transformation_type": kind, "transformer_prefix": prefix}
    written = ",".join(f'{name}="{value}"' for name, value in labels.items() if value)
    return f"apiserver_storage_transformation_operations_total{{{written}}} {count}\n"


def answering(status: int, body: str) -> Callable[..., Response]:
    return lambda *_, **__: Response(status, body.encode())


@pytest.mark.parametrize(
    ("lines", "fact"),
    [
        ([], ""),  # no write since the start, or no encryption: nobody knows
        ([series(KMS)], "k8s:enc:kms:v2"),
        ([series(AES)], "k8s:enc:aescbc:v1"),  # without the name of the key
        ([series(KMS, "1e+06")], "k8s:enc:kms:v2"),
        ([series(KMS, resource="")], "k8s:enc:kms:v2"),  # before resources were told
        ([series(KMS, "0")], ""),
        ([series(KMS, kind="from_storage")], ""),  # what is read was written by somebody earlier
        ([series(KMS, resource="configmaps")], ""),
        ([series("identity")], "identity"),
        ([series("")], "identity"),
        ([series(KMS), series("identity")], "identity"),  # while it is being introduced
        ([series(KMS), series(AES)], "k8s:enc:aescbc:v1"),
        (["apiserver_request_total{} 3\n", series(KMS)], "k8s:enc:kms:v2"),
    ],
)
def test_only_writes_of_secrets_tell_how_they_are_stored(lines: list[str], fact: str) -> None:
    assert encryption_fact(answering(200, "# HELP a line for people\n" + "".join(lines))) == fact


def test_metrics_that_may_not_be_read_tell_nothing() -> None:
    assert encryption_fact(answering(403, series(KMS))) == ""
