"""What the API server refuses opens nothing, and the engine knows what it refuses."""

import json
from random import Random
from typing import Any

import msgspec
import pytest

from k8sready.engines.netpol import Address, Cluster, Matrix
from k8sready.engines.netpol.network_policies import RefusedError, rules_of
from k8sready.objects.decoding import from_manifest
from k8sready.objects.network import NetworkPolicy
from tests.controlplane.server import ControlPlane

from . import naive
from .generators import Manifest, State, cluster, ends, state
from .odd_policies import odd_policy

_PATH = "/apis/networking.k8s.io/v1/namespaces/default/networkpolicies?dryRun=All"
_LEGACY = ("10.0.0.1/8", "010.0.0.0/8", "10.0.0.0/08", "::ffff:10.0.0.0/104", "2001:db8::1/32")


def policy_of(manifest: Manifest) -> NetworkPolicy | None:
    """None where a field has a type or a word that cannot be read at all."""
    try:
        found = from_manifest(manifest)[1]
    except msgspec.ValidationError:
        return None
    assert isinstance(found, NetworkPolicy)
    return found


def refused(manifest: Manifest) -> bool:
    found = policy_of(manifest)
    if found is None:
        return True
    try:
        rules_of(found)
    except RefusedError:
        return True
    return False


def with_policy(found: State, manifest: Manifest) -> Cluster:
    return cluster({**found, "policies": [*found["policies"], manifest]})


@pytest.mark.parametrize("seed", range(100))
def test_an_odd_policy_breaks_nothing_and_opens_nothing_if_it_is_refused(seed: int) -> None:
    random = Random(seed)
    found, odd = state(seed, pods=4, policies=3, ipv6=True), odd_policy(random, seed)
    if policy_of(odd) is None:
        return
    without, with_it = cluster(found), with_policy(found, odd)
    matrix, after = Matrix(without), Matrix(with_it)
    said = {**found, "policies": [*found["policies"], odd]}
    for plain, source in ends(found, without, ipv6=True):
        for other, destination in ends(found, without, ipv6=True):
            if source is destination or (isinstance(source, Address) and isinstance(destination, Address)):
                continue
            if refused(odd):
                opened = after.between(source, destination).possible - matrix.between(source, destination).certain
                assert not opened, (odd, source, destination)
                continue
            for port, protocol in ((80, "TCP"), (443, "UDP"), (79, "SCTP")):
                expected = naive.allowed(said, plain, other, port, protocol, True)
                assert with_it.allowed(source, destination, port, protocol).allowed is expected, (odd, plain, other)


def test_odd_policies_are_of_both_sorts() -> None:
    sorts = [refused(odd_policy(Random(seed), seed)) for seed in range(300)]
    assert 60 < sum(sorts) < 240


@pytest.mark.controlplane
def test_the_api_server_refuses_the_same_policies(controlplane: ControlPlane) -> None:
    made = [odd_policy(Random(seed), seed) for seed in range(1500)]
    for item in made:
        item["metadata"]["namespace"] = "default"
    answers = controlplane.requests([("POST", _PATH, item) for item in made])
    for item, (status, body) in zip(made, answers, strict=True):
        assert status in (201, 422), (status, body)
        assert refused(item) is (status == 422), (item["spec"], body)


@pytest.mark.controlplane
@pytest.mark.parametrize("cidr", _LEGACY)
def test_cidrs_that_only_older_servers_store_are_read_as_those_read_them(controlplane: ControlPlane, cidr: str) -> None:
    """StrictIPCIDRValidation (on by default since 1.36) refuses new ones; those that are stored stay as they are."""
    rule: dict[str, Any] = {"from": [{"ipBlock": {"cidr": cidr}}]}
    manifest = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "p", "namespace": "default"},
        "spec": {"podSelector": {}, "ingress": [rule]},
    }
    status, body = controlplane.request("POST", _PATH, manifest)
    assert (status, "must not have" in json.loads(body)["message"]) == (422, True), body
    assert not refused(manifest)


@pytest.mark.parametrize("cidr", _LEGACY)
def test_the_bits_behind_a_prefix_do_not_count(cidr: str) -> None:
    pod: Manifest = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "namespace": "n"}, "spec": {}}
    rule = {"from": [{"ipBlock": {"cidr": cidr}}]}
    spec = {"podSelector": {}, "ingress": [rule]}
    policy = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "p", "namespace": "n"},
        "spec": spec,
    }
    frozen = cluster({"pods": [pod], "namespaces": [], "policies": [policy]})
    inside = {"10.200.0.1", "::ffff:10.1.2.3"} if "10" in cidr else {"2001:db8:ffff::7"}
    for ip in ("10.200.0.1", "::ffff:10.1.2.3", "2001:db8:ffff::7", "11.0.0.1", "::ffff:11.0.0.1", "2001:db9::1"):
        assert frozen.allowed(Address(ip), frozen.pods[0], 80).allowed is (ip in inside), ip
