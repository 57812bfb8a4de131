"""Questions about the network by addresses, by names that two workloads share, and about what is offered outside."""

from pathlib import Path

import pytest

from k8sready import insight
from k8sready.engines.netpol import Note
from k8sready.errors import K8sReadyError
from k8sready.sources.files import open_files

RUNNING = """
{apiVersion: v1, kind: Namespace, metadata: {name: shop}}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {nodeName: n1, containers: [{name: c, image: a}]}
status: {phase: Running, podIP: 10.0.0.1, podIPs: [{ip: 10.0.0.1}, {ip: "2001:db8::1"}], hostIP: 192.0.2.1}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
spec: {nodeName: n2, containers: [{name: c, image: a}]}
status: {phase: Running, podIP: 10.0.0.2, hostIP: 192.0.2.2}
---
apiVersion: v1
kind: Pod
metadata: {name: old, namespace: shop, labels: {app: old}}
spec: {nodeName: n2, containers: [{name: c, image: a}]}
status: {phase: Succeeded, podIP: 10.0.0.1, hostIP: 192.0.2.2}
---
apiVersion: v1
kind: Pod
metadata: {name: agent, namespace: shop, labels: {app: web}}
spec: {nodeName: n1, hostNetwork: true, containers: [{name: c, image: a}]}
status: {phase: Running, podIP: 192.0.2.1, hostIP: 192.0.2.1}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db-from-web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress: [{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 5432}]}]
"""

TWINS = """
{apiVersion: v1, kind: Namespace, metadata: {name: shop}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: sync, namespace: shop}
spec:
  selector: {matchLabels: {app: sync}}
  template: {metadata: {labels: {app: sync}}, spec: {containers: [{name: c, image: a}]}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: sync, namespace: shop}
spec:
  schedule: "0 0 * * *"
  jobTemplate: {spec: {template: {metadata: {labels: {app: job}}, spec: {containers: [{name: c, image: a}]}}}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: fence, namespace: shop}
spec: {podSelector: {matchLabels: {app: sync}}}
"""

OFFERED = """
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {type: LoadBalancer, selector: {app: web}, ports: [{name: a, port: 8080}, {name: b, port: 8081}]}
---
apiVersion: v1
kind: Service
metadata: {name: headless, namespace: shop}
spec: {clusterIP: None, externalIPs: [192.0.2.9], selector: {app: web}, ports: [{port: 8080}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: second-port-only, namespace: shop}
spec: {podSelector: {matchLabels: {app: web}}, ingress: [{ports: [{port: 8081}]}]}
"""


def network_of(folder: Path, text: str) -> insight.Network:
    path = folder / "cluster.yaml"
    path.write_text(text)
    return insight.Network(open_files(path))


@pytest.mark.parametrize("ip", ["10.0.0.1", "2001:db8::1", "2001:DB8:0::1", "::ffff:10.0.0.1"])
def test_a_pods_own_address_is_the_pod(tmp_path: Path, ip: str) -> None:
    network = network_of(tmp_path, RUNNING)
    assert network.allowed(ip, "shop/db", 5432) == network.allowed("shop/web", "shop/db", 5432)
    assert network.allowed(ip, "10.0.0.2", 5432).ingress.causes[0].policy == "shop/db-from-web"
    assert network.allowed(ip, "shop/db", 5433).allowed is False


def test_a_nodes_address_is_the_node_and_no_pod_of_its_network(tmp_path: Path) -> None:
    network = network_of(tmp_path, RUNNING)
    assert network.allowed("192.0.2.1", "shop/db", 5432).allowed is False
    assert network.allowed("192.0.2.1", "shop/db", 5432).notes == frozenset()
    assert network.allowed("192.0.2.2", "shop/db", 5433).notes == {Note.NODE_LOCAL}
    assert network.allowed("10.0.0.3", "shop/db", 5432).allowed is False, "an address that no pod has"


def test_workloads_that_share_a_name_are_told_apart_by_kind(tmp_path: Path) -> None:
    network = network_of(tmp_path, TWINS)
    verdict = network.allowed("shop/CronJob/sync", "shop/Deployment/sync", 80)
    assert (verdict.allowed, verdict.ingress.isolated_by) == (False, ("shop/fence",))
    assert network.allowed("shop/Deployment/sync", "shop/CronJob/sync", 80).allowed is True
    with pytest.raises(K8sReadyError, match=r"shop/CronJob/sync.*shop/Deployment/sync"):
        network.allowed("shop/sync", "192.0.2.1", 80)


def test_changes_tell_workloads_of_one_name_apart(tmp_path: Path) -> None:
    path = tmp_path / "cluster.yaml"
    path.write_text(TWINS)
    snapshot = open_files(path)
    fence = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: jobs, namespace: shop}\n"
    more = network_of(tmp_path, f"{TWINS}---\n{fence}spec: {{podSelector: {{matchLabels: {{app: job}}}}}}\n")
    assert more.allowed("shop/Deployment/sync", "shop/CronJob/sync", 80).allowed is False
    changes = insight.Network(snapshot).changes(open_files(path))
    closed = {(row.source, row.destination) for row in changes.itertuples() if row.closed != "none"}
    assert ("shop/Deployment/sync", "shop/CronJob/sync") in closed
    assert ("shop/CronJob/sync", "shop/Deployment/sync") not in closed


def test_every_port_that_is_offered_is_tried_and_headless_services_have_no_external_address(tmp_path: Path) -> None:
    rows = network_of(tmp_path, f"{RUNNING}---\n{OFFERED}").exposure()
    found = {(row.name, row.way): row.admitted for row in rows.itertuples()}
    assert bool(found["web", "LoadBalancer"])
    assert not rows["way"].eq("externalIPs").any()
