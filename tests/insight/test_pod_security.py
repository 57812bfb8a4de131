"""What pod security says by name of clusters whose answers are known."""

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest
import yaml

from k8sready import insight
from k8sready.snapshot import Coverage, Reading, Snapshot
from k8sready.sources.files import open_files
from k8sready.tables.schema import TEMPLATED

MESHED = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop, uid: d}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: a, securityContext: {privileged: true}}]}
---
apiVersion: v1
kind: Pod
metadata:
  name: web-1
  namespace: shop
  ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: web, uid: d, controller: true}]
spec:
  containers:
    - {name: c, image: a, securityContext: {privileged: true}}
    - {name: proxy, image: p, securityContext: {capabilities: {add: [NET_ADMIN]}}}
status: {phase: Running}
"""


@pytest.fixture
def meshed(tmp_path: Path) -> Snapshot:
    (tmp_path / "cluster.yaml").write_text(MESHED)
    opened = open_files(tmp_path)
    coverage = {key: Coverage(key, Reading.COMPLETE) for key in {*TEMPLATED, *opened.coverage}}
    return replace(opened, coverage=MappingProxyType(coverage))


def test_a_patch_adds_no_container_that_a_mesh_put_in(meshed: Snapshot) -> None:
    row = insight.PodSecurity(meshed).obstacles("shop").iloc[0]
    patched = yaml.safe_load(row["patch"])["spec"]["containers"]
    assert [item["name"] for item in patched] == ["c"]
    assert row["left"] == ["capabilities_baseline"]


def test_no_pods_read_is_no_empty_answer(meshed: Snapshot) -> None:
    coverage = {**meshed.coverage, "pods": Coverage("pods", Reading.FORBIDDEN)}
    blind = replace(meshed, objects=MappingProxyType({}), coverage=MappingProxyType(coverage))
    with pytest.raises(insight.NotReadError, match="pods"):
        insight.PodSecurity(blind).namespaces()
