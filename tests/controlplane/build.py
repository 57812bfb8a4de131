"""Builds the control plane once, cached outside the checkout: `python -m tests.controlplane.build`."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent
KUBERNETES = "v1.37.2"
_STAMP = "-X k8s.io/component-base/version"
_LDFLAGS = {
    "kubernetes": f"-s -w {_STAMP}.gitVersion={KUBERNETES} {_STAMP}.gitMajor=1 {_STAMP}.gitMinor=37",
    "kwok": "-s -w",
}
PROGRAMS = {
    "kubernetes": (
        "k8s.io/kubernetes/cmd/kube-apiserver",
        "k8s.io/kubernetes/cmd/kube-controller-manager",
        "k8s.io/kubernetes/cmd/kube-scheduler",
        "k8s.io/kubernetes/cmd/kubectl",
        "go.etcd.io/etcd/server/v3",
    ),
    "kwok": ("sigs.k8s.io/kwok/cmd/kwok",),
}
_STAGES = ("node/fast", "node/heartbeat-with-lease", "pod/fast", "pod/general", "pod/chaos")


class BuildError(Exception):
    """The programs cannot be built here; the text says what to install."""


def _key() -> str:
    digest = hashlib.sha256(repr((_LDFLAGS, PROGRAMS, _STAGES)).encode())
    for name in PROGRAMS:
        for file in ("go.mod", "go.sum"):
            digest.update((HERE / name / file).read_bytes())
    return digest.hexdigest()[:16]


def home() -> Path:
    """Where the programs of this recipe lie, built or not."""
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(cache) / "k8sready" / "controlplane" / f"{KUBERNETES}-{_key()}"


def ensure(say: bool = True) -> Path:
    """The folder of the built programs (`bin/`, `stages/`), built now if need be; one builder at a time.

    Raises:
        BuildError: Go is missing, or a build failed.
    """
    target = home()
    if (target / "complete").exists():
        return target
    if not shutil.which("go"):
        raise BuildError(
            "The control plane's tests need Go (1.26 or newer, or any 1.21+ that may fetch its toolchain)."
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    with locked(target.with_suffix(".lock")):
        if not (target / "complete").exists():
            _build(target, say)
    return target


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Only one process at a time is inside."""
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _build(target: Path, say: bool) -> None:
    partial = target.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    (partial / "bin").mkdir(parents=True)
    if say:
        print(
            "Building a real Kubernetes control plane for the tests, once: about seven minutes on two cores.",
            flush=True,
        )
        print(f"It is kept in {target}.", flush=True)
    for module, packages in PROGRAMS.items():
        for package in packages:
            go_build(HERE / module, package, partial / "bin", _LDFLAGS[module], say=say)
    _copy_stages(partial / "stages")
    (partial / "complete").touch()
    shutil.rmtree(target, ignore_errors=True)
    partial.rename(target)


def go_build(folder: Path, package: str, out: Path, ldflags: str, *, mod: str = "readonly", say: bool = True) -> None:
    """Compile a package into `out`, by the go.mod of `folder`; says every fifteen seconds that it lives.

    Raises:
        BuildError: the compiler's last words.
    """
    command = ["go", "build", "-trimpath", "-ldflags", ldflags, "-o", f"{out}/", package]
    environment = {**os.environ, "CGO_ENABLED": "0", "GOFLAGS": f"-mod={mod}"}
    started = time.monotonic()
    log = out.parent / "build.log"
    with log.open("wb") as sink:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=sink, stderr=sink)
        while process.poll() is None:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                if say:
                    print(f"  compiling {package} … {time.monotonic() - started:.0f} s", flush=True)
    if process.returncode:
        raise BuildError(f"go build {package} failed:\n{log.read_text(errors='replace')[-2000:]}")
    if say:
        print(f"  built {package} in {time.monotonic() - started:.0f} s", flush=True)


def _copy_stages(target: Path) -> None:
    """kwok 0.8 starts only with stages; its module carries them."""
    found = subprocess.run(
        ["go", "list", "-m", "-f", "{{.Dir}}", "sigs.k8s.io/kwok"],
        cwd=HERE / "kwok",
        check=True,
        capture_output=True,
        text=True,
    )
    for stage in _STAGES:
        shutil.copytree(Path(found.stdout.strip()) / "kustomize" / "stage" / stage, target / stage)
    for path in target.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)


if __name__ == "__main__":
    try:
        print(ensure())
    except BuildError as error:
        sys.exit(str(error))
