"""Pod security over 150,000 pods of 12,000 templates: seconds and peak memory, in a process of its own."""

import resource
import subprocess
import sys
import time

PODS, TEMPLATES = 150_000, 12_000


def measure() -> None:
    """Make the pods, then judge them all by restricted and baseline; print what it took."""
    from k8sready.engines.pss import Judge, Level, Policy
    from k8sready.objects.decoding import from_manifest
    from k8sready.objects.meta import ObjectMeta

    context = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}, "runAsNonRoot": True}
    specs = []
    for number in range(TEMPLATES):
        containers = [
            {
                "name": f"c{place}",
                "image": f"registry.example/app:{number}",
                "securityContext": context if number % 3 else {},
            }
            for place in range(2)
        ]
        manifest = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {"containers": containers}}
        specs.append(from_manifest(manifest)[1].spec)
    pods = [(ObjectMeta(name=f"p{number}"), specs[number % TEMPLATES]) for number in range(PODS)]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started, worked = time.perf_counter(), time.process_time()
    denied = 0
    for level in (Level.BASELINE, Level.RESTRICTED):
        judge = Judge(Policy(level))
        denied += sum(1 for metadata, spec in pods if not judge.verdict(metadata, spec).allowed)
    seconds, processor = time.perf_counter() - started, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        f"pod security: {PODS:,} pods, {TEMPLATES:,} templates, two levels: {seconds:.2f} s "
        f"({processor:.2f} s of processor), peak {peak / 1024:.0f} MB "
        f"({(peak - before) / 1024:.0f} MB added), {denied:,} denials"
    )


def run() -> None:
    """Measure in a fresh process."""
    subprocess.run([sys.executable, "-c", "from tests.bench.pss import measure; measure()"], check=True)


if __name__ == "__main__":
    run()
