"""What exports may get wrong: the warnings about tables of delivered rows, which stop nothing.

They follow from the declaration of a table's columns, and from the books that raw keeps of its deliveries.
"""

from __future__ import annotations

from collections.abc import Iterator

from features.contracts import Column, Kind
from pipelines.ingest.sources import FileKind, raw_tables
from pipelines.quality.model import Check, Severity
from pipelines.quality.parts import breaches
from pipelines.sqltext import identifier
from pipelines.warehouse import Warehouse

DATED = (Kind.TIMESTAMP, Kind.DAY)
ORDERINGS = (
    ("ordered_at", "shipped_at"), ("ordered_at", "delivered_at"), ("shipped_at", "delivered_at"),
    ("requested_at", "authorized_at"), ("requested_at", "received_at"), ("shipped_at", "received_at"),
    ("received_at", "inspected_at"), ("requested_at", "refunded_at"), ("requested_at", "closed_at"),
    ("order_date", "return_request_date"), ("return_request_date", "return_delivery_date"),
    ("purchase_date", "last_updated_date"),
)  # fmt: skip
"""Moments of one row of which the first cannot come after the second."""
RARE, OUTLYING = 0.001, 1000
"""A currency is unusual below that share of a table's rows, an amount above so many times its currency's median."""
OUTLIERS = 0.001
"""The share of rows that may have an unusual amount: a few dear things are no error."""
ENOUGH = 1000
"""Rows below which nothing is unusual."""


def delivered_checks(kind: FileKind) -> Iterator[Check]:
    """Yield the warnings about a table of delivered rows."""
    yield from BOOKED
    yield from _moment_checks(kind.table.columns)
    names = [column.name for column in kind.table.columns]
    yield from (_order_check(first, second) for first, second in ORDERINGS if first in names and second in names)
    yield from _money_checks(kind)
    if event_column(kind) is not None:
        yield from UNUSUAL


def event_column(kind: FileKind) -> str | None:
    """Return the column that says when a row's event happened: the first required moment; None where there is none."""
    return next((column.name for column in kind.table.columns if column.required and column.kind in DATED), None)


def prepare_warnings(warehouse: Warehouse) -> None:
    """Make what the warnings read: the table ``event_days`` (table, day, n_rows) and the day of the last delivery."""
    counted = [
        f"select 'raw.{name}' as \"table\", cast({column} as date) as day, count(*) as n_rows from {table} group by all"  # noqa: S608 - identifiers
        for name, kind in sorted(raw_tables().items())
        if (column := event_column(kind)) is not None and (table := identifier(f"raw.{name}"))
    ]
    warehouse.connection.execute(f"create or replace temp table event_days as {' union all '.join(counted)}")
    last = warehouse.select("raw/select_last_delivery").item()
    warehouse.set_variable("delivered_at", last)


def _warning(name: str, rule: str, breach: str, query: str, subject: str) -> Check:
    """Return a warning whose breaches a query finds: columns, files, days, currencies, nothing of a person."""
    return Check(name, rule, breach, Severity.WARNING, subject, query=query, is_told=True)


BOOKED = (
    _warning(
        "columns_known",
        "the last run's files have no columns that the table lacks; what stands there is kept in `extra`",
        "are new",
        breaches("find_new_columns"),
        "column",
    ),
    _warning(
        "columns_kept",
        "the last file has every column that an earlier one filled",
        "are lost: earlier files filled them and the last one lacks them",
        breaches("find_lost_columns"),
        "column",
    ),
    _warning(
        "columns_filled",
        "the last file fills each column at least half as often as the earlier ones did (from 100 rows on, for columns "
        "that one row in ten filled)",
        "are filled less than half as often as before",
        breaches("find_emptied_columns"),
        "column",
    ),
    _warning(
        "rows_accepted",
        "of each file of the last run at most 1 % of the rows are in quarantine",
        "have more than 1 % of the rows in quarantine",
        breaches("find_refused_rows"),
        "file",
    ),
    _warning(
        "values_readable",
        "each column of each file of the last run can be read in at least 99 % of the rows",
        "are unreadable in more than 1 % of a file's rows",
        breaches("find_unreadable_values"),
        "column",
    ),
    _warning(
        "rows_new",
        "at most half of the rows of each file of the last run are held already, unless the whole file is",
        "repeat more than half of what is held",
        breaches("find_repeated_rows"),
        "file",
    ),
    _warning(
        "delivery_usual",
        "the last run delivered about as many rows as deliveries on that weekday usually have",
        "have an unusual number of delivered rows",
        breaches("find_unusual_deliveries"),
        "day",
    ),
)
UNUSUAL = (
    _warning(
        "days_usual",
        "each of the last fourteen days before `as_of` has about as many events as that weekday usually has",
        "have an unusual number of events",
        breaches("find_unusual_days"),
        "day",
    ),
    _warning(
        "events_fresh",
        "the last event lies no further before `as_of` than events usually lie apart",
        "are silent for longer than usual",
        breaches("find_stale_tables"),
        "table",
    ),
)


