"""Permissions, dangers and escalation of 5,000 subjects over 3,000 roles: python -m tests.bench.rbac."""

import resource
import subprocess
import sys
import time
from random import Random

from k8sready.engines.rbac import Escalation, Rbac, RunningPod, Scene, Workload, account, cut, held, service_account
from k8sready.engines.rbac.builtin import defaults
from k8sready.objects.meta import ObjectMeta
from k8sready.objects.rbac import PolicyRule, Role, RoleBinding, RoleRef, Subject

SUBJECTS, ROLES, SPACES, POWERFUL = 5000, 3000, 250, 10
_RESOURCES = ("pods", "secrets", "configmaps", "deployments", "jobs", "pods/exec", "services", "widgets")
_VERBS = ("get", "list", "watch", "create", "update", "patch", "delete")


def _world(random: Random) -> tuple[Rbac, list[tuple[str, str]]]:
    spaces = [f"team-{number}" for number in range(SPACES)]
    accounts = [(spaces[number % SPACES], f"app-{number}") for number in range(SUBJECTS)]
    roles, cluster_roles, bindings = [], list(defaults().roles.values()), []
    for number in range(ROLES):
        groups = ("", "apps", "batch", f"group-{number % 40}.example")
        rules = tuple(
            PolicyRule(
                verbs=tuple(random.sample(_VERBS, 3)),
                api_groups=(random.choice(groups),),
                resources=tuple(random.sample(_RESOURCES, 2)),
                resource_names=(f"name-{number}",) if random.random() < 0.3 else (),
            )
            for _ in range(5)
        )
        space = random.choice(spaces) if number % 3 else ""
        (roles if space else cluster_roles).append(
            Role(metadata=ObjectMeta(name=f"role-{number}", namespace=space), rules=rules)
        )
    for number, (space, name) in enumerate(accounts):
        for turn in range(2):
            subject = Subject(kind="ServiceAccount", name=name, namespace=space)
            metadata = ObjectMeta(name=f"binding-{number}-{turn}", namespace=space)
            local = random.choice(roles)
            target = RoleRef(kind="ClusterRole", name=f"role-{random.randrange(ROLES // 3) * 3}")
            if turn:
                metadata = ObjectMeta(name=f"binding-{number}-{turn}", namespace=local.metadata.namespace)
                target = RoleRef(kind="Role", name=local.metadata.name)
            bindings.append(RoleBinding(metadata=metadata, subjects=(subject,), role_ref=target))
    wide = [item for key, item in defaults().bindings.items() if not key[0]]
    wide += [_administrator(*accounts[number]) for number in range(0, SUBJECTS, SUBJECTS // POWERFUL)]
    return Rbac(roles, cluster_roles, bindings, wide), accounts


def _administrator(space: str, name: str) -> RoleBinding:
    subject = Subject(kind="ServiceAccount", name=name, namespace=space)
    metadata = ObjectMeta(name=f"administrator-{name}")
    return RoleBinding(
        metadata=metadata, subjects=(subject,), role_ref=RoleRef(kind="ClusterRole", name="cluster-admin")
    )


def _scene(accounts: list[tuple[str, str]]) -> Scene:
    """Ten pods and a Deployment for each account; one namespace in ten admits privileged pods."""
    pods = tuple(
        RunningPod(space, f"{name}-{number}", name, f"node-{number}")
        for space, name in accounts
        for number in range(10)
    )
    workloads = tuple(Workload("deployments.apps", space, name) for space, name in accounts)
    return Scene(tuple(accounts), pods, workloads, privileged={f"team-{number}" for number in range(0, SPACES, 10)})


def measured() -> None:
    """The measured part, in this process."""
    rbac, accounts = _world(Random(1))
    start = time.perf_counter()
    grants = [tuple(rbac.grants_of(service_account(*item))) for item in accounts]
    permissions = time.perf_counter()
    dangers = sum(len(held(item)) for item in grants)
    dangerous = time.perf_counter()
    graph = Escalation(rbac, _scene(accounts))
    starts = [account(*item) for item in accounts]
    graph.explore(starts)
    paths = sum(graph.path(start) is not None for start in starts)
    escalated = time.perf_counter()
    cuts = {edges: cut(graph, start, budget=500) for start in starts[:500] if (edges := graph.useful_edges(start))}
    fewest = time.perf_counter()
    processor = time.process_time()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"rbac: permissions of {len(accounts)} subjects, {ROLES} roles: {permissions - start:.2f} s")
    print(f"rbac: their dangers ({dangers}): {dangerous - permissions:.2f} s")
    print(f"rbac: escalation paths of {len(accounts)} accounts ({paths} found): {escalated - dangerous:.2f} s")
    print(f"rbac: cuts for 500 of them ({len(cuts)}): {fewest - escalated:.2f} s; peak {peak:.0f} MB in all")
    print(f"rbac: processor time of all that, with the world that is made up first: {processor:.2f} s")


def run() -> None:
    """Print seconds and peak memory, measured in a process of its own."""
    subprocess.run([sys.executable, "-c", "from tests.bench.rbac import measured; measured()"], check=True)


if __name__ == "__main__":
    run()
