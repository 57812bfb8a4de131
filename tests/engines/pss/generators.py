"""Pods over the whole field space that pod security looks at, most of them valid for the API server."""

from typing import Any

from hypothesis import strategies as st

Manifest = dict[str, Any]
_CAPABILITIES = ["ALL", "CHOWN", "NET_BIND_SERVICE", "SYS_ADMIN", "NET_ADMIN", "KILL", "MKNOD", "chown", "CAP_CHOWN"]
_SYSCTLS = [
    *("kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_local_reserved_ports", "kernel.msgmax"),
    *("net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_rmem", "net.ipv4.tcp_notsent_lowat", "net.core.somaxconn"),
]
_VOLUMES: dict[str, Any] = {
    "emptyDir": {},
    "hostPath": {"path": "/var/log"},
    "secret": {"secretName": "s"},
    "configMap": {"name": "c"},
    "projected": {"sources": []},
    "downwardAPI": {"items": []},
    "persistentVolumeClaim": {"claimName": "p"},
    "csi": {"driver": "d.example"},
    "nfs": {"server": "s", "path": "/x"},
    "iscsi": {"targetPortal": "1.2.3.4:3260", "iqn": "iqn.2001-04.com.example:s", "lun": 0},
    "fc": {"targetWWNs": ["500a0982991b8dc5"], "lun": 2},
    "image": {"reference": "registry.example/a:1"},
    "gcePersistentDisk": {"pdName": "d"},
    "azureFile": {"secretName": "s", "shareName": "x"},
    "cephfs": {"monitors": ["1.2.3.4"]},
}


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A value, or absence."""
    return st.one_of(st.none(), values)


def present(fields: dict[str, Any]) -> Manifest:
    """Without the absent fields."""
    return {key: value for key, value in fields.items() if value is not None}


_profile = st.sampled_from(
    [{"type": "RuntimeDefault"}, {"type": "Unconfined"}, {"type": "Localhost", "localhostProfile": "p.json"}]
)
_se_linux = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["", "container_t", "container_engine_t", "spc_t"]),
        "user": st.sampled_from(["", "sysadm_u"]),
        "role": st.sampled_from(["", "sysadm_r"]),
    },
)
_boolean = st.booleans()


@st.composite
def contexts(draw: st.DrawFn, unmasked: bool) -> Manifest | None:
    if draw(st.integers(0, 4)) == 0:
        return None
    privileged, escalation = draw(maybe(_boolean)), draw(maybe(_boolean))
    added = draw(maybe(st.lists(st.sampled_from(_CAPABILITIES), max_size=2)))
    dropped = draw(maybe(st.lists(st.sampled_from(["ALL", "KILL", "all"]), max_size=2)))
    capabilities = present({"add": added, "drop": dropped})
    if escalation is False and (privileged or "CAP_SYS_ADMIN" in (added or ()) or "SYS_ADMIN" in (added or ())):
        escalation = True  # the API server refuses the pair
    return present(
        {
            "privileged": privileged,
            "allowPrivilegeEscalation": escalation,
            "capabilities": capabilities if added is not None or dropped is not None else None,
            "runAsNonRoot": draw(maybe(_boolean)),
            "runAsUser": draw(maybe(st.sampled_from([0, 1000]))),
            "seccompProfile": draw(maybe(_profile)),
            "appArmorProfile": draw(maybe(_profile)),
            "seLinuxOptions": draw(maybe(_se_linux)),
            "procMount": draw(st.sampled_from([None, None, "Default", *(["Unmasked"] if unmasked else [])])),
        }
    )


_host = st.sampled_from([None, None, "", "127.0.0.1", "metadata.example"])


@st.composite
def _action(draw: st.DrawFn) -> Manifest:
    target = present({"port": 80, "host": draw(_host)})
    return {"httpGet": target} if draw(_boolean) else {"tcpSocket": target}


@st.composite
def _container(draw: st.DrawFn, name: str, spec: Manifest, *, init: bool = False) -> Manifest:
    sidecar = init and draw(_boolean)
    probed = not init or sidecar
    ports = draw(st.lists(st.sampled_from([0, 0, 8080, 9090]), max_size=2))
    if spec.get("hostNetwork") or len(set(ports)) < len(ports):
        ports = [0] * len(ports)  # the API server wants host ports unique, and equal to containerPort with hostNetwork
    first = 1000 + 10 * ord(name[0])
    lifecycle = {"preStop": draw(_action())} if probed and draw(st.integers(0, 5)) == 0 else None
    return present(
        {
            "name": name,
            "image": "registry.example/a:1",
            "restartPolicy": "Always" if sidecar else None,
            "securityContext": draw(contexts(unmasked=spec.get("hostUsers") is False)),
            "ports": [
                present({"containerPort": first + n, "hostPort": (port + ord(name[0])) if port else None})
                for n, port in enumerate(ports)
            ],
            "livenessProbe": draw(maybe(_action())) if probed else None,
            "readinessProbe": draw(maybe(_action())) if probed else None,
            "lifecycle": lifecycle,
        }
    )


@st.composite
def _volumes(draw: st.DrawFn) -> list[Manifest]:
    kinds = draw(st.lists(st.sampled_from([*_VOLUMES, "name only"]), max_size=3))
    return [{"name": f"v{n}", **({kind: _VOLUMES[kind]} if kind in _VOLUMES else {})} for n, kind in enumerate(kinds)]


@st.composite
def _windows(draw: st.DrawFn) -> Manifest:
    own = draw(
        maybe(
            st.fixed_dictionaries(
                {"windowsOptions": st.fixed_dictionaries({"runAsUserName": st.just("ContainerUser")})}
            )
        )
    )
    process = draw(st.integers(0, 3)) == 0
    pod: Manifest = {"windowsOptions": {"hostProcess": True}} if process else {}
    spec = {"os": {"name": "windows"}, "containers": [present({"name": "a", "image": "i", "securityContext": own})]}
    pod |= present({"runAsNonRoot": draw(maybe(_boolean))})
    return {**spec, "hostNetwork": process, "securityContext": pod}


@st.composite
def _linux(draw: st.DrawFn) -> Manifest:
    users = draw(st.sampled_from([None, None, None, True, False]))
    host = {
        name: True
        for name in ("hostNetwork", "hostPID", "hostIPC")
        if users is not False and draw(st.integers(0, 5)) == 0
    }
    names = st.sampled_from(_SYSCTLS)
    sysctls = draw(st.lists(names, max_size=2, unique=True)) if draw(st.integers(0, 2)) == 0 else []
    shared = {name for name in sysctls if {"net": "hostNetwork", "ker": "hostIPC"}[name[:3]] in host}
    context = present(
        {
            "runAsNonRoot": draw(maybe(_boolean)),
            "runAsUser": draw(maybe(st.sampled_from([0, 1000]))),
            "seccompProfile": draw(maybe(_profile)),
            "appArmorProfile": draw(maybe(_profile)),
            "seLinuxOptions": draw(maybe(_se_linux)),
            "sysctls": [{"name": name, "value": "1"} for name in sysctls if name not in shared] or None,
        }
    )
    spec = present({"hostUsers": users, **host, "volumes": draw(_volumes())})
    containers = [draw(_container(name, spec)) for name in ["a", "b"][: draw(st.integers(1, 2))]]
    if draw(st.integers(0, 2)) == 0:
        spec["initContainers"] = [draw(_container("init", spec, init=True))]
    return {**spec, "containers": containers, "securityContext": context}


@st.composite
def _notes(draw: st.DrawFn) -> dict[str, str]:
    values = st.sampled_from(["runtime/default", "unconfined", "localhost/x", "", "docker/default"])
    keys = st.sampled_from(
        [
            "container.apparmor.security.beta.kubernetes.io/a",
            "seccomp.security.alpha.kubernetes.io/pod",
            "container.seccomp.security.alpha.kubernetes.io/a",
        ]
    )
    return draw(st.dictionaries(keys, values, max_size=2)) if draw(st.integers(0, 3)) == 0 else {}


@st.composite
def pods(draw: st.DrawFn) -> Manifest:
    """A pod manifest as a person would write it: nothing defaulted."""
    spec = draw(_windows()) if draw(st.integers(0, 11)) == 0 else draw(_linux())
    metadata = {"name": "p", "annotations": draw(_notes())}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}
