"""Containers and their security contexts over the whole field space that pod security looks at."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any, TypeVar

Manifest = dict[str, Any]
Maker = Callable[[Random], Any]
Thing = TypeVar("Thing")
CAPABILITIES = [
    *("ALL", "CHOWN", "NET_BIND_SERVICE", "SYS_ADMIN", "NET_ADMIN", "KILL", "MKNOD", "AUDIT_WRITE", "SYS_CHROOT"),
    *("chown", "Net_Bind_Service", "CAP_CHOWN", "CAP_SYS_ADMIN", "CAP_NET_BIND_SERVICE", "all", "NET_RAW", "SETUID"),
]
TIDY: Manifest = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "runAsNonRoot": True,
    "seccompProfile": {"type": "RuntimeDefault"},
}


def seldom(random: Random) -> bool:
    """Once in six."""
    return random.random() < 1 / 6


def boolean(random: Random) -> bool:
    """One of two."""
    return random.random() < 0.5


def some(random: Random, things: Sequence[Thing], most: int) -> list[Thing]:
    """Up to so many of the things, all different."""
    return random.sample(things, random.randint(0, min(most, len(things))))


def present(fields: Manifest) -> Manifest:
    """Without the absent fields."""
    return {key: value for key, value in fields.items() if value is not None}


def user(random: Random) -> int:
    """Root, mostly."""
    return random.choice([0, 0, 1000])


def profile(random: Random) -> Manifest:
    """A seccomp or AppArmor profile."""
    kind = random.choice(["RuntimeDefault", "Unconfined", "Unconfined", "Localhost"])
    return {"type": kind, **({"localhostProfile": "p.json"} if kind == "Localhost" else {})}


_TYPES = ["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t", "spc_t", "unconfined_t"]


def se_linux(random: Random) -> Manifest:
    """Options of which any may be absent, empty or set."""
    wanted = (("type", _TYPES), ("user", ["", "sysadm_u"]), ("role", ["", "sysadm_r"]), ("level", ["s0:c1,c2"]))
    return {name: random.choice(values) for name, values in wanted if boolean(random)}


def _capabilities(random: Random) -> Manifest:
    added = [random.choice(CAPABILITIES) for _ in range(random.randint(0, 3))]  # some of them twice
    dropped = [random.choice(["ALL", "ALL", "KILL", "all"]) for _ in range(random.randint(0, 2))]
    return {name: names for name, names in (("add", added), ("drop", dropped)) if names or boolean(random)}


_FIELDS: dict[str, Maker] = {
    "privileged": boolean,
    "allowPrivilegeEscalation": boolean,
    "capabilities": _capabilities,
    "runAsNonRoot": boolean,
    "runAsUser": user,
    "seccompProfile": profile,
    "appArmorProfile": profile,
    "seLinuxOptions": se_linux,
    "procMount": lambda _: "Default",
    "readOnlyRootFilesystem": boolean,
}


def context(random: Random, *, unmasked: bool = False, tidy: bool = False) -> Manifest | None:
    """A securityContext: absent, null, empty, of few or of many fields; a tidy one meets restricted but for one."""
    if not tidy and random.random() < 0.2:
        return random.choice([None, {}])
    names = some(random, list(_FIELDS), 1 if tidy else len(_FIELDS))
    made = {**(TIDY if tidy else {}), **{name: _FIELDS[name](random) for name in names}}
    if "procMount" in made and unmasked and boolean(random):
        made["procMount"] = "Unmasked"  # the API server wants a user namespace for it
    added = (made.get("capabilities") or {}).get("add", ())
    if made.get("allowPrivilegeEscalation") is False and (made.get("privileged") or "CAP_SYS_ADMIN" in added):
        made["allowPrivilegeEscalation"] = True  # the API server refuses the pair
    return made


_HOSTS = [None, None, None, "", "127.0.0.1", "metadata.example", "::1"]


def _action(random: Random, *others: str) -> Manifest:
    kind = random.choice(["httpGet", "httpGet", "tcpSocket", *others])
    apart = {"exec": {"command": ["true"]}, "grpc": {"port": 80}, "sleep": {"seconds": 1}}
    if kind in apart:
        return {kind: apart[kind]}
    headers = [{"name": "Host", "value": "h.example"}] if kind == "httpGet" and boolean(random) else None
    port, host = random.choice([80, "web"]), random.choice(_HOSTS)
    return {kind: present({"port": port, "host": host, "httpHeaders": headers})}


def _probes(random: Random) -> Manifest:
    wanted = some(random, ["livenessProbe", "readinessProbe", "startupProbe"], 3)
    made = {name: _action(random, "exec", "grpc") for name in wanted}
    if seldom(random):
        made["lifecycle"] = {
            name: _action(random, "exec", "sleep") for name in some(random, ["postStart", "preStop"], 2)
        }
    return made


def _ports(random: Random, first: int, host_network: bool) -> list[Manifest]:
    """Ports of a container, at times one number for two protocols; host ports are unique in the pod."""
    made = []
    for number in range(first, first + random.randint(0, 2)):
        for protocol in ("TCP", "UDP") if seldom(random) else (random.choice([None, "UDP", "SCTP"]),):
            wanted = random.choice([None, None, 0, number if host_network else number + 20_000])
            made.append(present({"containerPort": number, "protocol": protocol, "hostPort": wanted}))
    return made


def container(random: Random, name: str, spec: Manifest, *, init: bool = False, tidy: bool = False) -> Manifest:
    """A container of a spec; an init container runs once, or stays as a native sidecar."""
    sidecar = init and boolean(random)
    made = {
        "name": name,
        "image": "registry.example/a:1",
        "restartPolicy": "Always" if sidecar else None,
        "securityContext": context(random, unmasked=spec.get("hostUsers") is False, tidy=tidy),
        "ports": None if tidy else _ports(random, 1000 + 10 * ord(name[0]), bool(spec.get("hostNetwork"))),
    }
    kept = made if seldom(random) else present(made)  # some people write nulls
    return {**kept, **(_probes(random) if not tidy and (sidecar or not init) else {})}


def debug_containers(random: Random) -> list[Manifest]:
    """One or two ephemeral containers."""
    names = ["debug-a", "debug-b"][: random.randint(1, 2)]
    made = ({"name": name, "image": "i", "securityContext": context(random, tidy=boolean(random))} for name in names)
    return [present(item) for item in made]
