"""environment.yml and pyproject.toml name the same packages with the same bounds."""

import re
from importlib.metadata import requires
from pathlib import Path

import yaml

CONDA_NAMES = {"kubernetes": "python-kubernetes", "ruamel-yaml": "ruamel.yaml"}


def test_conda_users_get_the_packages_and_bounds_that_pip_users_get() -> None:
    declared = [re.sub(r"\s", "", line) for line in requires("k8sready") or [] if "extra ==" not in line]
    expected = {_renamed(line) for line in declared}
    listed = yaml.safe_load(Path("environment.yml").read_text())["dependencies"]
    conda = {line for line in listed if isinstance(line, str) and line not in ("pip", "python>=3.10")}
    assert {_parts(line) for line in conda} == {_parts(line) for line in expected}


def test_conda_users_get_the_python_that_pip_users_need() -> None:
    listed = yaml.safe_load(Path("environment.yml").read_text())["dependencies"]
    assert 'requires-python = ">=3.10"' in Path("pyproject.toml").read_text()
    assert "python>=3.10" in listed


def _renamed(line: str) -> str:
    name = re.match(r"[\w.-]+", line)
    assert name is not None
    return CONDA_NAMES.get(name[0].lower(), name[0].lower()) + line[name.end() :]


def _parts(line: str) -> tuple[str, frozenset[str]]:
    match = re.match(r"([\w.-]+)(.*)", line)
    assert match is not None
    return match[1], frozenset(match[2].split(","))
