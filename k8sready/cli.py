"""The same verbs in a terminal: collect, assess, report, role, notebooks, demo."""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .arguments import SEVERITIES, USAGE, check_outputs, check_source, is_live, parser
from .errors import K8sReadyError
from .garbage import not_collected
from .interrupts import interruptible
from .legible import legible
from .saying import say, warnings_as_sentences

if TYPE_CHECKING:
    import argparse

    from .answers import Said
    from .assessment import Assessment, Comparison
    from .snapshot import Snapshot

OK, FINDINGS, NOT_ASSESSED = 0, 1, 2
__all__ = ["FINDINGS", "NOT_ASSESSED", "OK", "USAGE", "main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is 0, 1 (findings, with --fail-on), 2 (could not assess) or 3 (usage)."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    options = parser({"collect": _collect, "assess": _assess, "role": _role, "notebooks": _notebooks}).parse_args(argv)
    try:
        with not_collected(), warnings_as_sentences():  # a command's objects live to its end, its imports above all
            code: int = options.run(options)
    except K8sReadyError as error:
        return _failed(str(error))
    except KeyboardInterrupt:
        return _failed("interrupted. An output is either whole or as it was before.")
    except OSError as error:
        return _failed(f"{error.filename or 'reading or writing'}: {error.strerror}. Check the path and the disk.")
    except MemoryError:
        return _failed("not enough memory. Read fewer namespaces (-n), or use a larger machine.")
    except Exception as error:  # a traceback could show what it must not
        return _failed(f"this should not have happened: {_place(error)}. Please report it with this line.")
    return code


def _failed(message: str) -> int:
    say(f"k8sready: {legible(message)}", sys.stderr)
    return NOT_ASSESSED


def _place(error: Exception) -> str:
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    where = f" in {Path(trace.tb_frame.f_code.co_filename).name}, line {trace.tb_lineno}" if trace else ""
    return f"{type(error).__name__}{where}"


def read(options: argparse.Namespace, cancel: threading.Event | None = None) -> Snapshot:
    """The snapshot of the SOURCE argument; of a cluster what was read until `cancel` was set.

    Raises:
        K8sReadyError: it cannot be read; the message says what to do.
    """
    import k8sready

    if options.source == "demo:":
        from .bundle import demo

        return k8sready.open(demo())
    if not is_live(options):
        return k8sready.open(options.source)
    from .progress import terminal

    return k8sready.collect(
        options.kubeconfig,
        (options.source or "").removeprefix("context:") or None,
        options.namespace,
        secrets=options.secrets,
        progress=terminal(cancel),
        cancel=cancel,
    )


def _read(options: argparse.Namespace) -> tuple[Snapshot, bool]:
    """The snapshot, and whether reading it was interrupted."""
    check_source(options)
    check_outputs(options)
    if not is_live(options):
        return read(options), False
    snapshot = None
    with interruptible() as cancel:
        try:
            snapshot = read(options, cancel)
        except K8sReadyError:
            if not cancel.is_set():
                raise
    if snapshot is None or (cancel.is_set() and not snapshot.objects):
        raise K8sReadyError("interrupted before anything was read; nothing was written.")
    return snapshot, cancel.is_set()


def _interrupted(what: str) -> int:
    return _failed(f"interrupted: {what} holds what was read until then; the rest is marked as not read.")


def _collect(options: argparse.Namespace) -> int:
    from .snapshot import Reading, save
    from .terminal import unread

    snapshot, interrupted = _read(options)
    path = save(snapshot, Path(options.output).resolve())
    for line in unread(snapshot.coverage):
        say(line, sys.stderr)
    say(str(path), sys.stdout)
    if interrupted:
        return _interrupted("the snapshot")
    read_some = {Reading.COMPLETE, Reading.PARTIAL} & {item.reading for item in snapshot.coverage.values()}
    return OK if read_some else _failed("nothing could be read; the lines above say why.")


def _assess(options: argparse.Namespace) -> int:
    from . import assess
    from .outputs import written
    from .tables import Tables
    from .terminal import comparison, summary

    said = _said(options.answers)
    earlier = _earlier(options.compare)
    if options.html:
        from .reporting.drawing import prepare

        prepare()
    snapshot, interrupted = _read(options)
    said, tables = said.about(snapshot.identity.uid) if said else None, Tables(snapshot)
    assessment = assess(snapshot, said, prove=not options.no_prove, tables=tables)
    compared, incomparable = _compared(earlier, assessment, said)
    paths, lost = written(options, assessment, tables, compared)  # before any words: their reader may leave early
    out = sys.stderr if options.json == "-" else sys.stdout
    say("\n".join([summary(assessment), *map(str, paths)]), out)
    if options.json == "-":
        from .reporting import to_json

        say(to_json(assessment, compared).decode().rstrip("\n"), sys.stdout)
    if compared:
        say(comparison(compared, assessment), sys.stderr)
    if lost:
        return _failed(f"{'; '.join(lost)}. Check the path and the disk. The rest is as told above.")
    if incomparable:
        return _failed(incomparable)
    return _interrupted("the assessment") if interrupted else _verdict(options.fail_on, assessment)


def _said(folder: str | None) -> Said | None:
    from .answers import read as read_answers

    if folder and not Path(folder).is_dir():
        raise K8sReadyError(f"{folder}: there is no such folder. Name the one with answers.yaml and exemptions.yaml.")
    said = read_answers(Path(folder)) if folder else None
    if said and not (said.answers or said.exemptions or said.profile):
        say(legible(f"{folder}: nothing is answered or exempted there (answers.yaml, exemptions.yaml)."), sys.stderr)
    return said


def _earlier(source: str | None) -> Snapshot | None:
    import k8sready

    return k8sready.open(source) if source else None


def _compared(earlier: Snapshot | None, later: Assessment, said: Said | None) -> tuple[Comparison | None, str]:
    """What changed, and why that cannot be said."""
    import k8sready

    from .assessment import compare

    try:
        return (compare(k8sready.assess(earlier, said, prove=False), later) if earlier else None), ""
    except ValueError as error:  # of another cluster: what was assessed is worth keeping all the same
        return None, str(error)


def _verdict(fail_on: str | None, assessment: Assessment) -> int:
    if all(item.examined == 0 for item in assessment.results if not item.manual):
        return _failed("no check could examine anything; see above what was not read.")
    if fail_on and any(
        SEVERITIES.index(item.severity.value) <= SEVERITIES.index(fail_on) for item in assessment.findings
    ):
        return FINDINGS
    return OK


def _role(options: argparse.Namespace) -> int:
    import yaml

    from .needs import cluster_role

    say(yaml.safe_dump(cluster_role(secrets=options.secrets), sort_keys=False).rstrip("\n"), sys.stdout)
    return OK


def _notebooks(options: argparse.Namespace) -> int:
    from .bundle import lay_out_notebooks

    say("\n".join(map(str, lay_out_notebooks(Path(options.folder)))), sys.stdout)
    return OK


if __name__ == "__main__":
    sys.exit(main())
