"""A shopper of each platform erased from a home that the program ran on all of their exports at once."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from pipelines.doctor import broken_files
from pipelines.errors import ReturnwatchError
from pipelines.ingest.hashes import FILE as HASHES
from pipelines.privacy.forget import ForgetRequest, forget
from pipelines.publish import current_set
from pipelines.warehouse import FILE
from tests.privacy_platforms import NEVER, NUMBERS, TEXTS, platform_files
from tests.privacy_tools import found_in, table
from tests.program import returnwatch

AMOUNTS = {
    "core.orders": ("goods_amount", "shipping_fee"),
    "core.order_lines": ("unit_price", "quantity"),
    "core.rma_lines": ("refund_amount", "quantity"),
    "report.return_costs": ("amount",),
}


@pytest.fixture(scope="module")
def platforms(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with the exports of every platform in it, and what a sensor keeps of their files."""
    folder = tmp_path_factory.mktemp("platforms")
    for name, text in platform_files().items():
        place = folder / "landing" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    home = folder / "home"
    done = returnwatch("run", "--landing", folder / "landing", "--home", home, "--review-capacity", "1000", "--json")
    assert done.code == 0, done.err
    parcel = NUMBERS["amazon_mfn"][2]
    (home / HASHES).write_text(json.dumps({f"amazon_mfn/returns {parcel}.txt": [[1, 2, 3], "ab"]}), encoding="utf-8")
    return home


def shopper(home: Path, order: str) -> str:
    """Return the customer of an order, as the published tables call it."""
    with duckdb.connect(str(home / FILE), read_only=True) as connection:
        query = "select customer_id from core.orders where order_id = $order"
        ((customer,),) = connection.execute(query, {"order": order}).fetchall()
        return str(customer)


def hashes(home: Path) -> set[str]:
    """Return every hash of the planted shoppers: those of rows of the planted orders, and whom these stand for."""
    orders = [number for numbers in NUMBERS.values() for number in numbers]
    found: set[str] = set()
    with duckdb.connect(str(home / FILE), read_only=True) as connection:
        raw = connection.execute("select table_name from duckdb_tables() where schema_name = 'raw'").fetchall()
        for (name,) in raw:
            rows = connection.execute(f"select * from raw.{name}").pl()  # noqa: S608 - names of tables
            for row in rows.iter_rows(named=True):
                if any(str(cell) in orders for cell in row.values()):
                    found |= {str(cell) for column, cell in row.items() if cell and column.endswith("_hash")}
    return found


def sums(home: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return the rows and sums of what must stand."""
    found: dict[str, list[tuple[object, ...]]] = {}
    for name, columns in AMOUNTS.items():
        frame = table(home, name)
        found[name] = [(frame.height, *(frame[column].sum() for column in columns))]
    return found


def test_nothing_of_the_shopper_of_any_platform_is_left(platforms: Path) -> None:
    home = platforms
    numbers = {number for numbers in NUMBERS.values() for number in numbers}
    marks = hashes(home)
    assert len(marks) == 6, "two mailboxes, a phone, a name, an address and an IP address"
    before = found_in(home, {*numbers, *TEXTS, *marks})
    assert set(before) == {*numbers, *TEXTS, *marks}
    assert any(HASHES in places for places in before.values())
    assert found_in(home, NEVER) == {}, "clear text is stored nowhere, erased or not"
    held = sums(home)
    by_name = {name: shopper(home, numbers[0].removeprefix("#")) for name, numbers in NUMBERS.items()}
    people = set(by_name.values())
    assert len({by_name[name] for name in ("shopify", "woocommerce guest", "adobe_commerce guest")}) == 1
    assert len(people) == len(by_name) - 2
    for customer in sorted(people):
        receipt = forget(ForgetRequest(home, customer))
        assert (receipt["status"], receipt["files_still_naming"]) == ("erased", []), customer
    assert found_in(home, {*numbers, *TEXTS, *marks, *people, *NEVER}) == {}
    assert sums(home) == held
    assert broken_files(current_set(home) or home) == []
    left = found_in(home, ["1002", "bob", "Leeds", "LS1 4AP", "LAMP", "wrong_size"])
    assert set(left) == {"1002", "Leeds", "LS1 4AP", "LAMP", "wrong_size"}, "others and goods are untouched"
    with pytest.raises(ReturnwatchError, match="no delivered row names the customer '0'"):
        forget(ForgetRequest(home, "0"))
