"""The program run as a user runs it, and what it leaves in a home."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.warm import warm

ROOT = Path(__file__).parents[1]
HEAVY = {"run", "evaluate", "export", "report"}
"""Commands that import more than they do, on a small shop."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A program that ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.out)
        return content


def returnwatch(
    *arguments: str | Path,
    cwd: Path | None = None,
    variables: Mapping[str, str] | None = None,
    is_cold: bool = False,
) -> Ended:
    """Run the program as a user does, with coverage of its own where the tests measure it.

    Commands that import much are processes of their own too, but forked from one that has imported the program,
    and without coverage, unless ``is_cold``.
    """
    argv = [*map(str, arguments)]
    # Which tables there are, and what is checked of them, is fixed by the sources that are there at import.
    is_forked = not (is_cold or HEAVY.isdisjoint(argv) or "RETURNWATCH_SOURCES_DIR" in (variables or {}))
    # Whole runs are measured where tests run them in their own process; here it would double their time.
    dropped = ("RETURNWATCH_", "COVERAGE_") if is_forked or "run" in argv else ("RETURNWATCH_",)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    environment = kept | dict(variables or {}) | {"PYTHONPATH": str(ROOT)}
    if is_forked:
        return Ended(*warm(ROOT).run(argv, cwd or ROOT, environment))
    done = subprocess.run(
        [sys.executable, "-m", "pipelines", *argv],
        capture_output=True, text=True, check=False, cwd=cwd or ROOT, env=environment,
    )  # fmt: skip
    return Ended(done.returncode, done.stdout, done.stderr)


def fingerprint(home: Path) -> dict[str, str]:
    """Return the hash of every file of a home that must not change when a run fails."""
    kept = [place for place in sorted(home.rglob("*")) if place.is_file() and place.name not in {"run.lock", "key"}]
    hashes = {place.relative_to(home).as_posix(): hashlib.sha256(place.read_bytes()).hexdigest() for place in kept}
    pointer = home / "published" / "current"
    return hashes | ({"current": str(pointer.readlink())} if pointer.is_symlink() else {})


def table_hashes(home: Path) -> dict[str, str]:
    """Return the hashes that the manifest of the current set gives."""
    manifest = json.loads((home / "published" / "current" / "manifest.json").read_text(encoding="utf-8"))
    return {name: entry["sha256"] for name, entry in manifest["tables"].items()}


@dataclass(frozen=True, slots=True)
class RunShop:
    """A made-up shop, where it was delivered, its truth, and the home that it was run in."""

    landing: Path
    truth: Path
    home: Path
    result: dict[str, Any]
