"""Any table, written in any dialect, comes back as the same typed rows; every mutilated file is accounted for."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.ingest.deliver import load_delivery
from pipelines.ingest.stage import StagedFile, stage_file
from pipelines.warehouse import Warehouse
from tests.ingest_tools import KEY, MEMORY, accounted, delivered, read, rows_of

NAMES = ("chargeback_id", "order_id", "opened_at", "amount", "reason", "outcome")
BLANKS = " \t\n\r\v\f\u0085\u00a0\u200b\u3000\ufeff\u2028\u2029"
TEXTS = st.text(st.characters(blacklist_categories=["Cs", "Cc"]) | st.sampled_from(",;|\t\n\"'"), max_size=12)
IDS = st.from_regex(r"[A-Z0-9]{1,18}", fullmatch=True).filter(lambda text: not text.isspace())
MOMENTS = st.datetimes(datetime.fromisoformat("1900-01-01"), datetime.fromisoformat("2199-12-31"))
AMOUNTS = st.decimals(0, 10**10 - 1, places=4)
ROWS = st.lists(st.tuples(IDS, IDS, MOMENTS, AMOUNTS, TEXTS, TEXTS), min_size=1, max_size=6)


@st.composite
def dialects(draw: st.DrawFn) -> dict[str, str]:
    """Draw how a CSV file is written."""
    return {
        "delimiter": draw(st.sampled_from(",;\t|")),
        "end": draw(st.sampled_from(["\n", "\r\n"])),
        "quoting": draw(st.sampled_from(["all", "minimal"])),
        "encoding": draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])),
        "packing": draw(st.sampled_from(["", ".gz", ".zst"])),
        "format": draw(st.sampled_from(["csv", "csv", "csv", "jsonl", "json"])),
    }


def packed(content: bytes, packing: str) -> bytes:
    if packing == ".gz":
        return gzip.compress(content)
    return zstandard.ZstdCompressor().compress(content) if packing else content


def written(rows: list[list[str]], dialect: dict[str, str]) -> bytes:
    if dialect["format"] != "csv":
        items = [dict(zip(NAMES, row, strict=True)) for row in rows]
        text = json.dumps(items) if dialect["format"] == "json" else "\n".join(map(json.dumps, items))
        return text.encode()
    file = io.StringIO()
    quoting = csv.QUOTE_ALL if dialect["quoting"] == "all" else csv.QUOTE_MINIMAL
    writer = csv.writer(file, delimiter=dialect["delimiter"], lineterminator=dialect["end"], quoting=quoting)  # type: ignore[arg-type]
    writer.writerows([NAMES, *rows])
    return file.getvalue().encode(dialect["encoding"])


@settings(max_examples=60, deadline=None)
@given(rows=ROWS, dialect=dialects(), offset=st.sampled_from(["", "Z", "+00:00"]))
def test_any_table_comes_back(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[str, str, datetime, Decimal, str, str]],
    dialect: dict[str, str],
    offset: str,
) -> None:
    texts = [[one, two, at.isoformat() + offset, format(amount, "f"), *more] for one, two, at, amount, *more in rows]
    name = f"chargebacks.{dialect['format']}{dialect['packing']}"
    found = read(tmp_path_factory.mktemp("trip"), name, packed(written(texts, dialect), dialect["packing"]))
    assert found.staged.refusal is None
    expected = [(one, two, at, amount, *map(cleaned, more)) for one, two, at, amount, *more in rows]
    assert [tuple(row[column] for column in NAMES) for row in found.rows] == expected
    assert found.staged.rows_quarantined == 0


def cleaned(text: str) -> str | None:
    return text.strip(BLANKS.replace("\u0085", "").replace("\u2028", "").replace("\u2029", "")) or None


SEEDS = {
    "chargebacks.csv": b"chargeback_id,order_id,opened_at,amount,reason\n"
    + b"".join(b'%d,"O%d",2026-01-0%d,%d.50,"a ""b""\n, c"\n' % (n, n, n % 9 + 1, n) for n in range(30)),
    "chargebacks.jsonl": b"".join(
        b'{"chargeback_id": "%d", "order_id": %d, "opened_at": "2026-01-01", "amount": 5.5}\n' % (n, n)
        for n in range(30)
    ),
}
SEEDS["chargebacks.json"] = b"[" + SEEDS["chargebacks.jsonl"].strip().replace(b"\n", b",") + b"]"


def seeds(folder: Path) -> dict[str, bytes]:
    """Return files to mutilate, in every format and packing."""
    csv_rows = SEEDS["chargebacks.csv"]
    (tmp := folder / "seed").mkdir()
    staged = read(tmp, "chargebacks.csv", csv_rows).staged
    assert staged.place is not None
    parquet = staged.place.read_bytes()
    return SEEDS | {
        "chargebacks.csv.gz": gzip.compress(csv_rows),
        "chargebacks.csv.zst": zstandard.ZstdCompressor().compress(csv_rows),
        "chargebacks_utf16.csv": csv_rows.decode().encode("utf-16"),
        "chargebacks_1252.csv": csv_rows.replace(b" c", b" \xe9"),
        "chargebacks.parquet": parquet,
    }


def mutilated(content: bytes, dice: random.Random) -> bytes:
    """Return a file with one to four things done to it."""
    changed = bytearray(content)
    for _ in range(dice.randint(1, 4)):
        place = dice.randrange(len(changed)) if changed else 0
        match dice.randrange(7):
            case 0:
                changed[place : place + 1] = bytes([dice.randrange(256)])
            case 1:
                del changed[place:]
            case 2:
                changed[place:place] = dice.choice(
                    [b'"', b"'", b'"\n"', b"\\", b"\0", b"\xff\xfe", b"\r", b"\n", b"{", b"]"]
                )
            case 3:
                changed = bytearray(bytes(changed).replace(b",", dice.choice([b";", b"\t", b"|"]), dice.randint(1, 40)))
            case 4:
                del changed[place : place + dice.randint(1, 50)]
            case 5:
                changed[place:place] = changed[: dice.randint(1, 200)]
            case _:
                changed[place:place] = bytes(dice.randrange(256) for _ in range(dice.randint(1, 30)))
    return bytes(changed)


def hurt(folder: Path, n_files: int, seed: int) -> Iterator[StagedFile]:
    """Stage mutilated files; only refusals and rows in quarantine may come of them."""
    dice, whole = random.Random(seed), seeds(folder)  # noqa: S311 - not for secrets
    staging = folder / "staging"
    staging.mkdir(exist_ok=True)
    for number in range(n_files):
        name = dice.choice(sorted(whole))
        file = delivered(folder, f"{name.split('.')[0]}_{number}.{name.split('.', 1)[1]}", mutilated(whole[name], dice))
        # in this process, where a bug of the reader fails the test; apart, it would be one more refusal
        yield stage_file(file, staging, KEY, MEMORY)


def check_hurt(folder: Path, n_files: int, seed: int) -> None:
    staged = list(hurt(folder, n_files, seed))
    for one in staged:
        rows = rows_of(one)
        assert one.rows_read == len(rows), one
        assert one.rows_quarantined == sum(row["error_code"] is not None for row in rows), one
        assert [row["row_number"] for row in rows] == list(range(1, len(rows) + 1)), one
        assert (one.refusal is None) == (one.place is not None), one
    with Warehouse(folder, MEMORY) as warehouse:
        ledger = load_delivery(warehouse, staged, datetime.now(UTC).replace(tzinfo=None))
        held = warehouse.count("raw.chargebacks")
        assert warehouse.count("raw.quarantine") == sum(int(str(row["rows_quarantined"])) for row in ledger)
    assert held == sum(int(str(row["rows_loaded"])) for row in ledger)
    assert all(row["rows_read"] == sum(accounted(row)) for row in ledger)
    assert {row["status"] for row in ledger} >= {"loaded", "refused"}


@pytest.mark.slow
def test_mutilated_files_are_refused_or_accounted_for(tmp_path: Path) -> None:
    check_hurt(tmp_path, 150, seed=1)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10, 20))
def test_many_more_of_them(tmp_path: Path, seed: int) -> None:
    check_hurt(tmp_path, 500, seed)
