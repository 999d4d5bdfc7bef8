"""Checks that follow from the declaration of a column: whether it is required, and its kind.

The declarations are those of the delivered tables (``features/canonical.py``); what core adds to them is
declared in ``suites.py`` in the same words. There is no second list of columns.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from features.contracts import CANONICAL_TABLES, UPDATED_AT, Column, Kind
from pipelines.quality.model import Check, Severity
from pipelines.sqltext import identifier, literal


def key_check(table: str, key: tuple[str, ...]) -> Check:
    """Return the check that no two rows of a table have the same key; null is a value like any other."""
    names = ", ".join(key)
    columns = ", ".join(identifier(name) for name in key)
    repeated = f"select count(*) - 1 as n_rows, {columns} from {identifier(table)} group by all having count(*) > 1"  # noqa: S608 - identifiers
    return Check("key_unique", f"no two rows have the same key ({names})", f"repeat the key ({names})", query=repeated)


def given_check(name: str) -> Check:
    """Return the check that a column is not null."""
    return Check(f"{name}_given", f"`{name}` is given", f"have no {name}", condition=f"{identifier(name)} is null")


def column_checks(column: Column, *, is_dated: bool = True) -> Iterator[Check]:
    """Yield the checks of one stored column.

    ``is_dated`` says that core leaves out what happened after the cut. A personal column is stored as hash and
    mask, of which its kind says nothing.
    """
    if column.required:
        yield given_check(column.name)
    name, value = column.name, identifier(column.name)
    match column.kind:
        case Kind.MONEY | Kind.COUNT:
            yield Check(
                f"{name}_not_negative", f"`{name}` is not below 0", f"have {name} below 0", condition=f"{value} < 0"
            )
        case Kind.QUANTITY:
            yield Check(
                f"{name}_above_zero", f"`{name}` is above 0", f"have {name} not above 0", condition=f"{value} <= 0"
            )
        case Kind.CURRENCY:
            yield Check(
                f"{name}_is_code",
                f"`{name}` is a code of three capital letters",
                f"have {name} that is no code of three capital letters",
                condition=f"not regexp_full_match({value}, '[A-Z]{{3}}')",
            )
        case Kind.WORD:
            yield _word_check(column)
        case Kind.TIMESTAMP:
            yield from _moment_checks(name, is_dated=is_dated)


def _word_check(column: Column) -> Check:
    """Return the check that a column holds one of its words, or nothing."""
    words = ", ".join(literal(word) for word in column.words)
    return Check(
        f"{column.name}_known",
        f"`{column.name}` is one of {', '.join(f'`{word}`' for word in column.words)}",
        f"have an unknown {column.name}",
        condition=f"{identifier(column.name)} not in ({words})",
    )


def _moment_checks(name: str, *, is_dated: bool) -> Iterator[Check]:
    """Yield the checks that a moment lies before the cut and, but for typing errors, between 1990 and as_of."""
    value = identifier(name)
    if is_dated:
        yield Check(
            f"{name}_by_cut",
            f"`{name}` is not after the cut",
            f"have {name} after the cut",
            condition=f"{value} > getvariable('cut_at')",
        )
    yield Check(
        f"{name}_by_as_of",
        f"`{name}` is not after as_of",
        f"have {name} after as_of",
        Severity.WARNING,
        condition=f"{value} > getvariable('as_of')",
    )
    yield Check(
        f"{name}_since_1990",
        f"`{name}` is not before 1990-01-01",
        f"have {name} before 1990-01-01",
        Severity.WARNING,
        condition=f"{value} < timestamp '1990-01-01'",
    )


def by_columns(
    delivered: str | None,
    made: tuple[Column, ...] = (),
    nullable: tuple[str, ...] = (),
    undated: tuple[str, ...] = (),
) -> tuple[Check, ...]:
    """Return the checks of a core table's columns: those of a delivered table, and those that core makes.

    ``nullable`` names columns that a canonical file must give and other sources may lack; ``undated`` those
    that core takes over whatever their moment.
    """
    # when a record was changed last tells old from new on its way into raw, and is no part of core
    declared = tuple(c for c in CANONICAL_TABLES[delivered].columns if c is not UPDATED_AT) if delivered else ()
    columns = (replace(column, required=False) if column.name in nullable else column for column in (*declared, *made))
    return tuple(check for column in columns for check in column_checks(column, is_dated=column.name not in undated))


def delivered_key(delivered: str) -> tuple[str, ...]:
    """Return a delivered table's key as core holds it: where a part has a stand-in, core has filled it in."""
    return tuple(part.split("|")[0] for part in CANONICAL_TABLES[delivered].key)
