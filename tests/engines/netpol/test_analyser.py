"""An independent analyser, network-config-analyzer, answers the same questions the same way.

Where that analyser reads the API differently, the questions are left out here, with the sentence that decides:
- It never lets an ipBlock match a pod, so the engine is asked with `ipblock_matches_pods=False` ("IPBlock … should be
  cluster-external IPs, since Pod IPs are ephemeral and unpredictable", networking/v1).
- It refuses a policy with egress rules whose policyTypes lack Egress; such rules say nothing ("policyTypes: list of
  rule types that the NetworkPolicy relates to") and are left out of what it is given.
- It takes an empty egress section without policyTypes as isolating egress. The API server sets policyTypes by "the
  existence of ingress or egress rules", and an empty list has none: `test_defaults.py` asks it. It is left out.
"""

import copy
import json
import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from k8sready.engines.netpol import Address, Cluster
from k8sready.engines.netpol.ports import ALL, NONE, PortSet

from .generators import ADDRESSES, QUESTIONS, State, cluster, state

VERSION = "2.1.0"
REQUIRED = "K8SREADY_REQUIRE_CONTROLPLANE"
_LINE = re.compile(r"^(\S+) => (\S+) : (.*)$")


@pytest.fixture(scope="session")
def nca() -> Path:
    """The analyser's program in an environment of its own; without a package index the tests are skipped."""
    folder = Path.home() / ".cache" / "k8sready" / "nca" / f"v{VERSION}"
    program = folder / "bin" / "nca"
    if not program.exists():
        try:
            subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True, capture_output=True)
            command = [
                str(folder / "bin" / "python"),
                "-m",
                "pip",
                "install",
                "-q",
                f"network-config-analyzer=={VERSION}",
            ]
            subprocess.run(command, check=True, capture_output=True, text=True, timeout=240)
        except (subprocess.SubprocessError, OSError) as error:
            shutil.rmtree(folder, ignore_errors=True)
            reason = f"network-config-analyzer cannot be installed: {getattr(error, 'stderr', '') or error}"
            if os.environ.get(REQUIRED):
                pytest.fail(reason, pytrace=False)
            pytest.skip(reason)
    return program


def _answers(nca: Path, found: State, folder: Path) -> dict[tuple[str, str], PortSet]:
    written = copy.deepcopy(found)
    for item in written["policies"]:
        types = item["spec"].get("policyTypes")
        for key, direction in (("ingress", "Ingress"), ("egress", "Egress")):
            if (types and direction not in types) or (not types and key == "egress" and not item["spec"].get(key)):
                item["spec"].pop(key, None)
    items = [one for kind in written.values() for one in kind]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "all.yaml").write_text("\n---\n".join(json.dumps(item) for item in items))
    command = [str(nca), "--connectivity", str(folder), "-r", str(folder), "-o", "txt_no_fw_rules"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    answers: dict[tuple[str, str], PortSet] = defaultdict(PortSet)
    for line in done.stdout.splitlines():
        if match := _LINE.match(line):
            answers[match[1], match[2]] |= _ports(match[3])
    return answers


def _ports(text: str) -> PortSet:
    if text == "All connections":
        return ALL
    match = re.fullmatch(r"\{protocols:([A-Z, \-]+?)(?:,dst_ports:([\d,\-]+))?\}", text)
    assert match, text
    found = NONE
    for protocol in match[1].replace(" ", "").split(","):
        for part in (match[2] or "1-65535").split(","):
            first, _, last = part.partition("-")
            found |= PortSet.of(protocol, int(first), int(last or first))
    return found


def _look_up(answers: dict[tuple[str, str], PortSet], source: Any, destination: Any) -> PortSet:
    found = NONE
    for (one, other), ports in answers.items():
        if _is(one, source) and _is(other, destination):
            found |= ports
    return found


def _is(written: str, end: Any) -> bool:
    if not isinstance(end, Address):
        return written == f"{end.metadata.namespace}/{end.metadata.name}[Pod]"
    if written.endswith("]"):
        return False
    for part in written.split(","):
        first, _, last = part.partition("-")
        if "/" not in part and ip_address(first) <= ip_address(end.ip) <= ip_address(last or first):
            return True
    return False


def _compare(nca: Path, seed: int, folder: Path) -> int:
    found = state(seed, pods=9, policies=7)
    frozen: Cluster = cluster(found, ipblock_matches_pods=False)
    answers = _answers(nca, found, folder / str(seed))
    ends = [*frozen.pods, *map(Address, ADDRESSES)]
    asked = 0
    for source in ends:
        for destination in ends:
            if source is destination or (isinstance(source, Address) and isinstance(destination, Address)):
                continue
            ports = _look_up(answers, source, destination)
            for number, protocol in QUESTIONS:
                verdict = frozen.allowed(source, destination, number, protocol)
                assert verdict.allowed is ports.has(number, protocol), (seed, source, destination, number, protocol)
                asked += 1
    return asked


def test_the_analyser_agrees(nca: Path, tmp_path: Path) -> None:
    assert sum(_compare(nca, seed, tmp_path) for seed in range(4)) > 2_000


@pytest.mark.long
def test_the_analyser_agrees_on_many_clusters(nca: Path, tmp_path: Path) -> None:
    assert sum(_compare(nca, seed, tmp_path) for seed in range(100, 130)) > 100_000
