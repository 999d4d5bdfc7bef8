"""Any valid typed table, written in any style of numbers and dates, comes back equal through staging."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.ingest.options import ReaderOptions
from pipelines.ingest.stage import stage_file
from tests.ingest_tools import KEY, MEMORY, delivered, rows_of

NAMES = (
    "rma_id", "sku", "quantity", "requested_at", "status", "refund_amount", "restocking_fee", "received_at",
    "dock_received", "tracking_destination_postcode", "scan_weight_g",
)  # fmt: skip
MOMENTS = st.datetimes(datetime.fromisoformat("2001-01-01"), datetime.fromisoformat("2067-12-31")).map(
    lambda at: at.replace(microsecond=0, second=0)
)
AMOUNTS = st.one_of(st.decimals(0, 3000, places=2), st.decimals(0, 10**9, places=2), st.integers(0, 2000).map(Decimal))
IDS = st.from_regex(r"[A-Z][0-9]{1,17}|0[0-9]{1,17}|[1-9][0-9]{17}", fullmatch=True)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "rma_id": IDS,
            "sku": IDS,
            "quantity": st.integers(1, 3000),
            "requested_at": MOMENTS,
            "status": st.sampled_from(["requested", "refunded", "closed"]),
            "refund_amount": st.none() | AMOUNTS,
            "restocking_fee": st.none() | AMOUNTS,
            "received_at": st.none() | MOMENTS,
            "dock_received": st.none() | st.booleans(),
            "tracking_destination_postcode": st.none() | st.from_regex(r"[0-9]{5}", fullmatch=True),
            "scan_weight_g": st.none() | st.integers(0, 30_000),
        }
    ),
    min_size=1,
    max_size=8,
)
GROUPS = {"": "", "dot": ".", "comma": ",", "blank": " ", "hard": "\u00a0", "narrow": "\u202f", "apostrophe": "'"}
DATES: dict[str, tuple[str, str]] = {
    "iso": ("%Y-%m-%d %H:%M", "ymd"),
    "slashed iso": ("%Y/%m/%d %H:%M", "ymd"),
    "german": ("%d.%m.%Y %H:%M", "dmy"),
    "british": ("%d/%m/%Y %H:%M", "dmy"),
    "dutch": ("%d-%m-%Y %H:%M", "dmy"),
    "american": ("%m/%d/%Y %I:%M %p", "mdy"),
    "short american": ("%m/%d/%y %I:%M %p", "mdy"),
    "words": ("%d %b %Y %H:%M", "ymd"),
    "american words": ("%B %d, %Y %I:%M:%S %p", "ymd"),
}
FLAGS = [("true", "false"), ("1", "0"), ("YES", "no"), ("Ja", "Nein"), ("on", "off"), ("Vrai", "Faux"), ("1.0", "0.0")]
COINS: list[Callable[[str], str]] = [
    str, "€ {}".format, "{} €".format, "${}".format, "{} EUR".format, "USD {}".format, "zł{}".format,
]  # fmt: skip


@st.composite
def styles(draw: st.DrawFn) -> dict[str, Any]:
    """Draw how a table's values are written; the thousands are never grouped by the decimal mark."""
    mark = draw(st.sampled_from([".", ","]))
    group = draw(st.sampled_from([text for text in GROUPS.values() if text != mark]))
    return {
        "mark": mark,
        "group": group,
        "dates": draw(st.sampled_from(sorted(DATES))),
        "flags": draw(st.sampled_from(FLAGS)),
        "coin": draw(st.sampled_from(COINS)),
        "nothing": draw(st.sampled_from(["", "NULL", "#N/A", "\\N"])),
        "quoted_zip": draw(st.booleans()),
        "is_declared": draw(st.booleans()),
    }


def number(value: Decimal | int, style: dict[str, Any]) -> str:
    text = f"{value:,.2f}" if isinstance(value, Decimal) else f"{value:,}"
    return text.replace(",", "G").replace(".", style["mark"]).replace("G", style["group"])


def cell(name: str, value: Any, style: dict[str, Any]) -> str:  # noqa: ANN401 - a value of any kind
    if value is None:
        return str(style["nothing"])
    if isinstance(value, bool):
        return str(style["flags"][0 if value else 1])
    if isinstance(value, datetime):
        return value.strftime(DATES[style["dates"]][0])
    if isinstance(value, Decimal):
        return str(style["coin"](number(value, style)))
    if isinstance(value, int):
        return number(value, style)
    return f"'{value}" if name.endswith("postcode") and style["quoted_zip"] else str(value)


def written(rows: list[dict[str, Any]], style: dict[str, Any]) -> str:
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";")
    writer.writerows([NAMES, *([cell(name, row[name], style) for name in NAMES] for row in rows)])
    return file.getvalue()


def check(folder: Path, rows: list[dict[str, Any]], style: dict[str, Any]) -> bool:
    """Stage a table; return whether it was read: then it must be equal. Undeclared, it may be refused, and said so."""
    (folder / "staging").mkdir()
    file = delivered(folder, "returns.csv", written(rows, style))
    if style["is_declared"]:
        file = replace(file, options=ReaderOptions(date_order=DATES[style["dates"]][1], decimal=style["mark"]))
    staged = stage_file(file, folder / "staging", KEY, MEMORY)
    if staged.refusal is not None:
        assert not style["is_declared"], staged.refusal
        assert "no other value decides" in staged.refusal
        return False
    found = rows_of(staged)
    assert len(found) == len(rows)
    for got, row in zip(found, rows, strict=True):
        if got["error_code"] is None:
            assert {name: got[name] for name in NAMES} == row
        else:
            assert not style["is_declared"], got["error"]
            assert got["error_code"] == "ambiguous_value", got["error"]
    return True


@settings(max_examples=25, deadline=None)
@given(rows=ROWS, style=styles())
def test_a_table_in_any_style_comes_back_equal(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Any]], style: dict[str, Any]
) -> None:
    check(tmp_path_factory.mktemp("typed"), rows, style)


@pytest.mark.slow
@settings(max_examples=500, deadline=None)
@given(rows=ROWS, style=styles())
def test_five_hundred_tables_come_back_equal(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Any]], style: dict[str, Any]
) -> None:
    check(tmp_path_factory.mktemp("typed"), rows, style)


@pytest.mark.parametrize("dates", sorted(DATES))
@pytest.mark.parametrize("mark", [".", ","])
def test_a_whole_year_settles_every_style(tmp_path: Path, dates: str, mark: str) -> None:
    start = datetime.fromisoformat("2026-01-01T09:30:00")
    rows: list[dict[str, Any]] = [
        {
            **dict.fromkeys(NAMES),
            "rma_id": f"R{day}", "sku": "S", "quantity": 1, "requested_at": start + timedelta(days=day),
            "status": "closed", "refund_amount": Decimal(day * 1234) / 100, "dock_received": True,
        }
        for day in range(365)
    ]  # fmt: skip
    style = {
        "mark": mark, "group": "." if mark == "," else ",", "dates": dates, "flags": FLAGS[0], "coin": COINS[0],
        "nothing": "", "quoted_zip": False, "is_declared": False,
    }  # fmt: skip
    assert check(tmp_path, rows, style)
