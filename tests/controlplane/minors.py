"""Builds older API servers for the long comparisons: `python -m tests.controlplane.minors [MINOR …]`.

Only kube-apiserver of each; etcd and the rest are those of `build`. Every module's go.mod replaces its parts by
folders of its own repository, which dependents do not inherit: here each becomes the part's release of the same
number, and the rest of the build list follows from the module's own. Checksums are the checksum database's.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from .build import BuildError, go_build, home, locked

VERSIONS = {34: "v1.34.4", 35: "v1.35.4", 36: "v1.36.3"}
PACKAGE = "k8s.io/kubernetes/cmd/kube-apiserver"
_MODULE = "k8s.io/kubernetes"
_LDFLAGS = "-s -w"


def ensure(minor: int, say: bool = True) -> Path:
    """The kube-apiserver of Kubernetes 1.`minor`, built now if need be (about four minutes on two cores).

    Raises:
        BuildError: Go is missing, or the build failed.
    """
    version = VERSIONS[minor]
    target = home().parent / f"apiserver-{version}"
    program = target / "bin" / "kube-apiserver"
    if program.exists():
        return program
    if not shutil.which("go"):
        raise BuildError(
            "Older API servers are built with Go (1.26 or newer, or any 1.21+ that may fetch its toolchain)."
        )
    target.mkdir(parents=True, exist_ok=True)
    with locked(target / "lock"):
        if not program.exists():
            _build(version, target, say)
    return program


def _build(version: str, target: Path, say: bool) -> None:
    if say:
        print(f"Building kube-apiserver {version} into {target}", flush=True)
    (target / "go.mod").write_text(go_mod(version))
    (target / "go.sum").unlink(missing_ok=True)
    partial = target / "partial"
    partial.mkdir(exist_ok=True)
    major, minor, _ = version.removeprefix("v").split(".")
    parts = {"gitVersion": version, "gitMajor": major, "gitMinor": minor}
    stamp = " ".join(f"-X k8s.io/component-base/version.{name}={value}" for name, value in parts.items())
    go_build(target, PACKAGE, partial, f"{_LDFLAGS} {stamp}", mod="mod", say=say)
    partial.rename(target / "bin")


def go_mod(version: str) -> str:
    """A go.mod that builds programs of k8s.io/kubernetes as its own go.mod would."""
    fetched = json.loads(_go("mod", "download", "-json", f"{_MODULE}@{version}"))
    own: dict[str, Any] = json.loads(_go("mod", "edit", "-json", fetched["GoMod"]))
    local = (item["Old"]["Path"] for item in own["Replace"] if item["New"]["Path"].startswith("./staging/"))
    lines = ["module k8sready.test/kube-apiserver", f"go {own['Go']}", f"require {_MODULE} {version}"]
    lines += [f"godebug {item['Key']}={item['Value']}" for item in own.get("GoDebug") or ()]
    lines += [f"replace {path} => {path} v0.{version.removeprefix('v1.')}" for path in local]
    return "\n".join(lines) + "\n"


def _go(*arguments: str) -> str:
    done = subprocess.run(["go", *arguments], capture_output=True, text=True, check=False, cwd=Path(__file__).parent)
    if done.returncode:
        raise BuildError(f"go {' '.join(arguments)} failed:\n{done.stderr[-2000:]}{done.stdout[-2000:]}")
    return done.stdout


if __name__ == "__main__":
    try:
        for wanted in [int(text) for text in sys.argv[1:]] or sorted(VERSIONS):
            print(ensure(wanted))
    except BuildError as error:
        sys.exit(str(error))
