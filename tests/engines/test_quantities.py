"""Quantities mean, and are written back, what the real API server takes them for."""

import json
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from k8sready.engines.quantities import amount, canonical, parse
from tests.controlplane.server import ControlPlane

VALUES = [
    *[
        ("0", 0),
        ("1", 1),
        ("+1", 1),
        ("-1", -1),
        ("007", 7),
        ("1.", 1),
        (".5", "1/2"),
        ("-.5", "-1/2"),
        ("0.1", "1/10"),
    ],
    *[("250m", "1/4"), ("100u", "1/10000"), ("5n", "1/200000000"), ("2k", 2000), ("3M", 3 * 10**6), ("1G", 10**9)],
    *[("1T", 10**12), ("1P", 10**15), ("1E", 10**18), ("1Ki", 1024), ("1.5Gi", 3 * 2**29), ("2Ti", 2**41)],
    *[("1e3", 1000), ("1E3", 1000), ("1E+3", 1000), ("12e-2", "3/25"), ("1Pi", 2**50), ("1Ei", 2**60), (" 1 ", 1)],
    *[("0.1n", "1/1000000000"), ("-1e-30", "-1/1000000000"), ("100Ei", 2**63 - 1), ("Ki", 0), (".", 0), ("+", 0)],
]
INVALID = [
    *("", "K", "1K", "1ki", "1KI", "1kB", "1Mb", "1e", "1Ee3", "1e3i", "1m5", "1,5", "1 k", "--1", "1.2.3", "0x10"),
    *("١", "1e1.5", "NaN", "inf", "1i", "100%", "True", "e", "1_000", "Ei", "Pi", "e-25", "9" * 2000),
]


@pytest.mark.parametrize(("text", "value"), VALUES)
def test_a_quantity_has_this_value(text: str, value: int | str) -> None:
    assert parse(text) == Fraction(value)


@pytest.mark.parametrize("text", INVALID)
def test_what_is_no_quantity_is_refused_in_words_that_quote_it(text: str) -> None:
    with pytest.raises(ValueError, match="is not a quantity"):
        parse(text)
    assert amount(text) is None


def test_numbers_of_yaml_are_quantities_too() -> None:
    assert [parse(2), parse(0.5), parse(1e-7)] == [Fraction(2), Fraction(1, 2), Fraction(1, 10**7)]
    assert amount(None) is None


def test_hostile_exponents_cost_nothing() -> None:
    assert amount("1e999999999999") is None  # more than a float holds
    assert parse("1e-999999999999") == Fraction(1, 10**9)


_digits = st.from_regex(r"\A[0-9]{0,21}(\.[0-9]{0,12})?\Z")
_suffixes = st.sampled_from(["", *"numkMGTPE", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"]) | st.from_regex(
    r"\A[eE][+-]?[0-9]{1,2}\Z"
)
quantities = st.builds("".join, st.tuples(st.sampled_from(["", "", "+", "-"]), _digits, _suffixes)).filter(bool)


@given(quantities)
def test_the_canonical_form_has_the_same_value_and_is_its_own(text: str) -> None:
    try:
        value = parse(text)
    except ValueError:
        assert not text.lstrip("+-.")[:1].isdigit()  # without digits some suffixes are taken
        return
    written = canonical(text)
    if abs(value) < 10**21:  # above, the API server itself drops the suffix
        assert parse(written) == value
    assert canonical(written) == written


def written_back(controlplane: ControlPlane, namespace: str, texts: list[str]) -> list[str] | None:
    """The API server's form of quantities that are not negative; None where it refuses one."""
    volumes: list[Any] = [{"name": f"v{n}", "emptyDir": {"sizeLimit": text}} for n, text in enumerate(texts)]
    spec = {"containers": [{"name": "c", "image": "i"}], "volumes": volumes}
    body = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": spec}
    status, answer = controlplane.request("POST", f"/api/v1/namespaces/{namespace}/pods?dryRun=All", body)
    if status != 201:
        return None
    return [volume["emptyDir"]["sizeLimit"] for volume in json.loads(answer)["spec"]["volumes"]]


@pytest.mark.controlplane
def test_the_api_server_writes_them_back_so(controlplane: ControlPlane) -> None:
    namespace = controlplane.namespace("quantities")
    known = [text for text, _ in VALUES if not text.startswith("-")]
    assert written_back(controlplane, namespace, known) == [canonical(text) for text in known]
    chance = Random(37)
    for _ in range(60):
        texts = [made(chance) for _ in range(50)]
        assert written_back(controlplane, namespace, texts) == [canonical(text) for text in texts]


def made(chance: Random) -> str:
    """A quantity that is not negative, of any length and suffix."""
    whole = "".join(chance.choices("0012345689", k=chance.randint(0, 21)))
    part = "." + "".join(chance.choices("0012345689", k=chance.randint(0, 12))) if chance.random() < 0.5 else ""
    exponent = f"{chance.choice('eE')}{chance.choice(['', '+', '-'])}{chance.randint(0, 30)}"
    units = ["", *"numkMGTPE", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei", exponent]
    text: str = chance.choice(["", "", "+"]) + (whole or "0") + part + chance.choice(units)
    return text


@pytest.mark.controlplane
@pytest.mark.parametrize("text", [text for text in INVALID if len(text) < 100])
def test_the_api_server_refuses_them_too(controlplane: ControlPlane, text: str) -> None:
    assert written_back(controlplane, "default", [text]) is None
