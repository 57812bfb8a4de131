"""Compares the engine with an API server's admission, pod by pod: verdict, controls, words, and the smallest patch."""

import json
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from random import Random
from typing import Any

from k8sready.engines.pss import Level, Patch, Policy, Version, evaluate, minimal_patch
from k8sready.objects.decoding import from_manifest
from k8sready.objects.pods import Pod
from k8sready.snapshot.merging import strategic
from tests.controlplane.server import ControlPlane

from .containers import Manifest
from .generators import pod

PREFIX = "pod-security.kubernetes.io/"
MINORS = (None, 0, 7, 8, 18, 19, 21, 22, 23, 24, 25, 26, 28, 30, 31, 33, 34, 35, 36, 37, 40)
POLICIES = [Policy(level, Version(minor)) for level in (Level.BASELINE, Level.RESTRICTED) for minor in MINORS]


def policy_labels(policy: Policy, mode: str = "enforce") -> dict[str, str]:
    """The namespace labels of a policy in one mode."""
    return {f"{PREFIX}{mode}": policy.level.value, f"{PREFIX}{mode}-version": str(policy.version)}


def pod_of(manifest: Manifest) -> Pod:
    """A Pod decoded as the product decodes it."""
    pod = from_manifest(manifest)[1]
    assert isinstance(pod, Pod)
    return pod


def denial(status: int, body: bytes) -> str | None:
    """What admission says: "" for admitted, its denial, or None where the object is not valid."""
    if status in (200, 201):
        return ""
    _, mark, told = str(json.loads(body).get("message", "")).partition("violates PodSecurity")
    return f"{mark}{told}" if status == 403 and mark else None


_BY_KEY = frozenset({"containers", "initContainers", "ports"})  # lists whose members merge
_WHOLE = frozenset({"seccompProfile", "appArmorProfile"})  # objects that mean nothing in part
_KEYS = frozenset({"name", "containerPort"})  # say which member is meant, and change nothing


def leaves(patch: Manifest) -> Iterator[tuple[str | int, ...]]:
    """Paths of everything that a patch changes, one by one."""
    for name, value in patch.items():
        if isinstance(value, dict) and value and name not in _WHOLE:
            yield from ((name, *path) for path in leaves(value))
        elif name in _BY_KEY and not any("$patch" in item for item in value):
            for place, item in enumerate(value):
                yield from ((name, place, *path) for path in leaves(item))
        elif name not in _KEYS:
            yield (name,)


def without(patch: Manifest, path: tuple[str | int, ...]) -> Manifest:
    """The patch with one leaf left out."""
    lesser: Any = deepcopy(patch)
    parent = lesser
    for step in path[:-1]:
        parent = parent[step]
    del parent[path[-1]]
    return dict(lesser)


@dataclass
class Oracle:
    """One API server of a known minor, with a namespace for every policy; `counts` says what was compared."""

    plane: ControlPlane
    minor: int
    spaces: dict[Policy, str]
    counts: Counter[str] = field(default_factory=Counter)
    controls: Counter[str] = field(default_factory=Counter)  # how often each was violated

    @classmethod
    def of(cls, plane: ControlPlane) -> "Oracle":
        """An oracle over every policy of `POLICIES`."""
        spaces = {policy: plane.namespace("pss", policy_labels(policy)) for policy in POLICIES}
        return cls(plane, plane.minor, spaces)

    def ask(self, manifest: Manifest, policy: Policy) -> str | None:
        """What admission says of a pod in a namespace of the policy."""
        path = f"/api/v1/namespaces/{self.spaces[policy]}/pods?dryRun=All"
        return denial(*self.plane.request("POST", path, manifest))

    def compare(self, manifest: Manifest, policy: Policy) -> None:
        """The engine says what the server says, and its patch does what it promises."""
        answer = self.ask(manifest, policy)
        if answer is None:
            self.counts["invalid"] += 1
            return
        self.counts["denied" if answer else "admitted"] += 1
        made = pod_of(manifest)
        verdict = evaluate(made.metadata, made.spec, policy, server_minor=self.minor)
        assert verdict.text == answer
        self.controls.update(item.control for item in verdict.violations)
        if answer:
            patch = minimal_patch(made.metadata, made.spec, policy, server_minor=self.minor)
            self._compare_patch(manifest, policy, patch)

    def _compare_patch(self, manifest: Manifest, policy: Policy, patch: Patch) -> None:
        told = self.ask(strategic(manifest, patch.template), policy)
        assert told is not None, ("the API server refuses the patched pod", patch)
        assert (told == "") is patch.complete, (patch, told)
        self.counts["healed" if patch.complete else "left to people"] += 1
        for path in leaves(patch.template):
            self.counts["leaves"] += 1
            lesser = strategic(manifest, without(patch.template, path))
            made = pod_of(lesser)
            after = evaluate(made.metadata, made.spec, policy, server_minor=self.minor).violations
            refused = after == patch.left and self.ask(lesser, policy) is None
            assert after != patch.left or refused, ("a leaf that nothing needs", path, patch)

    def run(self, seeds: range) -> Counter[str]:
        """Compare a generated pod for every seed, each by a policy drawn with it."""
        for seed in seeds:
            random = Random(seed)
            manifest, policy = pod(random), random.choice(POLICIES)
            try:
                self.compare(manifest, policy)
            except AssertionError as error:
                raise AssertionError(f"seed {seed}, {policy}: {error}\n{json.dumps(manifest)}") from error
        return self.counts
