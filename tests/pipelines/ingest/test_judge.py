"""Each kind of cell: what it reads, and what it refuses."""

# ruff: noqa: S608 - statements are made of the declarations under test

from __future__ import annotations

import hashlib
import hmac
import string
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

import sql
from features.contracts import CANONICAL_TABLES, Column, Kind
from pipelines.ingest.judge import UNJUDGED, condemned_rows, errors_of_rows, judged_rows
from pipelines.ingest.sandbox import open_sandbox
from pipelines.ingest.sources import FileKind, file_kinds
from pipelines.sqltext import NORMAL_FORMS, cleaned, reading, stored_values
from tests.ingest_tools import KEY, MEMORY


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    folder = tmp_path_factory.mktemp("staging")
    with open_sandbox(folder, folder / "none", KEY, MEMORY) as connection:
        yield connection


def value(database: duckdb.DuckDBPyConnection, column: Column, cell: str | None) -> object:
    """Return a cell as its column reads it."""
    cell_of = cleaned(column, "$cell::varchar")
    statement = f"select {reading(column)} from (select {cell_of} as {column.name}__cell)"
    row = database.execute(statement, {"cell": cell}).fetchone()
    assert row is not None
    return row[0]


GOOD = {Kind.TIMESTAMP: "2026-03-01", Kind.CURRENCY: "EUR"}
"""A cell that each kind reads, where it is not 1."""
MOMENT = datetime.fromisoformat("2026-03-01T10:30:00")
READABLE: list[tuple[Kind, str, object]] = [
    (Kind.ID, "00123", "00123"),
    (Kind.ID, "123456789012345678", "123456789012345678"),
    (Kind.ID, " \t\u00a0A-1\u200b\r\n", "A-1"),
    (Kind.ID, "7E12", "7E12"),
    (Kind.ID, "17850.0", "17850.0"),
    (Kind.ID, "é", "é"),
    (Kind.ID, "'007", "007"),
    (Kind.ID, ' ="0012" ', "0012"),
    (Kind.ID, "'A'", "'A'"),
    (Kind.ID, "#1001", "#1001"),
    (Kind.ID, "NA", "NA"),
    (Kind.ID, "NULLA", "NULLA"),
    (Kind.ID, "-5", "-5"),
    (Kind.POSTCODE, "'01234", "01234"),
    (Kind.POSTCODE, "01234", "01234"),
    (Kind.TEXT, "'01234", "'01234"),
    *[(Kind.TEXT, text, text) for text in ("NA", "None", "n/a", "-", "Null")],
    (Kind.NUMBER_ID, "17850.0", "17850"),
    (Kind.NUMBER_ID, "017850.00", "017850"),
    (Kind.NUMBER_ID, "17850.5", "17850.5"),
    (Kind.NUMBER_ID, "A.0", "A.0"),
    (Kind.TEXT, " two  words ", "two  words"),
    (Kind.COMMENT, "mail me: jo.e+x@mail.example.org!", "mail me: [e-mail]!"),
    (Kind.COMMENT, "call +44 (0)7700-900 123 now, size 42", "call [number] now, size 42"),
    (Kind.COMMENT, "card 4111 1111 1111 1111", "card [number]"),
    (Kind.CURRENCY, "eur", "EUR"),
    (Kind.MONEY, "12.75", Decimal("12.75")),
    (Kind.MONEY, "8.991000000000001", Decimal("8.991")),
    (Kind.MONEY, "+.5", Decimal("0.5")),
    (Kind.MONEY, "1.5e3", Decimal(1500)),
    (Kind.MONEY, "0.00005", Decimal("0.0001")),
    (Kind.MONEY, "9999999999.9999", Decimal("9999999999.9999")),
    (Kind.AMOUNT, "-3.5", Decimal("-3.5")),
    (Kind.QUANTITY, "3.0", 3),
    (Kind.COUNT, "0", 0),
    (Kind.INTEGER, "-7.", -7),
    (Kind.TIMESTAMP, "2026-03-01", datetime.fromisoformat("2026-03-01")),
    (Kind.TIMESTAMP, "2026-03-01 10:30", MOMENT),
    (Kind.TIMESTAMP, "2026-03-01T10:30:00Z", MOMENT),
    (Kind.TIMESTAMP, "2026-03-01T10:30:00z", MOMENT),
    (Kind.TIMESTAMP, "2026-03-01 10:30:00 UTC", MOMENT),
    (Kind.TIMESTAMP, "2026-03-01T12:30:00+02:00", MOMENT),
    (Kind.TIMESTAMP, "2026-03-01 05:00:00 -0530", MOMENT),
    (Kind.TIMESTAMP, "2026-03-01T11:30+01", MOMENT),
    (Kind.TIMESTAMP, "2026-03-01 10:30Z", MOMENT),
    (Kind.TIMESTAMP, "2026-03-01T05:00 -05:30", MOMENT),
    (Kind.TIMESTAMP, "2026-03-01T10:30:00.123456789Z", MOMENT.replace(microsecond=123456)),
    (Kind.TIMESTAMP, "2199-12-31 23:59:59", datetime.fromisoformat("2199-12-31T23:59:59")),
    *[(Kind.DAY, text, datetime.fromisoformat("2025-07-01")) for text in ("01-Jul-2025", "1-JUL-2025", "2025-07-01")],
    (Kind.DAY, "2025-07-02T00:30:00+01:00", datetime.fromisoformat("2025-07-01")),
    (Kind.DAY, "29-feb-2024", datetime.fromisoformat("2024-02-29")),
    *[(Kind.BOOLEAN, text, True) for text in ("true", "1", "Yes", "Y", "T", "1.0", "on", "Ja", "wahr", "oui", "SÍ")],
    *[(Kind.BOOLEAN, text, False) for text in ("FALSE", "0", "no", "n", "f", "0.0", "OFF", "nein", "falsch", "faux")],
    (Kind.COUNT, "3.0000", 3),
]
UNREADABLE: list[tuple[Kind, str]] = [
    *[(Kind.ID, text) for text in ("1.23E+11", "1.23457e+11", "1E+5", "1.2E11", "1.2e-7", "1,23457E+11", "'1.2E+11")],
    *[(Kind.ID, text) for text in ("#REF!", "#VALUE!", "#NAME?", "########")],
    (Kind.NUMBER_ID, "1.23457E+11"),
    *[(Kind.CURRENCY, text) for text in ("€", "EURO", "E1R")],
    *[(Kind.MONEY, text) for text in ("-1", "12,75", "1,234.56", "£5", "nan", "inf", "", "1e99", "0x1F", "1_000", "٣")],
    (Kind.MONEY, "123456789012345.00"),
    *[(Kind.QUANTITY, text) for text in ("0", "-1", "2.5", "1e3", "two", "1000000000000000000")],
    *[(Kind.COUNT, text) for text in ("-1", "1.5", "1.000", "1_000", "1,000")],
    *[(Kind.INTEGER, text) for text in ("1.5", "--1", "99999999999999999")],
    *[
        (Kind.TIMESTAMP, text)
        for text in ("17", "epoch", "infinity", "01/03/2026", "2026-02-30", "2026-13-01", "46082.5")
    ],
    *[
        (Kind.TIMESTAMP, text)
        for text in ("0000-01-01", "0001-01-01T00:00:00", "2026-03-01T25:00", "2026-3-1", "20260301")
    ],
    *[(Kind.TIMESTAMP, text) for text in ("2026-03-01 10:00 CET", "2026-03-01T10:00+25:00", "2026-03-01T10:00+02:99")],
    *[
        (Kind.DAY, text)
        for text in ("30-Feb-2025", "10-Juli-2025", "10-Okt-2025", "10-Jul-25", "10-Jul-0025", "10/07/2025")
    ],
    *[(Kind.BOOLEAN, text) for text in ("2", "maybe", "-", "tru")],
]


