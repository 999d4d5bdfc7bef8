"""Mutated files of every contract table, format and packing: no traceback, and no row that is unaccounted for."""

from __future__ import annotations

import gzip
import io
import json
import os
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from features.contracts import CANONICAL_TABLES, Column, Kind, Table
from pipelines.ingest.deliver import load_delivery, stage_delivery
from pipelines.ingest.stage import StagedFile
from pipelines.warehouse import Warehouse
from tests.ingest_tools import KEY, LOADED_AT, MEMORY, accounted, delivered, rows_of

N_FILES = int(os.environ.get("RETURNWATCH_FUZZ_FILES", "2000"))
FORMATS = ("csv", "tsv", "jsonl", "json", "csv.gz", "tsv.zst", "jsonl.gz", "json.zst", "parquet")
NUMBERS = (Kind.MONEY, Kind.AMOUNT, Kind.QUANTITY, Kind.COUNT, Kind.INTEGER)


@dataclass(frozen=True, slots=True)
class Mutant:
    """A mutated file: its content as it would be unpacked (empty where nobody can say), and what became of it."""

    format: str
    content: bytes
    table: Table
    staged: StagedFile


def value(column: Column, dice: random.Random, number: int) -> str:
    """Return a value that a column accepts."""
    if column.words:
        return dice.choice(column.words)
    if column.kind in NUMBERS:
        return str(dice.randint(1, 99))
    if column.kind in {Kind.TIMESTAMP, Kind.DAY}:
        return f"2026-01-{dice.randint(1, 28):02d}T10:00:00"
    if column.kind is Kind.BOOLEAN:
        return dice.choice(["true", "false"])
    if column.kind is Kind.CURRENCY:
        return "EUR"
    return dice.choice([f"X{number}", "café", 'say "hi"', "a, b; c"]) if not column.required else f"X{number}"


def seed(table: Table, form: str, dice: random.Random) -> bytes:
    """Return a whole file of a table, unpacked."""
    columns = [column for column in table.columns if column.required or dice.random() < 0.5]
    names = [column.name for column in columns]
    rows = [[value(column, dice, number) for column in columns] for number in range(dice.randint(5, 40))]
    if form == "parquet":
        file = io.BytesIO()
        pq.write_table(pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))), file)
        return file.getvalue()
    if form.startswith("json"):
        items = [json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=dice.random() < 0.5) for row in rows]
        return ("\n".join(items) if form == "jsonl" else f"[{','.join(items)}]").encode()
    mark = "\t" if form == "tsv" else ","

    def cell(text: str) -> str:
        return '"' + text.replace('"', '""') + '"' if set(text) & {mark, '"'} else text

    end = dice.choice(["\n", "\r\n"])
    return "".join(mark.join(map(cell, row)) + end for row in [names, *rows]).encode()


def flipped(content: bytearray, dice: random.Random) -> bytearray:
    for _ in range(dice.randint(1, 5)):
        content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
    return content


def cut(content: bytearray, dice: random.Random) -> bytearray:
    return content[: dice.randrange(len(content))]


def swapped(content: bytearray, dice: random.Random) -> bytearray:
    old, new = dice.choice([b",", b"\t", b":", b"}"]), dice.choice([b";", b"\t", b"|", b",", b""])
    return bytearray(bytes(content).replace(old, new, dice.randint(1, 60)))


def injected(content: bytearray, dice: random.Random) -> bytearray:
    for _ in range(dice.randint(1, 3)):
        place = dice.randrange(len(content))
        content[place:place] = dice.choice(
            [b'"', b"'", b'",', b'"\n', b"\\", b"\0", b"\r", b"\n\n", b"\xff", b"{", b"]"]
        )
    return content


def repeated(content: bytearray, dice: random.Random) -> bytearray:
    place, length = dice.randrange(len(content)), dice.randint(1, 200)
    return content[:place] + content[:length] + content[place:]


MUTATIONS: tuple[Callable[[bytearray, random.Random], bytearray], ...] = (flipped, cut, swapped, injected, repeated)


