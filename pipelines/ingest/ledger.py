"""What the ledger knows when files are loaded: which content came before, and under which names."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

import polars as pl

from pipelines.ingest.versions import read_name

if TYPE_CHECKING:
    from pipelines.ingest.stage import StagedFile

LOADED, DUPLICATE, REFUSED = "loaded", "duplicate", "refused"

Content = tuple[str | None, str]
"""A file's table and the hash of its bytes."""


@dataclass(slots=True)
class Ledger:
    """The files that were delivered so far, and what the new ones are to them.

    ``repeats`` are deliveries whose content was loaded before: their rows are duplicates, unread. ``renamed`` are
    those of them that came under a newer name: the rows take part once more, because what was said between counts
    as older, but what the quarantine holds of them is not held twice.
    """

    paths: dict[int, str] = field(default_factory=dict)
    repeats: set[int] = field(default_factory=set)
    renamed: set[int] = field(default_factory=set)
    _newest: dict[Content, str] = field(default_factory=dict)
    _last: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, known: pl.DataFrame) -> Self:
        """Return the ledger as the warehouse has it: delivery_id, path, table, sha256, status, in order."""
        ledger = cls()
        for row in known.iter_rows(named=True):
            ledger.paths[row["delivery_id"]] = row["path"]
            ledger._last[row["path"]] = row["sha256"]
            if row["status"] != REFUSED:
                ledger._know((row["table"], row["sha256"]), row["path"])
        return ledger

    @property
    def next_id(self) -> int:
        """The number of the next delivery."""
        return max(self.paths, default=0) + 1

    def take(self, delivery_id: int, one: StagedFile) -> None:
        """Take a new delivery.

        A path that goes back to an earlier content is no repetition: its rows replace those that came between.
        """
        path, content = one.file.path, (one.file.table, one.file.sha256)
        self.paths[delivery_id] = path
        is_back = self._last.get(path, one.file.sha256) != one.file.sha256
        if one.place is not None and not is_back and content in self._newest:
            is_newer = read_name(path).is_after(read_name(self._newest[content]))
            (self.renamed if is_newer else self.repeats).add(delivery_id)
        self._last[path] = one.file.sha256
        if one.place is not None:
            self._know(content, path)

    def _know(self, content: Content, path: str) -> None:
        """Remember the newest name of a content."""
        before = self._newest.get(content)
        if before is None or read_name(path).is_after(read_name(before)):
            self._newest[content] = path
