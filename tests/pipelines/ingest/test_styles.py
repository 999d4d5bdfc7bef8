"""The style of a column is that of all its values; what they leave open is refused, with the way to declare it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from pipelines.ingest.options import ReaderOptions
from pipelines.ingest.stage import stage_file
from tests.ingest_tools import KEY, MEMORY, Read, delivered, refusal, rows_of

HEAD = "chargeback_id;order_id;opened_at;amount\n"
ISO = "2026-01-02"


def read_by(folder: Path, name: str, text: str, options: ReaderOptions = ReaderOptions()) -> Read:  # noqa: B008 - frozen
    (folder / "staging").mkdir(exist_ok=True)
    staged = stage_file(replace(delivered(folder, name, text), options=options), folder / "staging", KEY, MEMORY)
    return Read(staged, rows_of(staged))


def table(moments: list[str], amounts: list[str] | None = None) -> str:
    amounts = amounts or ["1"] * len(moments)
    rows = zip(moments, amounts, strict=True)
    return HEAD + "".join(f"C{place};O;{at};{amount}\n" for place, (at, amount) in enumerate(rows))


def day(text: str) -> datetime:
    return datetime.fromisoformat(text)


DATES: list[tuple[list[str], list[datetime]]] = [
    (["03/04/2026", "23/11/2026"], [day("2026-04-03"), day("2026-11-23")]),
    (["03/04/2026", "11/23/2026"], [day("2026-03-04"), day("2026-11-23")]),
    (["3/4/26 3:04 PM", "11/23/26 12:00 AM"], [day("2026-03-04T15:04"), day("2026-11-23")]),
    (["23.11.2026", "03.04.2026 9:05", ISO], [day("2026-11-23"), day("2026-04-03T09:05"), day(ISO)]),
    (["23-11-2026 15:04", "01-02-2026"], [day("2026-11-23T15:04"), day("2026-02-01")]),
    (["03/03/2026", "04/04/2026"], [day("2026-03-03"), day("2026-04-04")]),
    (["2026/3/1", "2026.12.02"], [day("2026-03-01"), day("2026-12-02")]),
    (["Jul 10, 2025 3:04:05 PM", "10 July 2025"], [day("2025-07-10T15:04:05"), day("2025-07-10")]),
    (["23.11.2026 15:04 +01:00", "23.11.2026 15:04 GMT"], [day("2026-11-23T14:04"), day("2026-11-23T15:04")]),
    (["23/11/2026", "11/23/2026"], [day("2026-11-23")] * 2),
]
AMOUNTS: list[tuple[list[str], list[str]]] = [
    (["1.234,56", "1.234", "5"], ["1234.56", "1234", "5"]),
    (["1,234.56", "1,234", "5"], ["1234.56", "1234", "5"]),
    (["1 234,56", "1\u00a0234", "1\u202f234,5"], ["1234.56", "1234", "1234.5"]),
    (["1'234.56", "1\u2019234"], ["1234.56", "1234"]),
    (["\u20ac 12,50", "12,50 EUR", "$5"], ["12.5", "12.5", "5"]),
    (["$12.50", "USD 1,234"], ["12.5", "1234"]),
    (["12,34,567.80"], ["1234567.8"]),
    (["\uff11\uff12.5", "7"], ["12.5", "7"]),
    (["1.234", "5.5"], ["1.234", "5.5"]),
    (["1.234", "2.345"], ["1.234", "2.345"]),
    (["12.50", "12,50"], ["12.5", "12.5"]),
]


@pytest.mark.parametrize(("cells", "expected"), DATES)
def test_the_order_of_day_and_month_is_that_of_the_column(
    tmp_path: Path, cells: list[str], expected: list[datetime]
) -> None:
    found = read_by(tmp_path, "chargebacks.csv", table(cells))
    assert (found.staged.refusal, found.column("opened_at")) == (None, expected)


@pytest.mark.parametrize(("cells", "expected"), AMOUNTS)
def test_the_decimal_mark_is_that_of_the_column(tmp_path: Path, cells: list[str], expected: list[str]) -> None:
    found = read_by(tmp_path, "chargebacks.csv", table([ISO] * len(cells), cells))
    assert (found.staged.refusal, found.column("amount")) == (None, list(map(Decimal, expected)))


@pytest.mark.parametrize(
    ("moments", "amounts", "words"),
    [
        (["03/04/2026", "05/06/2026"], ["1", "1"], 'opened_at: values such as 03/04/2026.*date_order = "dmy" or "mdy"'),
        (["3/4/2026", "4/5/2026", "5/6/2026", "23/11/2026", "11/23/2026"], ["1"] * 5, "opened_at: values such as"),
        (["23.11.26", "24.11.26"], ["1", "1"], "opened_at: values such as"),
        ([ISO] * 3, ["1,234", "5", "7"], 'amount: values such as 1,234.*decimal = "," or "."'),
        ([ISO], ["\u20ac 1.234"], "amount: values such as 1,234"),
    ],
)
def test_what_no_value_decides_is_refused_in_one_line(
    tmp_path: Path, moments: list[str], amounts: list[str], words: str
) -> None:
    said = refusal(tmp_path, "chargebacks.csv", table(moments, amounts))
    assert re.search(words, said)
    assert "below [sources.canonical.chargebacks]" in said
    assert "\n" not in said


def test_a_point_beside_a_column_of_commas_is_no_decimal_point_for_sure(tmp_path: Path) -> None:
    text = "sku;unit_cost;list_price\nA;1.234;12,50\n"
    assert refusal(tmp_path, "products.csv", text).startswith("unit_cost: values such as 1,234")
    found = read_by(tmp_path, "products.csv", text, ReaderOptions(decimal=","))
    assert (found.column("unit_cost"), found.column("list_price")) == ([Decimal(1234)], [Decimal("12.5")])


def test_what_is_declared_holds_for_every_value(tmp_path: Path) -> None:
    cells = ["03/04/2026", "11/23/2026", ISO]
    found = read_by(tmp_path, "chargebacks.csv", table(cells), ReaderOptions(date_order="dmy"))
    assert found.column("opened_at") == [day("2026-04-03"), day(ISO)]
    assert found.codes == [None, "unreadable_value", None]
    found = read_by(tmp_path, "chargebacks.csv", table([ISO] * 2, ["1.234", "12.50"]), ReaderOptions(decimal=","))
    assert (found.column("amount"), found.codes) == ([Decimal(1234)], [None, "unreadable_value"])


def test_a_stray_among_many_costs_its_row_alone(tmp_path: Path) -> None:
    found = read_by(tmp_path, "chargebacks.csv", table([*[ISO] * 200, "03/04/2026", ISO], [*["5"] * 200, "5", "1,234"]))
    assert found.codes[-2:] == ["ambiguous_value"] * 2
    assert found.staged.rows_quarantined == 2
    assert "declare date_order" in found.rows[-2]["error"]
    assert "declare decimal" in found.rows[-1]["error"]
    assert "1,234" not in found.rows[-1]["error"]


def test_words_in_a_column_of_money_cost_their_rows_and_not_the_file(tmp_path: Path) -> None:
    found = read_by(tmp_path, "chargebacks.csv", table([ISO] * 3, ["free", "gratis", "tbd"]))
    assert (found.staged.refusal, found.codes) == (None, ["unreadable_value"] * 3)
    assert found.rows[0]["error"] == "amount is not a readable money: it holds no digits"


def test_an_amount_in_another_currency_than_its_row_is_refused(tmp_path: Path) -> None:
    text = "order_id;customer_id;ordered_at;currency;shipping_fee\n" + "".join(
        f"O{place};C;{ISO};{currency};{fee}\n"
        for place, (currency, fee) in enumerate(
            [("EUR", "\u20ac 1,50"), ("EUR", "1,50 USD"), ("EUR", "$1,50"), ("USD", "$1,50"), ("CAD", "CA$1,50")]
        )
    )
    assert read_by(tmp_path, "orders.csv", text).codes == [None, "unreadable_value", "unreadable_value", None, None]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2026-07-01 12:00", "2026-07-01T10:00"),
        ("2026-01-01 12:00", "2026-01-01T11:00"),
        ("2026-07-01T12:00Z", "2026-07-01T12:00"),
        ("2026-07-01 12:00:00.5+05:30", "2026-07-01T06:30:00.500"),
        ("2026-07-01", "2026-06-30T22:00"),
        ("2026-10-25 02:30", "2026-10-25T01:30"),
        ("01/07/2026 12:00", "2026-07-01T10:00"),
        ("2026-03-29 02:30", None),
    ],
)
def test_moments_without_an_offset_are_of_the_declared_zone(tmp_path: Path, cell: str, expected: str | None) -> None:
    options = ReaderOptions(timezone="Europe/Berlin", date_order="dmy")
    found = read_by(tmp_path, "chargebacks.csv", table([cell]), options)
    assert found.column("opened_at") == ([day(expected)] if expected else [])
    assert found.codes == [None if expected else "unreadable_value"]


def test_a_day_that_begins_late_begins_when_the_clock_goes_on(tmp_path: Path) -> None:
    options = ReaderOptions(timezone="America/Sao_Paulo")
    found = read_by(tmp_path, "chargebacks.csv", table(["2018-11-04"]), options)
    assert found.column("opened_at") == [day("2018-11-04T03:00")]


def test_words_for_nothing_are_those_of_the_kind_and_those_declared(tmp_path: Path) -> None:
    text = "rma_id;sku;quantity;requested_at;status;order_id;reason_code;refund_amount;store_id;carrier;closed_at\n"
    text += f"R1;S;1;{ISO};closed;NULL;None;n/a;NA;NULL;-\nR2;S;1;{ISO};closed;x;?;x;None;x;x\n"
    text += f"NULL;S;1;{ISO};closed;;;;;;\n"
    found = read_by(tmp_path, "returns.csv", text, ReaderOptions(nulls=("x",)))
    names = ("order_id", "reason_code", "refund_amount", "store_id", "carrier", "closed_at")
    assert [found.rows[0][name] for name in names] == [None, "None", None, "NA", None, None]
    assert [found.rows[1][name] for name in names] == [None, "?", None, None, None, None]
    assert (found.codes, found.rows[2]["error"]) == ([None, None, "missing_value"], "rma_id is missing")


def test_numbers_that_a_format_knows_are_read_as_they_stand(tmp_path: Path) -> None:
    rows = [{"chargeback_id": place, "order_id": "O", "opened_at": ISO, "amount": 1.234} for place in range(3)]
    text = "\n".join(map(json.dumps, rows))
    found = read_by(tmp_path, "chargebacks.jsonl", text, ReaderOptions(decimal=","))
    assert found.column("amount") == [Decimal("1.234")] * 3
