"""Selectors select what the API server selects, written as objects, as strings, and through the index."""

import json
from random import Random
from urllib.parse import quote

import pytest

from k8sready.engines.selector_strings import SelectorError, parse_fields, parse_labels
from k8sready.engines.selectors import SelectorIndex, matches, of_labels
from k8sready.objects.meta import LabelSelector, Operator, Requirement
from tests.controlplane.server import ControlPlane

KEYS, VALUES = ("app", "tier", "k8s.io/part-of"), ("a", "b", "7", str(2**63), "")


def labels(random: Random) -> dict[str, str]:
    return {key: random.choice(VALUES) for key in KEYS if random.random() < 0.6}


def selector(random: Random) -> LabelSelector:
    wanted = {random.choice(KEYS): random.choice(VALUES)} if random.random() < 0.5 else {}
    requirements = []
    for _ in range(random.randint(0, 2)):
        operator = random.choice(list(Operator))
        valued = operator in (Operator.IN, Operator.NOT_IN)
        values = tuple(random.sample(VALUES, random.randint(1, 3))) if valued else ()
        requirements.append(Requirement(key=random.choice(KEYS), operator=operator, values=values))
    return LabelSelector(match_labels=wanted, match_expressions=tuple(requirements))


def naive(chosen: LabelSelector, own: dict[str, str]) -> bool:
    """apimachinery's Requirement.Matches, one case after the other."""
    for key, value in chosen.match_labels.items():
        if own.get(key) != value:
            return False
    for item in chosen.match_expressions:
        if item.operator is Operator.IN and not (item.key in own and own[item.key] in item.values):
            return False
        if item.operator is Operator.NOT_IN and item.key in own and own[item.key] in item.values:
            return False
        if item.operator is Operator.EXISTS and item.key not in own:
            return False
        if item.operator is Operator.DOES_NOT_EXIST and item.key in own:
            return False
    return True


def written(chosen: LabelSelector) -> str:
    parts = [f"{key}={value}" for key, value in chosen.match_labels.items()]
    signs = {Operator.EXISTS: "{0}", Operator.DOES_NOT_EXIST: "!{0}", Operator.IN: "{0} in ({1})"}
    signs[Operator.NOT_IN] = "{0} notin ({1})"
    parts += [signs[item.operator].format(item.key, ",".join(item.values)) for item in chosen.match_expressions]
    return ",".join(parts)


@pytest.mark.parametrize("seed", range(30))
def test_object_string_and_index_agree_with_a_naive_matcher(seed: int) -> None:
    random = Random(seed)
    items = [(f"n{random.randrange(3)}", labels(random)) for _ in range(60)]
    index = SelectorIndex(items)
    for _ in range(30):
        chosen = selector(random)
        terms = parse_labels(written(chosen))
        for space in (None, "n0", "n1", "absent"):
            wanted = [at for at, (name, own) in enumerate(items) if naive(chosen, own) and space in (None, name)]
            assert index.positions(chosen, space) == wanted
            assert index.bits(chosen, space) == sum(1 << at for at in wanted)
        for _, own in items:
            assert matches(chosen, own) == terms.matches(own) == naive(chosen, own)


@pytest.mark.parametrize(
    "requirement",
    [
        Requirement(key="a", operator="Bogus"),
        Requirement(key="a", operator=Operator.IN),
        Requirement(key="a", operator=Operator.NOT_IN),
        Requirement(key="a", operator=Operator.EXISTS, values=("x",)),
        Requirement(key="", operator=Operator.DOES_NOT_EXIST),
        Requirement(key="a b", operator=Operator.DOES_NOT_EXIST),
        Requirement(key="a", operator=Operator.NOT_IN, values=("-",)),
    ],
)
def test_what_the_api_server_rejects_selects_nothing(requirement: Requirement) -> None:
    chosen = LabelSelector(match_expressions=(requirement,))
    assert not matches(chosen, {})
    assert not matches(chosen, {"a": "x"})
    assert SelectorIndex([("n", {}), ("n", {"a": "x"})]).positions(chosen, "n") == []
    assert SelectorIndex([("n", {}), ("n", {"a": "x"})]).bits(chosen) == 0


def test_unique_labels_cost_no_memory_per_object_squared() -> None:
    index = SelectorIndex([("n", {"pod": str(at)}) for at in range(100_000)])
    assert index.positions(of_labels({"pod": "77777"}), "n") == [77777]


def test_field_selectors() -> None:
    chosen = parse_fields("metadata.name=web,status.phase!=Running")
    assert chosen.matches({"metadata.name": "web", "status.phase": "Failed"})
    assert not chosen.matches({"metadata.name": "web", "status.phase": "Running"})
    assert parse_fields(r"a=b\,c\=d").matches({"a": "b,c=d"})
    with pytest.raises(SelectorError):
        parse_fields("nonsense")


STRINGS = (
    *("", " ", "app", "!app", "! app", "app=", "app==a", "app = a", "app!=a", "app!=", "app in (a)", "app in (a,)"),
    *("app in (,)", "app in ()", "app notin (a, b)", "tier>5", "tier<9", "tier>x", "app in a", "app in (a b)", "app,"),
    *(",app", "app,,tier", "=a", "app=a=b", "app===a", "!app=a", "in", "in in (in)", "notin=a", "app=in", "app in(a)"),
    *("a/b/c", "-app", "app=-", "app=a,tier", "app notin ()", "k8s.io/part-of", "app in (a,,b)", "app>", "!", "!!app"),
    *("app in (a", "app)", "app=(a)", "app\t=\na", "tier>05", "tier>-1", "tier>+1", "app != a , !tier", "app=a b"),
    *(f"tier{sign}{bound}" for sign in "<>" for bound in (2**63 - 1, 2**63, -(2**63), -(2**63) - 1, f"{0:030}5")),
)


@pytest.mark.controlplane
def test_strings_are_read_as_by_the_api_server(controlplane: ControlPlane) -> None:
    random, space = Random(1), controlplane.namespace()
    path = f"/api/v1/namespaces/{space}/configmaps"
    own = {f"c{at}": labels(random) for at in range(25)}
    posts = [
        ("POST", path, {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "labels": found}})
        for name, found in own.items()
    ]
    assert {status for status, _ in controlplane.requests(posts)} == {201}
    texts = [*STRINGS, *(written(selector(random)) for _ in range(300))]
    answers = controlplane.requests([("GET", f"{path}?labelSelector={quote(text)}", None) for text in texts])
    for text, (status, body) in zip(texts, answers, strict=True):
        try:
            chosen = parse_labels(text)
        except SelectorError:
            assert status == 400, text
            continue
        assert status == 200, (text, body)
        listed = {item["metadata"]["name"] for item in json.loads(body)["items"]} - {"kube-root-ca.crt"}
        assert listed == {name for name, found in own.items() if chosen.matches(found)}, text
