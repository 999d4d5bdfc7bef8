"""What is one and the same to the eye has one keyed hash, and neighbours have two."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

import sql


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as made:
        for macro in ("normal_address", "normal_phone"):
            made.execute(sql.statement(f"ingest/{macro}"))
        yield made


def normal(connection: duckdb.DuckDBPyConnection, kind: str, cell: str) -> str:
    (text,) = connection.execute(f"select normal_{kind}($cell)", {"cell": cell}).fetchall()[0]
    assert isinstance(text, str)
    return text


@pytest.mark.parametrize(
    "spellings",
    [
        ("Flat 4, 12 Mill Lane", "12 Mill Ln, Apt 4", "12 MILL LANE 4", "12, Mill Lane - unit 4"),
        ("Ringstraße 49a", "Ringstr. 49a", "RINGSTR. 49 A", "Ringstrasse 49a, EG", "Ring-Straße 49a, 2. OG"),
        ("Mühlenweg 7, hinten", "Muehlenweg 7", "Mühlenweg Nr. 7"),
        ("5 Avenue Foch", "5, av. Foch", "5 Ave Foch"),
        ("1 King Street, 2nd floor", "1 King St."),
        ("Улица Ленина 5", "улица Ленина, 5"),
    ],
)
def test_spellings_of_one_address(connection: duckdb.DuckDBPyConnection, spellings: tuple[str, ...]) -> None:
    assert len({normal(connection, "address", one) for one in spellings}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Flat 4, 12 Mill Lane", "Flat 5, 12 Mill Lane"),
        ("12 Mill Lane", "12 Mill Road"),
        ("Ringstraße 49a", "Ringstraße 49b"),
        ("Ringstraße 49", "Ringweg 49"),
        ("Park 106b, Room 175", "Park 106b, Room 105"),
    ],
)
def test_neighbours_keep_apart(connection: duckdb.DuckDBPyConnection, one: str, other: str) -> None:
    assert normal(connection, "address", one) != normal(connection, "address", other)


def test_a_telephone_is_the_same_with_and_without_its_country(connection: duckdb.DuckDBPyConnection) -> None:
    spellings = ("0165 7666016", "+49 165 7666016", "0049 (0)165/766 60 16", "1657666016")
    assert {normal(connection, "phone", one) for one in spellings} == {"657666016"}
    assert normal(connection, "phone", "110") == "110"
    assert normal(connection, "phone", "0165 7666017") == "657666017"