def _moment_checks(columns: tuple[Column, ...]) -> Iterator[Check]:
    """Yield the check of each moment that it does not lie in the future of its delivery; a time zone may be off."""
    for column in columns:
        if column.kind in DATED:
            last_day = "date_trunc('day', cast(getvariable('delivered_at') as timestamp)) + interval 2 day"
            yield Check(
                f"{column.name}_not_future",
                f"`{column.name}` is not later than the day after the last delivery",
                f"have {column.name} after they were delivered",
                Severity.WARNING,
                condition=f"{identifier(column.name)} >= {last_day}",
            )


def _order_check(first: str, second: str) -> Check:
    """Return the check that one moment does not come after another; a day without time may be that of the other."""
    earlier, later = identifier(first), identifier(second)
    return Check(
        f"{first}_before_{second}",
        f"`{first}` is not on a later day than `{second}`",
        f"have {first} on a later day than {second}",
        Severity.WARNING,
        condition=f"date_trunc('day', {earlier}) > date_trunc('day', {later})",
    )


def _money_checks(kind: FileKind) -> Iterator[Check]:
    """Yield the checks that hardly any currency and hardly any amount stands apart from the others of the table."""
    table = identifier(f"raw.{kind.table.name}")
    currency = next((column.name for column in kind.table.columns if column.kind is Kind.CURRENCY), None)
    if currency is not None:
        yield _warning(
            f"{currency}_usual",
            f"no `{currency}` is that of less than 0.1 % of the rows (from 1,000 rows on)",
            f"have a {currency} that hardly any other row has",
            _rare(table, identifier(currency)),
            "row",
        )
    of = identifier(currency) if currency else "''"
    for column in kind.table.columns:
        if column.kind in (Kind.MONEY, Kind.AMOUNT):
            yield Check(
                f"{column.name}_usual",
                f"hardly any `{column.name}` is more than 1,000 times the median{' of its currency' * bool(currency)} "
                "(0.1 % of the rows may be; from 1,000 rows on)",
                f"have {column.name} more than 1,000 times the median",
                Severity.WARNING,
                query=_outlying(table, identifier(column.name), of),
                tolerated=OUTLIERS,
            )


def _rare(table: str, currency: str) -> str:
    """Return the query of the rows in a currency that the table hardly has; all names are identifiers."""
    return (
        f"select count(*) as n_rows, {currency} as currency from {table} where {currency} is not null "  # noqa: S608
        f"group by {currency} having count(*) < {RARE} * (select count({currency}) from {table}) "
        f"and (select count({currency}) from {table}) >= {ENOUGH}"
    )


def _outlying(table: str, amount: str, currency: str) -> str:
    """Return the query of the amounts far above the median of their currency; all names are identifiers."""
    typical = (
        f"select {currency} as of, median(abs({amount})) as middle from {table} "  # noqa: S608
        f"where {amount} <> 0 group by all having count(*) >= {ENOUGH}"
    )
    return (
        f"select count(*) as n_rows, t.of as currency from {table} as d inner join ({typical}) as t "  # noqa: S608
        f"on t.of = {currency} and abs({amount}) > {OUTLYING} * t.middle group by t.of"
    )