@pytest.mark.parametrize(("kind", "cell", "expected"), READABLE)
def test_what_is_readable(database: duckdb.DuckDBPyConnection, kind: Kind, cell: str, expected: object) -> None:
    assert value(database, Column("c", kind), cell) == expected


@pytest.mark.parametrize(("kind", "cell"), UNREADABLE)
def test_what_is_not(database: duckdb.DuckDBPyConnection, kind: Kind, cell: str) -> None:
    assert value(database, Column("c", kind), cell) is None


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.WORD])
@pytest.mark.parametrize("cell", [None, "", " ", "\t\u00a0\u3000\r\n\ufeff"])
def test_nothing_is_null(database: duckdb.DuckDBPyConnection, kind: Kind, cell: str | None) -> None:
    assert value(database, Column("c", kind), cell) is None


def test_a_word_is_found_in_any_case_and_no_other(database: duckdb.DuckDBPyConnection) -> None:
    column = Column("c", Kind.WORD, words=("A", "keep_it"))
    assert [value(database, column, cell) for cell in ("a", "KEEP_IT", "keep", None)] == ["A", "keep_it", None, None]


def stored(database: duckdb.DuckDBPyConnection, kind: Kind, cell: str | None) -> tuple[str | None, str | None]:
    """Return hash and mask of a personal cell."""
    values = ", ".join(stored_values(Column("c", kind)))
    row = database.execute(
        f"select {values} from (select clean_cell($cell::varchar) as c__cell)", {"cell": cell}
    ).fetchone()
    assert row is not None
    return row[0], row[1]


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        (Kind.EMAIL, "JOHN.DOE+x@Gmail.com", "johndoe@gmail.com"),
        (Kind.EMAIL, "j.d@googlemail.com", "JD@gmail.com"),
        (Kind.EMAIL, "a+shop@x.org", "A@X.org"),
        (Kind.ADDRESS, "Apt 4, 12 Main St.", "flat 4 12 main st"),
        (Kind.ADDRESS, "Unit #4 12 Main St", "Apartment 4, 12, Main St"),
        (Kind.ADDRESS, "Rua São João, Nr. 5", "rua sao joao 5"),
        (Kind.PHONE, "+44 7700 900123", "0044 (7700) 900-123"),
        (Kind.NAME, "José  Núñez", "jose nunez"),
        (Kind.DEVICE, "AB-12", "ab-12"),
        (Kind.IP, "2001:DB8::1", "2001:db8::1"),
    ],
)
def test_two_spellings_of_one_thing_have_one_hash(
    database: duckdb.DuckDBPyConnection, kind: Kind, one: str, other: str
) -> None:
    assert stored(database, kind, one)[0] == stored(database, kind, other)[0] is not None


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        (Kind.EMAIL, "j.d@x.org", "jd@x.org"),
        (Kind.ADDRESS, "Apt 4", "Apt 5"),
        (Kind.ADDRESS, "東京都千代田区 1-2", "大阪市北区 1-2"),
        (Kind.ADDRESS, "ул. Ленина 5", "ул. Мира 5"),
        (Kind.ADDRESS, "Łno 5", "Ł 5"),
        (Kind.PHONE, "+44 7700 900123", "+44 7700 900124"),
    ],
)
def test_two_things_have_two_hashes(database: duckdb.DuckDBPyConnection, kind: Kind, one: str, other: str) -> None:
    assert stored(database, kind, one)[0] != stored(database, kind, other)[0]


