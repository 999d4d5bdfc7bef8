"""What a long sweep has tried, kept in a file: it can be done in parts, and goes on where it was ended."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from threading import Lock

from tests.faults.bench import Outcome
from tests.faults.shim import Fault
from tests.program import ROOT

JUDGED = ("dashboards", "engines", "features", "models", "pipelines", "sql", "tests/faults", "requirements.lock")
"""What an outcome says something about: with any other content of these it is tried again."""


def digest_of(root: Path = ROOT) -> str:
    """Return the hash of the program, of what breaks it and of what it is built on."""
    places = [place for name in JUDGED for place in ((root / name), *(root / name).rglob("*")) if place.is_file()]
    kept = sorted(place for place in places if "__pycache__" not in place.parts)
    named = b"".join(
        place.relative_to(root).as_posix().encode() + hashlib.sha256(place.read_bytes()).digest() for place in kept
    )
    return hashlib.sha256(named).hexdigest()


class Record:
    """The outcomes of faults without problems, by case and fault; in memory alone where no file is named."""

    def __init__(self, place: Path | None, digest: str) -> None:
        self._place, self._digest = place, digest
        self._lock = Lock()
        self._known: dict[tuple[str, Fault], Outcome] = {}
        if place is not None and place.is_file():
            for line in place.read_text(encoding="utf-8").splitlines():
                self._learn(json.loads(line))

    def _learn(self, told: dict[str, object]) -> None:
        """Remember a line of the file, unless another program was tried or something was wrong."""
        digest, case, fault = told.pop("digest"), told.pop("case"), Fault(**told.pop("fault"))  # type: ignore[arg-type]
        if digest == self._digest and not told.pop("problems"):
            self._known[str(case), fault] = Outcome(fault, problems=(), **told)  # type: ignore[arg-type]

    def known(self, case: str, fault: Fault) -> Outcome | None:
        """Return what became of a fault that was tried and left nothing wrong."""
        return self._known.get((case, fault))

    def add(self, case: str, outcome: Outcome) -> None:
        """Keep an outcome at once, as the sweep may be ended at any moment."""
        if self._place is not None:
            line = json.dumps({"digest": self._digest, "case": case, **asdict(outcome)})
            with self._lock, self._place.open("a", encoding="utf-8") as file:
                file.write(line + "\n")
