"""The few pieces of SQL that depend on a table's columns, made from validated identifiers only.

Everything that can be written down as a statement is a file below ``sql/``. What is here is text
whose list of columns comes from a declaration (``features/canonical.py``, a source's manifest).
"""

from __future__ import annotations

import re

from features.contracts import Column, Kind

IDENTIFIER = re.compile(r"[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)?")

NORMAL_FORMS = {
    Kind.EMAIL: "normal_email",
    Kind.PHONE: "normal_phone",
    Kind.ADDRESS: "normal_address",
    Kind.NAME: "normal_plain",
    Kind.PAYMENT: "normal_plain",
    Kind.DEVICE: "normal_plain",
    Kind.IP: "normal_plain",
}
MASKS = {
    Kind.EMAIL: "mask_email",
    Kind.PHONE: "mask_tail",
    Kind.PAYMENT: "mask_tail",
    Kind.NAME: "mask_head",
    Kind.ADDRESS: "mask_head",
    Kind.DEVICE: "mask_head",
    Kind.IP: "mask_head",
}
STORED_TYPES = {
    Kind.MONEY: "decimal(18, 4)",
    Kind.AMOUNT: "decimal(18, 4)",
    Kind.QUANTITY: "bigint",
    Kind.COUNT: "bigint",
    Kind.INTEGER: "bigint",
    Kind.TIMESTAMP: "timestamp",
    Kind.DAY: "timestamp",
    Kind.BOOLEAN: "boolean",
}
"""Types of stored columns; every other kind is text."""
NULLABLE = frozenset({*STORED_TYPES, Kind.WORD, Kind.CURRENCY})
"""Kinds of which no value is a word such as ``n/a``; of any other, ``clean_key`` and ``clean_text`` know the words."""
CLEANING = dict.fromkeys((Kind.ID, Kind.NUMBER_ID, Kind.POSTCODE, *NORMAL_FORMS), "clean_key") | dict.fromkeys(
    (Kind.TEXT, Kind.COMMENT), "clean_text"
)
"""The macro that takes from a cell what is not part of its value; ``clean_cell`` for every other kind."""


def identifier(name: str) -> str:
    """Return a name as it may stand in a statement; ValueError for anything but lower-case words."""
    if not IDENTIFIER.fullmatch(name):
        raise ValueError(f"not an identifier: {name!r}")
    return ".".join(f'"{part}"' for part in name.split("."))


def quoted(name: str) -> str:
    """Return any text as a quoted identifier: for the headers of a delivered file, which may be anything."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text as a quoted SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def reading(column: Column) -> str:
    """Return the expression that reads a cell of ``column``; personal cells are read as they stand."""
    cell = identifier(f"{column.name}__cell")
    if column.kind is Kind.WORD:
        return f"read_word({cell}, [{', '.join(literal(word) for word in column.words)}])"
    return cell if column.is_personal else f"read_{column.kind.value}({cell})"


def cleaned(column: Column, cell: str) -> str:
    """Return the expression of a delivered cell without what is not part of its value."""
    return f"{CLEANING.get(column.kind, 'clean_cell')}({cell})"


def stored_type(column: Column) -> str:
    """Return the type that a column is stored with."""
    return STORED_TYPES.get(column.kind, "varchar")


def stored_columns(column: Column) -> list[str]:
    """Return ``name type`` of each stored column: a personal one is stored as a hash and a mask."""
    if column.is_personal:
        return [f"{identifier(column.name + ending)} varchar" for ending in ("_hash", "_mask")]
    return [f"{identifier(column.name)} {stored_type(column)}"]


def stored_values(column: Column) -> list[str]:
    """Return the expressions that fill the stored columns of ``column`` from its cell or its read value."""
    if not column.is_personal:
        return [identifier(column.name)]
    cell, form, mask = identifier(f"{column.name}__cell"), NORMAL_FORMS[column.kind], MASKS[column.kind]
    return [
        f"keyed_hash({literal(column.kind.value)}, {form}({cell})) as {identifier(column.name + '_hash')}",
        f"{mask}({cell}) as {identifier(column.name + '_mask')}",
    ]


def problem(column: Column) -> str:
    """Return the condition under which a row cannot be taken because of ``column``."""
    value, cell = identifier(column.name), identifier(f"{column.name}__cell")
    if column.required:
        return f"{value} is null"
    return (
        f"(case when {value} is null then not {says_nothing(column)} else false end)"
        if column.kind in NULLABLE
        else (f"({cell} is not null and {value} is null)")
    )


def says_nothing(column: Column) -> str:
    """Return the condition that a cell is empty, or holds a word for nothing that no value of its kind can be."""
    cell = identifier(f"{column.name}__cell")
    return f"({cell} is null or is_null_word({cell}))" if column.kind in NULLABLE else f"({cell} is null)"


def kept_cell(column: Column, *, is_key: bool = False) -> str:
    """Return the expression of a cell as the quarantine may keep it.

    The cells of a refused row may stand one column off, so that a name is anywhere: what its column makes no sense
    of, and all free text, is kept by its shape alone. ``is_key`` says that rows are found by the column.
    """
    cell, is_read = identifier(f"{column.name}__cell"), f"{identifier(column.name)} is not null"
    if column.is_personal:
        return f"{MASKS[column.kind]}({cell})"
    if column.kind in {Kind.ID, Kind.NUMBER_ID}:
        return f"kept_id({cell}, {is_read}, {str(is_key).lower()})"
    if column.kind in {Kind.TIMESTAMP, Kind.DAY}:
        return f"kept_moment({cell}, {is_read})"
    if column.kind in {Kind.WORD, Kind.CURRENCY, Kind.BOOLEAN}:
        return f"kept_word({cell}, {is_read})"
    return f"kept_number({cell})" if column.kind in STORED_TYPES else f"cell_shape({cell})"


def key_terms(key: tuple[str, ...], side: str = "") -> list[str]:
    """Return the expressions of a key; ``a|b`` is the first that is not null, a missing part is the empty text.

    ``side`` is put before each column (``h.``), where a statement joins two tables.
    """
    terms = []
    for part in key:
        names = ", ".join(f"cast({side}{identifier(name)} as varchar)" for name in part.split("|"))
        terms.append(f"coalesce({names}, '')")
    return terms