def test_the_hash_is_hmac_sha256_of_kind_and_value(database: duckdb.DuckDBPyConnection) -> None:
    expected = hmac.new(KEY, b"email:jo@x.org", hashlib.sha256).hexdigest()[:32]
    assert stored(database, Kind.EMAIL, "Jo@x.org") == (expected, "J***@***")


def test_the_same_text_of_two_kinds_has_two_hashes(database: duckdb.DuckDBPyConnection) -> None:
    assert len({stored(database, kind, "12345678")[0] for kind in NORMAL_FORMS}) == len(NORMAL_FORMS)


@pytest.mark.parametrize("kind", NORMAL_FORMS)
def test_no_value_has_no_hash_and_no_mask(database: duckdb.DuckDBPyConnection, kind: Kind) -> None:
    assert stored(database, kind, None) == stored(database, kind, "  ") == (None, None)


@pytest.mark.parametrize(("kind", "cell"), [(Kind.PHONE, "n/a"), (Kind.PHONE, "000"), (Kind.ADDRESS, "Apt -")])
def test_a_value_that_says_nothing_links_nobody(database: duckdb.DuckDBPyConnection, kind: Kind, cell: str) -> None:
    assert stored(database, kind, cell)[0] is None


@pytest.mark.parametrize(
    ("kind", "cell", "mask"),
    [
        (Kind.PHONE, "+447700900123", "***23"),
        (Kind.PHONE, "12345", "***"),
        (Kind.PAYMENT, "fp_abcd99", "***99"),
        (Kind.NAME, "Zoë", "Z***"),
        (Kind.ADDRESS, "12 Main", "1***"),
        (Kind.IP, "10.1.2.3", "1***"),
    ],
)
def test_masks(database: duckdb.DuckDBPyConnection, kind: Kind, cell: str, mask: str) -> None:
    assert stored(database, kind, cell)[1] == mask


