"""Pods over the whole field space that pod security looks at, most of them valid for the API server."""

from random import Random

from .containers import Maker, Manifest, boolean, container, present, profile, se_linux, seldom, some, user
from .volumes import SOURCES

_SYSCTLS = [
    *("kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_local_reserved_ports", "kernel.msgmax"),
    *("net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_rmem", "net.ipv4.tcp_notsent_lowat", "net.core.somaxconn"),
    *("net/ipv4/tcp_rmem", "net.ipv4.tcp_slow_start_after_idle", "net.ipv4.ping_group_range"),
    *("net.ipv4.tcp_syncookies", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_wmem"),
]
_NOTES = [  # AppArmor's for containers that do not exist are refused; seccomp's are only not read
    *(("container.apparmor.security.beta.kubernetes.io/" + name, 0) for name in (*"aaaaaa", "init", "nobody")),
    *(("container.seccomp.security.alpha.kubernetes.io/" + name, 1) for name in ("a", "a", "init", "nobody")),
    *[("seccomp.security.alpha.kubernetes.io/pod", 1)] * 2,
]
_VALUES = (
    ["runtime/default", "unconfined", "unconfined", "unconfined", "localhost/x", "localhost/{usr,}/bin/x", ""],
    ["runtime/default", "docker/default", "unconfined", "unconfined", "unconfined", "localhost/x", "localhost/x y"],
)
_NAMES, _INITS = ("a", "b", "c"), ("init", "sidecar")


def pod(random: Random) -> Manifest:
    """A pod manifest as a person would write it: nothing defaulted."""
    spec = _windows(random) if random.random() < 1 / 12 else _linux(random)
    chosen = [random.choice(_NOTES) for _ in range(random.choice([0, 0, 0, 1, 2]))]
    notes = {name: random.choice(_VALUES[family]) for name, family in chosen}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "annotations": notes}, "spec": spec}


def _linux(random: Random) -> Manifest:
    tidy = random.random() < 1 / 3
    users = random.choice([None, None, True, False])
    shared = () if tidy or users is False else ("hostNetwork", "hostPID", "hostIPC")
    system = {"name": "linux"} if seldom(random) else None
    spec = present({"hostUsers": users, "os": system, **{name: True for name in shared if seldom(random)}})
    if not tidy or seldom(random):
        spec |= {"volumes": _volumes(random), "serviceAccountName": "builder"}  # tokens need a name
    if not tidy or seldom(random):
        spec["securityContext"] = _pod_context(random, spec)
    names = _NAMES[: random.randint(1, 1 if tidy else 3)]
    inits = _INITS[: random.choice([0, 0, 1, 2])]
    spec["containers"] = [container(random, name, spec, tidy=tidy) for name in names]
    return {**spec, "initContainers": [container(random, name, spec, init=True, tidy=tidy) for name in inits]}


def _volumes(random: Random) -> list[Manifest]:
    return [{"name": f"v{place}", **SOURCES[name]} for place, name in enumerate(some(random, sorted(SOURCES), 4))]


_FIELDS: dict[str, Maker] = {
    "runAsNonRoot": boolean,
    "runAsUser": user,
    "seccompProfile": profile,
    "appArmorProfile": profile,
    "seLinuxOptions": se_linux,
}


def _pod_context(random: Random, spec: Manifest) -> Manifest | None:
    made = {name: _FIELDS[name](random) for name in some(random, sorted(_FIELDS), 3)}
    if random.random() < 1 / 3:
        host = {"net": "hostNetwork", "ker": "hostIPC"}  # the API server refuses namespaced sysctls of the host's
        wanted = (name for name in some(random, _SYSCTLS, 3) if not spec.get(host[name[:3]]))
        made["sysctls"] = [{"name": name, "value": "1"} for name in wanted]
    if seldom(random) and "os" not in spec:  # a pod that does not say its system may carry Windows options
        made["windowsOptions"] = {"hostProcess": bool(spec.get("hostNetwork"))}
    return made or random.choice([None, {}])


def _windows(random: Random) -> Manifest:
    """A pod that declares Windows: most fields are forbidden to it."""
    process, everywhere = boolean(random), boolean(random)
    members = []
    for name in _NAMES[: random.randint(1, 2)]:
        own = {"runAsNonRoot": boolean(random)} if boolean(random) else {}
        if boolean(random):
            own["windowsOptions"] = {"runAsUserName": "ContainerUser"}
        if process and (not everywhere or boolean(random)):  # all containers of a pod, or none
            own["windowsOptions"] = {**own.get("windowsOptions", {}), "hostProcess": True}
        members.append({"name": name, "image": "i", "securityContext": own})
    context: Manifest = {"runAsNonRoot": boolean(random)} if boolean(random) else {}
    return {
        "os": {"name": "windows"},
        "hostNetwork": process or seldom(random),
        "containers": members,
        "securityContext": {**context, **({"windowsOptions": {"hostProcess": process}} if everywhere else {})},
        "volumes": _volumes(random),
        "serviceAccountName": "builder",
    }
