"""Reachability of 5,000 workload classes under 3,000 policies in 500 namespaces: seconds and peak memory."""

import resource
import subprocess
import sys
import time
from dataclasses import replace
from random import Random

from k8sready.engines.netpol import Cluster, Matrix, diff
from k8sready.objects.core import Namespace
from k8sready.objects.decoding import from_manifest
from k8sready.objects.network import NetworkPolicy
from k8sready.objects.pods import Pod

SPACES, WORKLOADS, POLICIES = 500, 5_000, 3_000


def _cluster(pods: int) -> Cluster:
    random = Random(7)
    namespaces = [{"metadata": {"name": f"n{at}", "labels": {"team": f"t{at % 40}"}}} for at in range(SPACES)]
    return Cluster.of(
        [_pod(at) for at in range(pods)],
        [_object("Namespace", "v1", item, Namespace) for item in namespaces],
        [_policy(at, random) for at in range(POLICIES)],
    )


def _object(kind: str, version: str, manifest: dict, struct: type):
    found = from_manifest({"kind": kind, "apiVersion": version, **manifest})[1]
    assert isinstance(found, struct)
    return found


def _pod(at: int) -> Pod:
    workload = at % WORKLOADS
    metadata = {"name": f"p{at}", "namespace": f"n{workload % SPACES}"}
    labels = {"app": f"a{workload // SPACES}", "tier": "abc"[workload % 3]}
    ports = [{"name": "http", "containerPort": 8000 + workload % 4}]
    spec = {"containers": [{"name": "c", "image": "i", "ports": ports}]}
    ip = f"10.{at >> 16}.{at >> 8 & 255}.{at & 255}"
    return _object(
        "Pod", "v1", {"metadata": {**metadata, "labels": labels}, "spec": spec, "status": {"podIP": ip}}, Pod
    )


def _policy(at: int, random: Random) -> NetworkPolicy:
    peers = [
        {"podSelector": {"matchLabels": {"app": f"a{random.randrange(10)}"}}},
        {"namespaceSelector": {"matchLabels": {"team": f"t{random.randrange(40)}"}}, "podSelector": {}},
        {"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}},
    ]
    ports = [{"port": "http"}, {"port": random.choice([80, 443, 5432, 6379]), "endPort": 9000}]
    rule = {"from": random.sample(peers, 2), "ports": random.sample(ports, 1)}
    spec = {
        "podSelector": {"matchLabels": {"app": f"a{random.randrange(10)}"}} if at % 3 else {},
        "policyTypes": ["Ingress", "Egress"] if at % 2 else ["Ingress"],
        "ingress": [rule],
        "egress": [{"to": rule["from"], "ports": ports}],
    }
    metadata = {"name": f"p{at}", "namespace": f"n{at % SPACES}"}
    return _object("NetworkPolicy", "networking.k8s.io/v1", {"metadata": metadata, "spec": spec}, NetworkPolicy)


def measure(pods: int) -> None:
    """Build a cluster, then time its matrix, its list of connections, and its difference from one policy more."""
    cluster = _cluster(pods)
    start, cpu = time.perf_counter(), time.process_time()
    matrix = Matrix(cluster)
    built = time.perf_counter() - start
    count = sum(1 for _ in matrix.connections())
    took, spent = time.perf_counter() - start, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    classes = len(matrix.classes.ends)
    print(
        f"netpol: {pods} pods in {classes} classes, {POLICIES} policies: matrix {built:.2f} s, "
        f"with {count} connections {took:.2f} s ({spent:.2f} CPU s), peak {peak} MB"
    )
    standing = cluster.policies
    others = {**standing.by_namespace, "n7": standing.by_namespace["n8"]}
    after = replace(cluster, policies=replace(standing, by_namespace=others))
    start, cpu = time.perf_counter(), time.process_time()
    changes = sum(1 for _ in diff(cluster, after))
    took, spent = time.perf_counter() - start, time.process_time() - cpu
    print(f"netpol: {changes} changes where one namespace loses its policies: {took:.2f} s ({spent:.2f} CPU s)")


def run() -> None:
    """Each measurement in a fresh process."""
    for pods in (5_000, 150_000):
        subprocess.run([sys.executable, "-m", "tests.bench.netpol", str(pods)], check=True)


if __name__ == "__main__":
    measure(int(sys.argv[1])) if len(sys.argv) > 1 else run()
