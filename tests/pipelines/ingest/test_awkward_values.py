"""Ten thousand values that readers change silently, planted where none looks: stored as they mean, or refused."""

from __future__ import annotations

import csv
import random
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from tests.ingest_tools import Read, read

BEGIN = 20_481
"""Rows before the first awkward one: DuckDB guesses types by the first 20,480."""
N_PLANTED = 10_000
NAMES = ("chargeback_id", "order_id", "opened_at", "amount", "reason")
START = datetime.fromisoformat("2025-01-01")
Values = tuple[str, str, datetime, Decimal, str | None]
"""What a row means: its cells as they must be stored."""


def clean(number: int) -> tuple[list[str], Values]:
    """Return a plain row, in a column of whole amounts and of days, and what it means."""
    day = START + timedelta(days=number % 300)
    return (
        [f"{number}", f"{number % 9000 + 1000}", f"{day:%Y-%m-%d}", f"{number % 90}", "late"],
        (f"{number}", f"{number % 9000 + 1000}", day, Decimal(number % 90), "late"),
    )


def planted(number: int, dice: random.Random) -> tuple[list[str], Values | None, str]:
    """Return a row with one awkward cell, what it means (None where it must be refused) and the column of the cell."""
    cells, means = clean(number)
    _, order, at, amount, reason = means
    key = cells[0]
    digits = "".join(dice.choices("123456789", k=18))
    cents = Decimal(dice.randrange(1, 10**8)) / 100
    moment = at + timedelta(seconds=dice.randrange(1, 86_400))
    kept: list[tuple[int, str, Values]] = [
        (1, f"00{digits[:4]}", (key, f"00{digits[:4]}", at, amount, reason)),
        (1, digits, (key, digits, at, amount, reason)),
        (1, f"'0{digits[:3]}", (key, f"0{digits[:3]}", at, amount, reason)),
        (1, f"{digits[0]}E{digits[1:3]}", (key, f"{digits[0]}E{digits[1:3]}", at, amount, reason)),
        (1, "-0", (key, "-0", at, amount, reason)),
        (1, "true", (key, "true", at, amount, reason)),
        (1, "1_000", (key, "1_000", at, amount, reason)),
        (2, moment.isoformat(" "), (key, order, moment, amount, reason)),
        (2, (moment + timedelta(hours=2)).isoformat() + "+02:00", (key, order, moment, amount, reason)),
        (3, f"{cents}", (key, order, at, cents, reason)),
        (3, f"{cents:.2f}0001", (key, order, at, cents, reason)),
        (3, f"{cents:,.2f}", (key, order, at, cents, reason)),
        (3, f"{cents:.2f} EUR", (key, order, at, cents, reason)),
        (4, "00012", (key, order, at, amount, "00012")),
        (4, "1e5", (key, order, at, amount, "1e5")),
        (4, "NA", (key, order, at, amount, "NA")),
        (4, "2026-01-01", (key, order, at, amount, "2026-01-01")),
        (4, "NULL", (key, order, at, amount, None)),
    ]
    refused = [
        (1, f"{digits[0]}.{digits[1:6]}E+11"),
        (1, f"{digits[0]},{digits[1:6]}E+11"),
        (1, "#REF!"),
        (2, str(dice.randrange(40_000, 50_000))),
        (2, f"{dice.randrange(40_000, 50_000)}.{digits[:3]}"),
        (2, "2025-02-30"),
        (2, f"{at:%Y-%m-%d} 10:00 CET"),
        (2, f"{at:%Y%m%d}"),
        (3, f"{digits[0]}_{digits[1:4]}"),
        (3, f"{digits[:2]}%"),
        (3, f"-{cents}"),
        (3, "inf"),
        (3, "0x1F"),
        (3, digits),
        (3, "1.2.3"),
        (3, "free"),
    ]
    choice = dice.randrange(len(kept) + len(refused))
    if choice < len(kept):
        place, cell, wanted = kept[choice]
        cells[place] = cell
        return cells, wanted, NAMES[place]
    place, cell = refused[choice - len(kept)]
    cells[place] = cell
    return cells, None, NAMES[place]


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> tuple[Read, list[tuple[Values | None, str]]]:
    """Return a file with the planted rows as it was read, and what each of its rows means."""
    dice, folder = random.Random(7), tmp_path_factory.mktemp("awkward")  # noqa: S311 - not for secrets
    truth: list[tuple[Values | None, str]] = []
    place = folder / "written.csv"
    with place.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(NAMES)
        for number in range(1, BEGIN + 1):
            cells, means = clean(number)
            writer.writerow(cells)
            truth.append((means, ""))
        for number in range(BEGIN + 1, BEGIN + N_PLANTED + 1):
            cells, wanted, column = planted(number, dice)
            writer.writerow(cells)
            truth.append((wanted, column))
    return read(folder, "chargebacks.csv", place.read_bytes()), truth


def test_no_awkward_value_is_changed_silently(delivered: tuple[Read, list[tuple[Values | None, str]]]) -> None:
    found, truth = delivered
    assert found.staged.refusal is None
    assert len(found.rows) == len(truth) == BEGIN + N_PLANTED
    changed = [
        (row["row_number"], column)
        for row, (wanted, column) in zip(found.rows, truth, strict=True)
        if row["error_code"] is None and tuple(row[name] for name in NAMES) != wanted
    ]
    assert changed == []
    lost = [column for row, (wanted, column) in zip(found.rows, truth, strict=True) if wanted and row["error_code"]]
    assert lost == [], "a value that can be read was refused"


def test_every_refused_one_says_which_column_and_shows_no_value(
    delivered: tuple[Read, list[tuple[Values | None, str]]],
) -> None:
    found, truth = delivered
    refused = [(row, column) for row, (wanted, column) in zip(found.rows, truth, strict=True) if wanted is None]
    assert len(refused) > N_PLANTED / 3
    assert {row["error_code"] for row, _ in refused} == {"unreadable_value"}
    assert [
        row["error"] for row, column in refused if not row["error"].startswith(f"{column} is not a readable ")
    ] == []
    assert {row["error"].partition(": ")[2] for row, column in refused if column == "order_id"} == {
        "it looks like a number that a spreadsheet rounded, such as 1.2E+11, and its digits are lost",
        "it is the error of a spreadsheet",
    }