@pytest.mark.parametrize("name", CANONICAL_TABLES)
def test_the_statement_of_every_table_runs_and_stores_no_personal_column(
    database: duckdb.DuckDBPyConnection, name: str
) -> None:
    (kind,) = (kind for kind in file_kinds("canonical") if kind.table.name == name)
    present = [column.name for column in kind.table.columns]
    database.execute(
        "create or replace temp table bad_cells as select 1 as row_number, "
        + ", ".join(f"null::varchar as {column}" for column in present)
    )
    database.execute(f"create or replace temp table told_errors as {errors_of_rows(kind, present, may_hold_nul=True)}")
    found = database.execute(condemned_rows(kind, present, may_hold_nul=True))
    names = [entry[0] for entry in found.description]
    (row,) = found.fetchall()
    assert names == ["row_number", *kind.stored_columns, "error_code", "error", "raw"]
    judged = dict(zip(names, row, strict=True))
    assert judged["error_code"] == "missing_value"
    assert judged["error"] == "; ".join(f"{column} is missing" for column in kind.table.required)
    assert not {column.name for column in kind.table.columns if column.is_personal} & set(names)


@pytest.mark.parametrize("kind", file_kinds("canonical"), ids=lambda kind: kind.table.name)
def test_the_plain_statement_finds_the_same_rows_bad_and_says_no_more(
    database: duckdb.DuckDBPyConnection, kind: FileKind
) -> None:
    columns = kind.table.columns
    good = {column.name: GOOD.get(column.kind, "1") for column in columns}
    good |= {column.name: column.words[0] for column in columns if column.words}
    values = ", ".join(f"'{cell}' as {name}" for name, cell in good.items())
    bad = ", ".join(f"null as {name}" for name in good)
    database.execute(
        f"create or replace temp table cells as select 1 as row_number, {values} union all select 2, {bad}"
    )
    plain = database.execute(judged_rows(kind, set(good))).pl().sort("row_number")
    database.execute("create or replace temp table bad_cells as select * from cells where row_number = 2")
    database.execute(f"create or replace temp table told_errors as {errors_of_rows(kind, set(good))}")
    told = database.execute(condemned_rows(kind, set(good))).pl()
    assert plain.select("error_code", "error", "raw").rows() == [(None, None, None), (UNJUDGED, None, None)]
    assert told["row_number"].to_list() == [2]
    assert told["error_code"].to_list() == ["missing_value"]


def test_sandbox_reaches_neither_other_files_nor_its_own_lock(tmp_path: Path) -> None:
    staging, landing = tmp_path / "staging", tmp_path / "landing"
    staging.mkdir()
    landing.mkdir()
    mine, other = landing / "mine [1]*.csv", landing / "other.csv"
    mine.write_text("a\n1\n", encoding="utf-8")
    other.write_text("a\n2\n", encoding="utf-8")
    (staging / "mine.csv").symlink_to(mine)
    (staging / "other.csv").symlink_to(other)
    with open_sandbox(staging, mine, KEY, MEMORY) as connection:
        assert connection.execute(f"select * from read_csv('{staging}/mine.csv')").fetchall() == [(1,)]
        for statement in (
            f"select * from read_csv('{staging}/other.csv')",
            f"select * from read_text('{other}')",
            f"copy (select 1) to '{landing}/new.csv'",
            f"attach '{tmp_path}/x.db'",
            "set enable_external_access = true",
            "reset allowed_directories",
        ):
            with pytest.raises(duckdb.Error, match=r"disabled by configuration|locked|Cannot access"):
                connection.execute(statement)


@pytest.mark.parametrize("sign", string.ascii_letters + string.digits + string.punctuation)
def test_a_sign_beside_a_blank_is_no_blank(sign: str) -> None:
    with duckdb.connect() as connection:
        for name in ("set_blanks", "clean_cell"):
            connection.execute(sql.statement(f"ingest/{name}"))
        ((cell,),) = connection.execute("select clean_cell($cell)", {"cell": f" {sign}{sign}\t"}).fetchall()
    assert cell == sign * 2
