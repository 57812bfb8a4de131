"""From the API to findings, beside the official client's typed list, on the same synthetic pods in the same run."""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests import kubeconfigs

SIZES = (10_000, 100_000)
RUNS = 3  # of the smaller size, one after the other


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def ours(kubeconfig: str) -> None:
    """Collect, build the tables, ask the checklist."""
    import pandas  # noqa: F401  imports are not what is measured

    import k8sready.assessment
    from k8sready import needs
    from k8sready.sources import cluster

    before, started = _peak(), time.perf_counter()
    snapshot = cluster.collect(kubeconfig, kinds=needs.kinds())
    read = time.perf_counter() - started
    assessment = k8sready.assessment.assess(snapshot)
    _told(started, before, read=read, pods=len(snapshot.objects["pods"]), findings=len(assessment.findings))


def typed(kubeconfig: str) -> None:
    """The official client's typed models, paged."""
    from kubernetes import client, config

    api = client.CoreV1Api(config.new_client_from_config(kubeconfig))
    before, started, pods, token = _peak(), time.perf_counter(), [], None
    while True:
        page = api.list_pod_for_all_namespaces(limit=500, _continue=token)
        pods += page.items
        token = getattr(page.metadata, "_continue", None) or getattr(page.metadata, "continue_", None)
        if not token:
            break
    _told(started, before, pods=len(pods))


def _told(started: float, before: float, **more: float) -> None:
    seconds, cpu = time.perf_counter() - started, time.process_time()
    print(json.dumps({"seconds": seconds, "cpu": cpu, "peak": _peak(), "added": _peak() - before, **more}))


def _measured(what: str, kubeconfig: Path) -> dict[str, float]:
    code = f"from tests.bench.collect import {what}; {what}({str(kubeconfig)!r})"
    done = subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.PIPE, text=True)
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def _certificate(folder: Path) -> Path:
    """A key and a certificate for 127.0.0.1 in one file; the certificate alone is `cert.pem` beside it."""
    both, alone = folder / "server.pem", folder / "cert.pem"
    if not both.exists():
        key = ("-newkey", "rsa:2048", "-nodes", "-keyout", str(both))
        about = ("-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1")
        made = ["openssl", "req", "-x509", *key, "-out", str(alone), *about]
        subprocess.run(made, check=True, capture_output=True)
        both.write_text(both.read_text() + alone.read_text())
    return both


def _serve(folder: Path, pods: int) -> tuple["subprocess.Popen[str]", Path, int]:
    """A server of so many pods, a kubeconfig for it, and the size of a pod in bytes."""
    pem = _certificate(folder)
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.synthetic", str(pods), str(pem)], stdout=subprocess.PIPE, text=True
    )
    assert server.stdout is not None
    port, size = map(int, server.stdout.readline().split())
    config = kubeconfigs.kubeconfig(f"https://127.0.0.1:{port}", **{"certificate-authority": str(folder / "cert.pem")})
    path = folder / f"kubeconfig-{pods}.json"
    path.write_text(json.dumps(config))
    return server, path, size


def run() -> None:
    """Print each figure, then the ratios that matter, of the fastest run of each: other programs only slow down."""
    results: dict[tuple[str, int], dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as name:
        for pods in SIZES:
            server, path, size = _serve(Path(name), pods)
            try:
                for what in ("ours", "typed") * RUNS if pods == SIZES[0] else ("ours",):
                    result = _measured(what, path)
                    print(
                        f"collect: {what:5} {pods:7,} pods of {size:,} B: {result['seconds']:6.2f} s "
                        f"(cpu {result['cpu']:.2f} s), peak {result['peak']:.0f} MB, added {result['added']:.0f} MB"
                        + (f", reading {result['read']:.2f} s" if "read" in result else ""),
                        flush=True,
                    )
                    best = results.setdefault((what, pods), result)
                    results[what, pods] = min(best, result, key=lambda run: run["seconds"])
            finally:
                server.kill()
                server.wait()
                if server.stdout is not None:
                    server.stdout.close()
    small, large, theirs = results["ours", SIZES[0]], results["ours", SIZES[1]], results["typed", SIZES[0]]
    ratio = theirs["seconds"] / small["seconds"], theirs["added"] / max(1.0, small["added"])
    print(f"collect: typed client / ours at 10,000: {ratio[0]:.1f}x the time, {ratio[1]:.1f}x the memory")
    reading = theirs["seconds"] / small["read"]  # which is all that the typed client does here, and of pods only
    print(f"collect: typed client / ours at 10,000, reading alone: {reading:.1f}x the time")
    print(f"collect: ours, 100,000 / 10,000: {large['seconds'] / small['seconds']:.1f}x the time")


if __name__ == "__main__":
    run()
