"""`k8sready assess` from a real API server to the report: 300 Deployments of 10 pods on 40 nodes."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.controlplane.build import ensure
from tests.controlplane.server import ControlPlane

DEPLOYMENTS, REPLICAS, NODES, RUNS = 300, 10, 40, 3


def populate(plane: ControlPlane) -> None:
    """Nodes, namespaces and Deployments; wait until every pod runs."""
    plane.start_controllers()
    plane.start_kwok()
    size = {"cpu": "64", "memory": "256Gi", "pods": "110"}
    node = {"apiVersion": "v1", "kind": "Node", "status": {"capacity": size, "allocatable": size}}
    plane.requests([("POST", "/api/v1/nodes", {**node, "metadata": {"name": f"n{n}"}}) for n in range(NODES)])
    spaces = [f"team-{n}" for n in range(30)]
    space = {"apiVersion": "v1", "kind": "Namespace"}
    plane.requests([("POST", "/api/v1/namespaces", {**space, "metadata": {"name": name}}) for name in spaces])
    plane.requests([_deployment(f"app-{n}", spaces[n % 30]) for n in range(DEPLOYMENTS)])
    deadline = time.monotonic() + 300
    while len(_running(plane)) < DEPLOYMENTS * REPLICAS:
        if time.monotonic() > deadline:
            raise RuntimeError("the pods did not come up")
        time.sleep(2)


def _running(plane: ControlPlane) -> list[object]:
    status, body = plane.request("GET", "/api/v1/pods?fieldSelector=status.phase=Running")
    items: list[object] = json.loads(body)["items"] if status == 200 else []
    return items


def _deployment(name: str, namespace: str) -> tuple[str, str, object]:
    labels = {"app.kubernetes.io/name": name}
    env = [{"name": f"SETTING_{n}", "value": f"value-{n}"} for n in range(12)]
    containers = [
        {"name": part, "image": f"registry.example/{name}/{part}:1.{len(name)}", "env": env} for part in ("web", "side")
    ]
    template = {"metadata": {"labels": labels}, "spec": {"containers": containers}}
    spec = {"replicas": REPLICAS, "selector": {"matchLabels": labels}, "template": template}
    body = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": spec}
    return ("POST", f"/apis/apps/v1/namespaces/{namespace}/deployments", body)


def measured(command: list[str]) -> tuple[float, float]:
    """Wall seconds and peak megabytes of one run of a program."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        raise RuntimeError(f"{command[:4]} failed")
    return time.perf_counter() - started, usage.ru_maxrss / 1024


def run() -> None:
    """Start a control plane, fill it, and assess it a few times; print each run."""
    with tempfile.TemporaryDirectory() as folder:
        plane = ControlPlane(ensure(), Path(folder))
        try:
            populate(plane)
            report = Path(folder) / "report.html"
            command = [
                sys.executable,
                "-m",
                "k8sready",
                "assess",
                "--kubeconfig",
                str(plane.kubeconfig()),
                "--html",
                str(report),
            ]
            for number in range(RUNS):
                seconds, peak = measured(command)
                size = report.stat().st_size / 1e6
                told = f"{seconds:.2f} s, peak {peak:.0f} MB, report {size:.1f} MB"
                print(f"live: {DEPLOYMENTS * REPLICAS:,} pods, API to report, run {number + 1}: {told}")
        finally:
            plane.stop()


if __name__ == "__main__":
    run()
