"""Read delivered files in a process of their own, so that a crafted file costs that file alone.

Exports are untrusted: a reader may crash on one, hang, or ask for all memory. One process reads file
after file; where it dies, takes too long or grows too large, the file that it was reading is refused
and the next file gets a new process. Such a refusal is no verdict on the file for ever (it may have
been the machine's day): the ledger keeps it without the file's hash, and the next run tries again.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self, get_type_hints

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from pipelines.errors import ReturnwatchError
from pipelines.ingest.discover import DeliveredFile, stamp_of
from pipelines.ingest.process import BROKE, DIED, LARGE, SLOW, LostError, Process
from pipelines.ingest.stage import StagedFile
from pipelines.ingest.worker import LEFT_TO_PARENT, MEMORY, OURS, Duty
from pipelines.sizes import bytes_of

PIECE = 50 << 20
"""Bytes that may take ``Limits.seconds``; a larger file may take as much again for each piece of that size."""
PACKED_RATIO = 8
"""How much larger a packed text usually is once unpacked."""
OWN_BYTES = 256 << 20
"""Memory of a reader that is not DuckDB's: the interpreter, its libraries, a batch of rows."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one delivered file may take: memory (``3GB``), and seconds for each 50 MB of it."""

    memory: str = "3GB"
    seconds: float = 120

    @property
    def n_bytes(self) -> int:
        """The memory in bytes."""
        return bytes_of(self.memory)

    @property
    def of_duckdb(self) -> str:
        """The memory that the reader's DuckDB may use of it."""
        return f"{max(self.n_bytes - OWN_BYTES, self.n_bytes // 2) >> 10}KiB"

    def seconds_for(self, n_bytes: int) -> float:
        """Return the seconds that a file of that size may take."""
        return self.seconds * (1 + n_bytes // PIECE)


class Reader:
    """Stages delivered files, each in the one process that it keeps for them; ends it with the ``with`` block."""

    def __init__(self, folder: Path, key: bytes, limits: Limits) -> None:
        self._folder = folder.absolute()
        self._key = key
        self._limits = limits
        self._process: Process | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The number of the process; None where none was needed yet."""
        return self._process.child.pid if self._process else None

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.end()
            self._process = None

    def stage(self, file: DeliveredFile) -> StagedFile:
        """Stage one file, as ``stage_file`` does; a file that its reader is lost over comes back refused.

        Raises ReturnwatchError where the machine's disk gives out, or no process can be started.
        """
        if file.reason or file.kind is None:
            return StagedFile(file, None, 0, 0, refusal=file.reason or "of no known kind")
        try:
            staged = self._attempt(file)
        except LostError as lost:
            is_guilty = self._was_alone() and lost.verdict != DIED
            self._clean_up(file)
            staged = _refused(file, lost, self._limits) if is_guilty or lost.verdict == SLOW else self._alone(file)
        if staged.refusal is None and file.stamp and stamp_of(file.place) != file.stamp:
            return _unread(file, "the file changed while it was read; deliver it again")
        return staged

    def _was_alone(self) -> bool:
        """Whether the process has read no other file before, which may have left it in a bad state."""
        return self._process is None or self._process.n_asked <= 1

    def _alone(self, file: DeliveredFile) -> StagedFile:
        """Stage a file in a new process, once: only so it is known whether it was the file, or what came before it."""
        try:
            return self._attempt(file)
        except LostError as lost:
            self._clean_up(file)
            return _refused(file, lost, self._limits)

    def _attempt(self, file: DeliveredFile) -> StagedFile:
        """Stage a file in the process; LostError where that is lost over it."""
        process = self._running(file.landing.resolve())
        n_bytes = file.n_bytes * (PACKED_RATIO if file.compression else 1)
        try:
            kind, content = process.ask(file, n_bytes, self._limits.seconds_for(n_bytes))
        except BaseException as error:
            if not isinstance(error, LostError):
                self.close()
            raise
        if kind == OURS:
            raise ReturnwatchError(str(content))
        if kind == MEMORY:
            raise LostError(LARGE)
        if process.resident_bytes() > self._limits.n_bytes // 2:
            self.close()
        return self._taken(file, content)

    def _running(self, landing: Path) -> Process:
        """Return the process that reads below a landing folder, started where there is none."""
        if self._process is not None and self._process.duty.landing != landing:
            self.close()
        if self._process is None:
            duty = Duty(landing, self._folder, self._key, self._limits.of_duckdb, self._limits.n_bytes)
            self._process = Process.start(duty)
        return self._process

    def _taken(self, file: DeliveredFile, content: object) -> StagedFile:
        """Return the outcome that a process has told, checked: it may name no file but those that it had to write."""
        try:
            told = dict(_outcome().model_validate(content))
        except ValidationError:
            raise LostError(BROKE, "an answer that makes no sense") from None
        staged = StagedFile(file=replace(file, sha256="") if told.pop("is_unread") else file, **told)
        if any(Path(place).parent != self._folder or not Path(place).is_file() for place in staged.places):
            raise LostError(BROKE, "an answer that names another file")
        return staged

    def _clean_up(self, file: DeliveredFile) -> None:
        """End a process that was lost over a file, and remove what it has left."""
        self.close()
        table = file.table or ""
        for pattern in (f"{file.sha256}.*", f"{file.sha256}-{table}.*", f"tmp_{file.sha256}-{table}.*"):
            for place in self._folder.glob(pattern):
                with suppress(OSError):
                    place.unlink()


@cache
def _outcome() -> type[BaseModel]:
    """Return what holds an answer to the fields of ``StagedFile`` and their types."""
    hints = get_type_hints(StagedFile)
    names: dict[str, Any] = {
        entry.name: (hints[entry.name], ...) for entry in fields(StagedFile) if entry.name not in LEFT_TO_PARENT
    }
    made: type[BaseModel] = create_model(
        "Outcome", __config__=ConfigDict(extra="forbid"), is_unread=(bool, ...), **names
    )
    return made


def _refused(file: DeliveredFile, lost: LostError, limits: Limits) -> StagedFile:
    """Return a file as refused, with the one reason for which its reader was lost."""
    seconds = limits.seconds_for(file.n_bytes * (PACKED_RATIO if file.compression else 1))
    reasons = {
        SLOW: f"reading it takes longer than {seconds:g} seconds; deliver it in parts, or raise [engine] file_seconds",
        LARGE: f"reading it takes more memory than one file may have ({limits.memory}); "
        "deliver it in parts, or raise [engine] file_memory_limit",
        DIED: f"the reader died of it ({lost.detail}); deliver it again, if need be in parts or in another format",
        BROKE: f"the reader broke down over it ({lost.detail}); deliver it in another format, and please report it",
    }
    return _unread(file, reasons[lost.verdict])


def _unread(file: DeliveredFile, reason: str) -> StagedFile:
    """Return a file as refused for now: without its hash, so that the ledger does not take it for known."""
    return StagedFile(replace(file, sha256=""), None, 0, 0, refusal=reason)
