"""What an API server would have set in a pod's spec.

Source: pkg/apis/core/v1/defaults.go and the ServiceAccount admission plugin.
"""

from collections.abc import Iterator
from typing import Any

from ..engines.images import parse

Manifest = dict[str, Any]
_PROBE = {"timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3}


def member(holder: Manifest, name: str) -> Manifest:
    """A member that is a map, made where it is absent or null; a value of another type is left for the decoder."""
    value = holder.get(name)
    if value is None:
        value = holder[name] = {}
    return value if isinstance(value, dict) else {}


def members(holder: Manifest, name: str) -> list[Manifest]:
    """The maps of a list; none where it is absent or of another type."""
    value = holder.get(name)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def fill(holder: Manifest, name: str, value: Any) -> None:
    """Set a field where it is absent, null or an empty text, which are the same to the API server."""
    if holder.get(name) in (None, ""):
        holder[name] = value


def default_pod(spec: Manifest, restart: str) -> None:
    """Default a pod spec in place; `restart` is the restart policy where there is a default one."""
    if restart:
        fill(spec, "restartPolicy", restart)
    fill(spec, "serviceAccountName", spec.get("serviceAccount") or "default")
    fill(spec, "terminationGracePeriodSeconds", 30)
    member(spec, "securityContext")
    for kind in ("initContainers", "containers", "ephemeralContainers"):
        for container in members(spec, kind):
            _container(container, bool(spec.get("hostNetwork")))
    for volume in members(spec, "volumes"):
        _volume(volume)


def _container(container: Manifest, host_network: bool) -> None:
    fill(container, "imagePullPolicy", _pull_policy(container.get("image")))
    for port in members(container, "ports"):
        fill(port, "protocol", "TCP")
        if host_network:
            port["hostPort"] = port.get("hostPort") or port.get("containerPort")
    for variable in members(container, "env"):
        if variable.get("value") == "":
            del variable["value"]
    for action in _actions(container):
        _action(action)
    limits = (container.get("resources") or {}).get("limits") if isinstance(container.get("resources"), dict) else None
    if isinstance(limits, dict):
        requests = member(container["resources"], "requests")
        for name, value in limits.items():
            requests.setdefault(name, value)


def _pull_policy(image: Any) -> str:
    reference = parse(str(image or ""))
    return reference.default_pull_policy if reference else "IfNotPresent"


def _actions(container: Manifest) -> Iterator[Manifest]:
    """Probes and lifecycle handlers; of probes, 0 means the default (all but the delay)."""
    for name in ("livenessProbe", "readinessProbe", "startupProbe"):
        probe = container.get(name)
        if isinstance(probe, dict):
            probe.update({field: value for field, value in _PROBE.items() if not probe.get(field)})
            yield probe
    lifecycle = container.get("lifecycle")
    if isinstance(lifecycle, dict):
        yield from (item for item in lifecycle.values() if isinstance(item, dict))


def _action(action: Manifest) -> None:
    http, grpc = action.get("httpGet"), action.get("grpc")
    if isinstance(http, dict):
        fill(http, "path", "/")
        fill(http, "scheme", "HTTP")
    if isinstance(grpc, dict):
        fill(grpc, "service", "")


def _volume(volume: Manifest) -> None:
    if all(source is None for field, source in volume.items() if field != "name"):
        volume["emptyDir"] = {}
    for source in ("secret", "configMap", "projected", "downwardAPI"):
        if isinstance(volume.get(source), dict):
            fill(volume[source], "defaultMode", 0o644)
    image = volume.get("image")
    if isinstance(image, dict):
        fill(image, "pullPolicy", _pull_policy(image.get("reference")))
