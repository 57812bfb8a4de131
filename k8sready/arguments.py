"""What can be said on the command line, and what of it makes no sense."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NoReturn

from .errors import K8sReadyError
from .version import __version__

USAGE = 3
SEVERITIES = ("critical", "high", "medium", "low", "info")
_SOURCE = (
    "a saved snapshot, a folder or file of manifests, a kubectl dump, - for standard input, or context:NAME "
    "(default: the current context of the kubeconfig)"
)
_OUTPUTS = ("output", "html", "json", "csv")
_NAMESPACE = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
Run = Callable[[argparse.Namespace], int]


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"{self.prog}: {message}\n")


Commands = argparse._SubParsersAction  # argparse gives its type no public name


def parser(verbs: Mapping[str, Run]) -> argparse.ArgumentParser:
    """The parser of all commands; `verbs` names the functions that run them."""
    every = _Parser(prog="k8sready", description="Is this Kubernetes cluster ready for production?")
    every.add_argument("--version", action="version", version=f"k8sready {__version__}")
    commands = every.add_subparsers(metavar="COMMAND", required=True)
    for add in (_add_collect, _add_assess, _add_report, _add_role, _add_notebooks, _add_demo):
        add(commands, verbs)
    return every


def _command(commands: Commands[_Parser], name: str, run: Run, words: str) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=words, description=words[0].upper() + words[1:] + ".")
    command.set_defaults(run=run, complain=command.error)
    return command


def _add_source(command: argparse.ArgumentParser) -> None:
    command.add_argument("source", nargs="?", metavar="SOURCE", help=_SOURCE)
    command.add_argument("--kubeconfig", metavar="FILE", help="default: $KUBECONFIG or ~/.kube/config")
    command.add_argument("-n", "--namespace", action="append", metavar="NAME", help="read only these (repeatable)")
    command.add_argument(
        "--secrets",
        action="store_true",
        help="also list Secrets and ConfigMaps as tables: names, types, counts; no values",
    )


def _add_output(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", metavar="FILE", help="write results as JSON (- for standard output)")
    command.add_argument("--csv", metavar="FILE", help="write findings as CSV")
    command.add_argument("--fail-on", choices=SEVERITIES, help="exit 1 on findings of this severity or worse")
    command.add_argument("--answers", metavar="DIR", help="folder with answers.yaml and exemptions.yaml")
    command.add_argument(
        "--compare",
        metavar="SNAPSHOT",
        help="an earlier snapshot: say what is new and what is fixed, in the outputs too",
    )
    command.add_argument("--no-prove", action="store_true", help="do not try the remedies in memory")


def _add_collect(commands: Commands[_Parser], verbs: Mapping[str, Run]) -> None:
    command = _command(commands, "collect", verbs["collect"], "save a snapshot of any source")
    _add_source(command)
    command.add_argument("-o", "--output", required=True, metavar="FILE", help="the snapshot file to write")


def _add_assess(commands: Commands[_Parser], verbs: Mapping[str, Run]) -> None:
    command = _command(commands, "assess", verbs["assess"], "assess a source")
    _add_source(command)
    command.add_argument("--html", metavar="FILE", help="write the self-contained report")
    _add_output(command)


def _add_report(commands: Commands[_Parser], verbs: Mapping[str, Run]) -> None:
    command = _command(commands, "report", verbs["assess"], "assess a source and write the report")
    _add_source(command)
    command.add_argument("-o", "--html", default="k8sready-report.html", metavar="FILE", help="default: %(default)s")
    _add_output(command)


def _add_role(commands: Commands[_Parser], verbs: Mapping[str, Run]) -> None:
    command = _command(commands, "role", verbs["role"], "print the least-privilege ClusterRole that reading needs")
    command.add_argument("--secrets", action="store_true", help="include listing Secrets and ConfigMaps")


def _add_notebooks(commands: Commands[_Parser], verbs: Mapping[str, Run]) -> None:
    command = _command(commands, "notebooks", verbs["notebooks"], "lay the guided notebooks out in a folder")
    command.add_argument("folder", metavar="DIR")


def _add_demo(commands: Commands[_Parser], verbs: Mapping[str, Run]) -> None:
    command = _command(commands, "demo", verbs["assess"], "assess the bundled demo cluster")
    command.set_defaults(source="demo:", kubeconfig=None, namespace=None, secrets=False)
    command.add_argument("--html", metavar="FILE", help="write the self-contained report")
    _add_output(command)


def is_live(options: argparse.Namespace) -> bool:
    """Whether SOURCE is a cluster."""
    return options.source is None or options.source.startswith("context:")


def check_source(options: argparse.Namespace) -> None:
    """Refuse (exit code 3) an empty SOURCE, and options that mean nothing for it."""
    if options.source in ("", "context:"):
        options.complain("SOURCE is empty. Name one, or leave it out for the current context.")
    if not is_live(options):
        given = [f"--{name}" for name in ("kubeconfig", "namespace", "secrets") if getattr(options, name)]
        if given:
            options.complain(f"{', '.join(given)}: only a live cluster can be asked so; SOURCE is a file or folder.")
    for name in options.namespace or ():
        if not _NAMESPACE.fullmatch(name):
            options.complain(f"-n {name!r:.80} is not the name of a namespace; repeat -n for several.")


def check_outputs(options: argparse.Namespace) -> None:
    """Refuse what could not be written, before anything is read.

    Raises:
        K8sReadyError: an output's folder is not there or not writable, or the output is no file.
    """
    named = {name: getattr(options, name, None) for name in _OUTPUTS}
    for name in (*_OUTPUTS, "answers", "compare"):
        if getattr(options, name, None) == "":
            options.complain(f"--{name} is empty. Name a file or folder, or leave it out.")
    files = {name: Path(file).resolve() for name, file in named.items() if file and (name, file) != ("json", "-")}
    if any(file == "-" for name, file in named.items() if name != "json"):
        options.complain("only --json can go to standard output (-); name a file for the others.")
    if len(set(files.values())) < len(files):
        options.complain("two outputs have the same name; the second would replace the first.")
    if any(file in _inputs(options) for file in files.values()):
        options.complain("an output has the name of an input and would replace it.")
    for name, file in files.items():
        _check_writable(file, Path(str(named[name])))


def _inputs(options: argparse.Namespace) -> list[Path]:
    """The files that are read."""
    from .answers import ANSWERS_FILE, EXEMPTIONS_FILE  # not before an output is named: help has to come at once

    said = getattr(options, "answers", None)
    files = [Path(said, name) for name in (ANSWERS_FILE, EXEMPTIONS_FILE)] if said else []
    others = (options.source, options.kubeconfig, getattr(options, "compare", None))
    return [Path(file).resolve() for file in (*files, *filter(None, others))]


def _check_writable(file: Path, named: Path) -> None:
    problem = ""
    if named.exists() and not named.is_file() and not named.is_dir():  # a pipe's name leads nowhere once resolved
        problem = "this is not a regular file. Name one."
    elif not file.parent.is_dir():
        problem = f"there is no folder {file.parent}. Make it first, or name another."
    elif file.is_dir():
        problem = "this is a folder. Name a file in it."
    elif not os.access(file.parent, os.W_OK):
        problem = f"the folder {file.parent} cannot be written. Check its permissions, or name another."
    if problem:
        raise K8sReadyError(f"{file}: {problem}")
