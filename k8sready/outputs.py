"""The files that a command was asked for; one that cannot be written costs only itself."""

import argparse
from functools import partial
from pathlib import Path

from .assessment import Assessment, Comparison
from .reporting import write_csv, write_html, write_json
from .tables import Tables


def written(
    options: argparse.Namespace, assessment: Assessment, tables: Tables, compared: Comparison | None = None
) -> tuple[list[Path], list[str]]:
    """The files that were written, and of the others why they could not be: on a full disk the short ones fit."""
    paths, lost = [], []
    wanted = (
        (options.json, partial(write_json, compared=compared)),
        (options.csv, write_csv),
        (options.html, partial(write_html, tables=tables, compared=compared)),
    )
    for file, write in wanted:
        if file and file != "-":  # which is standard output
            try:
                paths.append(write(assessment, Path(file).resolve()))
            except OSError as error:
                lost.append(f"{file}: {error.strerror}")
    return paths, lost