def mutants(folder: Path, n_files: int, first: int) -> list[Mutant]:
    """Stage mutated files, packed where their format says so; some packed ones are mutated once packed.

    One reader goes through all of them, as in a run, so that what a file leaves behind in it meets the next ones.
    """
    files, seeds = [], []
    tables = list(CANONICAL_TABLES.values())
    for number in range(first, first + n_files):
        dice = random.Random(number)  # noqa: S311 - not for secrets
        table, form = tables[number % len(tables)], FORMATS[number % len(FORMATS)]
        base, _, packing = form.partition(".")
        whole = bytearray(seed(table, base, dice))
        mutation = MUTATIONS[dice.randrange(len(MUTATIONS))]
        is_late = bool(packing) and dice.random() < 0.3
        content = bytes(whole if is_late else mutation(whole, dice))
        packed = {"gz": gzip.compress, "zst": zstandard.ZstdCompressor().compress}.get(packing, bytes)(content)
        last = bytes(mutation(bytearray(packed), dice)) if is_late else packed
        files.append(delivered(folder, f"{table.name}_{number}.{form}", last))
        # a frame of zstd without a checksum may unpack to another text
        seeds.append((base, b"" if is_late else content, table))
    staged = stage_delivery(files, folder / "staging", KEY, MEMORY)
    return [Mutant(*one, found) for one, found in zip(seeds, staged, strict=True)]


def counted(mutant: Mutant) -> int | None:
    """Return how many rows a file has by a count of its own; None where nobody can say."""
    if mutant.format == "parquet":
        try:
            return int(pq.read_metadata(io.BytesIO(mutant.content)).num_rows)
        except (pa.ArrowException, OSError):
            return None
    if mutant.format == "json":
        found = json.loads(mutant.content.decode(errors="replace"))
        return len(found) if isinstance(found, list) else 1
    said = [line for line in re.split(rb"\r\n|\r|\n", mutant.content) if line.strip()]
    if mutant.format == "jsonl":
        return (
            len([line for line in mutant.content.split(b"\n") if line.strip()]) if b"\r" not in mutant.content else None
        )
    if any(line.count(b'"') % 2 for line in said) or b"'" in mutant.content or b"\\" in mutant.content:
        return None
    known = {column.name.encode() for column in mutant.table.columns}
    hits = [len(known & set(re.split(rb"[^\w]+", line.lower()))) for line in said]
    return len(said) - 1 - hits.index(max(hits))


def check(folder: Path, n_files: int, first: int) -> int:
    """Stage and load mutated files; return how many of them could be counted by another count."""
    made = mutants(folder, n_files, first)
    n_counted = 0
    for one in made:
        rows = rows_of(one.staged)
        assert one.staged.file.sha256, f"the reader was lost: {one.staged.refusal}"
        assert one.staged.rows_read == len(rows), one
        assert one.staged.rows_quarantined == sum(row["error_code"] is not None for row in rows), one
        assert [row["row_number"] for row in rows] == list(range(1, len(rows) + 1)), one
        assert (one.staged.refusal is None) == (one.staged.place is not None), one
        count = counted(one) if one.content and one.staged.refusal is None else None
        n_counted += count is not None
        assert count in {None, one.staged.rows_read}, one
    with Warehouse(folder, MEMORY) as warehouse:
        ledger = load_delivery(warehouse, [one.staged for one in made], LOADED_AT)
        quarantined = sum(int(str(row["rows_quarantined"])) for row in ledger)
        assert warehouse.count("raw.quarantine") == quarantined
        for table in CANONICAL_TABLES:
            loaded = sum(int(str(row["rows_loaded"])) for row in ledger if row["table"] == table)
            assert warehouse.count(f"raw.{table}") == loaded
    assert all(row["rows_read"] == sum(accounted(row)) for row in ledger)
    assert {row["status"] for row in ledger} >= {"loaded", "refused"}
    return n_counted


def test_mutated_files_are_refused_or_accounted_for(tmp_path: Path) -> None:
    assert check(tmp_path, 54, first=0) > 15


@pytest.mark.slow
@pytest.mark.parametrize("part", range(10))
def test_two_thousand_of_them(tmp_path: Path, part: int) -> None:
    n_files = N_FILES // 10
    assert check(tmp_path, n_files, first=1000 + part * n_files) > n_files // 4
