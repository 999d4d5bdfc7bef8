"""Print what each reader makes of the polluted files: ``python -m tests.pollution``, with ``--all`` by property."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.pollution.corpus import corpus
from tests.pollution.measure import READERS, Result, by_property, measured, simple, weighted


def main(arguments: list[str]) -> None:
    """Measure every reader and print a table for docs/messy_files.md."""
    files = list(corpus())
    with tempfile.TemporaryDirectory() as folder:
        results = {reader: measured(files, reader, Path(folder) / str(n)) for n, reader in enumerate(READERS)}
    lines = [
        f"{len(files)} files, {len(by_property(results['returnwatch']))} properties\n",
        "| reader | cells right, weighted | each file alike | files refused | cells changed or lost in silence |",
        "|---|---|---|---|---|",
        *(_line(reader, found) for reader, found in results.items()),
    ]
    if "--all" in arguments:
        lines += ["", f"| property | weight | {' | '.join(READERS)} |", "|---|---|" + "---|" * len(READERS)]
        groups = {reader: by_property(found) for reader, found in results.items()}
        for prop, own in groups["returnwatch"].items():
            cells = " | ".join(_cell(groups[reader][prop]) for reader in READERS)
            lines.append(f"| {prop.replace('|', chr(92) + '|')} | {own[0].weight:g} | {cells} |")
    sys.stdout.write("\n".join(lines) + "\n")


def _line(reader: str, found: list[Result]) -> str:
    """Return the line of one reader."""
    refused, silent = sum(one.is_refused for one in found), sum(one.n_silent for one in found)
    return f"| {reader} | {weighted(found):.1%} | {simple(found):.1%} | {refused} | {silent} |"


def _cell(found: list[Result]) -> str:
    """Return what a reader made of a property: the share of cells that are right, and what it did in silence."""
    silent = sum(one.n_silent for one in found)
    return f"{simple(found):.0%}" + (f", {silent} in silence" if silent else "")


if __name__ == "__main__":
    main(sys.argv[1:])
