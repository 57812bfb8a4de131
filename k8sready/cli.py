"""The same verbs in a terminal: collect, assess, report, role, notebooks, demo."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from . import __version__
from .errors import K8sReadyError

if TYPE_CHECKING:
    from .answers import Said
    from .assessment import Assessment
    from .snapshot import Snapshot

OK, FINDINGS, NOT_ASSESSED, USAGE = 0, 1, 2, 3
_SEVERITIES = ("critical", "high", "medium", "low", "info")
_SOURCE = (
    "a saved snapshot, a folder or file of manifests, a kubectl dump, - for standard input, or context:NAME "
    "(default: the current context of the kubeconfig)"
)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        print(f"{self.prog}: {message}", file=sys.stderr)
        raise SystemExit(USAGE)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is 0, 1 (findings, with --fail-on), 2 (could not assess) or 3 (usage)."""
    options = _parser().parse_args(argv)
    try:
        code: int = options.run(options)
    except K8sReadyError as error:
        print(f"k8sready: {error}", file=sys.stderr)
        return NOT_ASSESSED
    except KeyboardInterrupt:
        print("k8sready: interrupted; nothing was written.", file=sys.stderr)
        return NOT_ASSESSED
    except OSError as error:
        print(
            f"k8sready: {error.filename or ''}: {error.strerror}. Check the path and its permissions.", file=sys.stderr
        )
        return NOT_ASSESSED
    return code


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="k8sready", description="Is this Kubernetes cluster ready for production?")
    parser.add_argument("--version", action="version", version=f"k8sready {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for add in (_add_collect, _add_assess, _add_report, _add_role, _add_notebooks, _add_demo):
        add(commands)
    return parser


Commands = argparse._SubParsersAction  # argparse gives its type no public name


def _command(
    commands: Commands[_Parser], name: str, run: Callable[[argparse.Namespace], int], words: str
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=words, description=words[0].upper() + words[1:] + ".")
    command.set_defaults(run=run)
    return command


def _add_source(command: argparse.ArgumentParser) -> None:
    command.add_argument("source", nargs="?", default="", metavar="SOURCE", help=_SOURCE)
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
    command.add_argument("--fail-on", choices=_SEVERITIES, help="exit 1 when there are findings at or above")
    command.add_argument("--answers", metavar="DIR", help="folder with answers.yaml and exemptions.yaml")
    command.add_argument("--compare", metavar="SNAPSHOT", help="an earlier snapshot: say what is new and what is fixed")
    command.add_argument("--no-prove", action="store_true", help="do not try the remedies in memory")


def _add_collect(commands: Commands[_Parser]) -> None:
    command = _command(commands, "collect", _collect, "save a snapshot of any source")
    _add_source(command)
    command.add_argument("-o", "--output", required=True, metavar="FILE", help="the snapshot file to write")


def _add_assess(commands: Commands[_Parser]) -> None:
    command = _command(commands, "assess", _assess, "assess a source")
    _add_source(command)
    command.add_argument("--html", metavar="FILE", help="write the self-contained report")
    _add_output(command)


def _add_report(commands: Commands[_Parser]) -> None:
    command = _command(commands, "report", _assess, "assess a source and write the report")
    _add_source(command)
    command.add_argument("-o", "--html", default="k8sready-report.html", metavar="FILE", help="default: %(default)s")
    _add_output(command)


def _add_role(commands: Commands[_Parser]) -> None:
    command = _command(commands, "role", _role, "print the least-privilege ClusterRole that reading needs")
    command.add_argument("--secrets", action="store_true", help="include listing Secrets and ConfigMaps")


def _add_notebooks(commands: Commands[_Parser]) -> None:
    command = _command(commands, "notebooks", _notebooks, "lay the guided notebooks out in a folder")
    command.add_argument("folder", metavar="DIR")


def _add_demo(commands: Commands[_Parser]) -> None:
    command = _command(commands, "demo", _assess, "assess the bundled demo cluster")
    command.set_defaults(source="demo:", kubeconfig=None, namespace=None, secrets=False)
    command.add_argument("--html", metavar="FILE", help="write the self-contained report")
    _add_output(command)


def read(options: argparse.Namespace) -> Snapshot:
    """The snapshot of the SOURCE argument.

    Raises:
        K8sReadyError: it cannot be read; the message says what to do.
    """
    import k8sready

    source: str = options.source
    if source == "demo:":
        from .bundle import demo

        return k8sready.open(demo())
    if source and not source.startswith("context:"):
        return k8sready.open(source)
    from .progress import terminal

    return k8sready.collect(
        options.kubeconfig,
        source.removeprefix("context:") or None,
        options.namespace,
        secrets=options.secrets,
        progress=terminal(),
    )


def _collect(options: argparse.Namespace) -> int:
    from .snapshot import save

    snapshot = read(options)
    print(save(snapshot, Path(options.output)))
    return OK


def _assess(options: argparse.Namespace) -> int:
    from . import assess
    from .terminal import summary

    said = _said(options.answers)
    snapshot = read(options)
    assessment = assess(snapshot, said, prove=not options.no_prove)
    out = sys.stderr if options.json == "-" else sys.stdout
    print(summary(assessment), file=out)
    if options.compare:
        _compare(options.compare, assessment, said)
    for path in _written(options, assessment, snapshot):
        print(path, file=out)
    return _verdict(options.fail_on, assessment)


def _said(folder: str | None) -> Said | None:
    from .answers import read as read_answers

    return read_answers(Path(folder)) if folder else None


def _compare(earlier: str, later: Assessment, said: Said | None) -> None:
    import k8sready

    from .assessment import compare
    from .terminal import comparison

    try:
        compared = compare(k8sready.assess(k8sready.open(earlier), said, prove=False), later)
    except ValueError as error:
        raise K8sReadyError(str(error)) from None
    print(comparison(compared), file=sys.stderr)


def _written(options: argparse.Namespace, assessment: Assessment, snapshot: Snapshot) -> list[Path]:
    from . import report as write_report
    from .reporting import to_json, write_csv, write_json

    paths: list[Path] = []
    if options.json == "-":
        sys.stdout.write(to_json(assessment).decode())
    elif options.json:
        paths.append(write_json(assessment, Path(options.json)))
    if options.csv:
        paths.append(write_csv(assessment, Path(options.csv)))
    if options.html:
        paths.append(write_report(assessment, snapshot, options.html))
    return paths


def _verdict(fail_on: str | None, assessment: Assessment) -> int:
    if all(item.examined == 0 for item in assessment.results if not item.manual):
        print("k8sready: no check could examine anything; see what was not read above.", file=sys.stderr)
        return NOT_ASSESSED
    if fail_on and any(
        _SEVERITIES.index(item.severity.value) <= _SEVERITIES.index(fail_on) for item in assessment.findings
    ):
        return FINDINGS
    return OK


def _role(options: argparse.Namespace) -> int:
    import yaml

    from .needs import cluster_role

    print(yaml.safe_dump(cluster_role(secrets=options.secrets), sort_keys=False), end="")
    return OK


def _notebooks(options: argparse.Namespace) -> int:
    from .bundle import lay_out_notebooks

    for path in lay_out_notebooks(Path(options.folder)):
        print(path)
    return OK


if __name__ == "__main__":
    sys.exit(main())
