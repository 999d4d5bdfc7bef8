"""Who is erased: a person's identifiers, found from row to row, each with the pseudonym that takes its place.

``named`` (role, value, pseudonym, is_delivered) holds them in clear text, for the session alone; what lasts is
``raw.erased``, which holds keyed hashes. A pseudonym is drawn at random: it leads back to nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

import duckdb

import sql
from models.decide import case_name
from pipelines.ingest.hashing import define_hash
from pipelines.keys import links_of, seal
from pipelines.privacy.rewrite import DISTINCTIVE, Relation, somebody
from pipelines.privacy.roles import CASE, CUSTOMER, DISCOUNT, LINE, MAILBOX, NOBODY, ORDER, PERSONS
from pipelines.sqltext import identifier, literal

WORDS = (r"[A-Za-z0-9]{4,}", r"[A-Za-z0-9]+(?:[-_/.][A-Za-z0-9]+)+")
"""What may be an identifier in a text: a word of letters and digits, or several with marks between."""
MENTIONABLE = re.compile(rf"(?=.{{{DISTINCTIVE},}})(?=.*\d)[A-Za-z0-9](?:.*[A-Za-z0-9])?")
"""Identifiers that are looked for in texts: long enough, and with a digit, so that no plain word is struck out."""


def prepare(connection: duckdb.DuckDBPyConnection, key: bytes) -> None:
    """Make the empty table ``named`` and the macros that hash with the key."""
    define_hash(connection, key)
    for name in ("define_erased_hash", "define_pseudonym", "create_named"):
        connection.execute(sql.statement(f"privacy/{name}"))


def count_named(connection: duckdb.DuckDBPyConnection) -> int:
    """Return how many identifiers are known."""
    ((rows,),) = connection.execute(sql.statement("privacy/count_named")).fetchall()
    return int(rows)


def name_customer(connection: duckdb.DuckDBPyConnection, customer: str, relations: Sequence[Relation]) -> bool:
    """Put a customer into ``named`` and return whether any delivered row names one so.

    It is a customer or a mailbox of the rows, or one whom orders stand for; never what stands for all guests.
    """
    connection.execute("set variable customer = cast($customer as varchar)", {"customer": customer})
    if customer == NOBODY:
        return False
    for role in PERSONS:
        for relation in relations:
            for name in relation.roles.of(role):
                found = f"select {literal(role)} as role, t.{identifier(name)} as value from {relation.source} as t"
                _add(connection, f"{found} where t.{identifier(name)} = {literal(customer)} limit 1")
        if count_named(connection) and role == CUSTOMER:
            return True
    # a mailbox of one source may be that of a guest of another, whose orders alone stand there
    connection.execute(sql.statement("privacy/select_orders_of_customer"))
    _add(connection, "select 'order' as role, order_id as value from orders_of_customer")
    return bool(count_named(connection))


def recall(connection: duckdb.DuckDBPyConnection, relations: Iterable[Relation]) -> None:
    """Put the identifiers into ``named`` that rows hold and that were erased before."""
    for relation in relations:
        for name, role in relation.roles.identifiers.items():
            if role != LINE:
                distinct = f"select distinct t.{identifier(name)} as value from {relation.source} as t"
                connection.execute(
                    f"insert into named select e.role, d.value, e.pseudonym, true from ({distinct}) as d "
                    f"inner join raw.erased as e on e.role = {literal(role)} "
                    f"and e.hash = erased_hash({literal(role)}, d.value) "
                    "anti join named as n on n.role = e.role and n.value = d.value"
                )


def recall_mentions(connection: duckdb.DuckDBPyConnection, relations: Iterable[Relation]) -> None:
    """Put the identifiers into ``named`` that texts mention and that were erased before."""
    for relation in relations:
        for name in (*relation.roles.told, *(["raw"] if relation.kinds else [])):
            texts = f"select distinct t.{identifier(name)} as told from {relation.source} as t where told is not null"
            words = " union ".join(
                f"select unnest(regexp_extract_all(told, {literal(word)})) as value from ({texts})" for word in WORDS
            )
            connection.execute(
                f"insert into named select distinct e.role, w.value, e.pseudonym, true from ({words}) as w "
                "cross join (select distinct role from raw.erased where role <> 'mailbox') as r "
                "inner join raw.erased as e on e.role = r.role and e.hash = erased_hash(r.role, w.value) "
                "anti join named as n on n.role = e.role and n.value = w.value"
            )


def mark_mentions(connection: duckdb.DuckDBPyConnection) -> None:
    """Set the pattern by which a mention of an identifier in a text is found; null where all are too short."""
    found = connection.execute(sql.statement("privacy/select_names")).fetchall()
    values = [value for value, _ in found if MENTIONABLE.fullmatch(value)]
    pattern = "|".join(map(re.escape, sorted(values, key=len, reverse=True)))
    connection.execute("set variable mentioned = $pattern", {"pattern": f"\\b(?:{pattern})\\b" if values else None})


def follow(connection: duckdb.DuckDBPyConnection, relations: Sequence[Relation]) -> None:
    """Add what the person's delivered rows name, until no row names anything new."""
    before = -1
    while before < (now := count_named(connection)):
        before = now
        for relation in relations:
            for name, role in relation.roles.identifiers.items():
                if role not in {LINE, CUSTOMER}:
                    _add(connection, _found(relation, name, role) + _unless_shared(relations, role))
    connection.execute(sql.statement("privacy/order_pseudonyms"))
    connection.execute(sql.statement("privacy/align_signs"))
    mark_mentions(connection)


def _found(relation: Relation, name: str, role: str) -> str:
    """Return the select of the identifiers in a column of the person's rows."""
    column = f"t.{identifier(name)}"
    return (
        f"select distinct {literal(role)} as role, {column} as value from {relation.source} as t "
        f"where {column} is not null and {relation.is_theirs}"
    )


def _unless_shared(relations: Sequence[Relation], role: str) -> str:
    """Return what leaves out that which is others' too: a code that all may use, an order that names somebody else."""
    if role not in {DISCOUNT, ORDER}:
        return ""
    shared = []
    for relation in relations:
        columns = relation.roles.of(role)
        is_about = role == DISCOUNT or ("order" in relation.name and relation.roles.of(CUSTOMER))
        if is_about:
            people = [f"{somebody(name)} is not null" for name in relation.roles.of(CUSTOMER)] or ["true"]
            shared += [
                f"select t.{identifier(name)} as value from {relation.source} as t "
                f"where t.{identifier(name)} is not null and {people[0]} and not {relation.is_theirs}"
                for name in columns
            ]
    return f" and value not in ({' union all '.join(shared)})" if shared else ""


def _add(connection: duckdb.DuckDBPyConnection, found: str) -> None:
    """Put found identifiers into ``named``, but for those that are there or are pseudonyms already."""
    connection.execute(
        "insert into named select f.role, f.value, coalesce(e.pseudonym, new_pseudonym(f.role, f.value)), true "
        f"from ({found}) as f "
        "left join raw.erased as e on f.role = e.role and e.hash = erased_hash(f.role, f.value) "
        "anti join named as n on f.role = n.role and f.value = n.value "
        "anti join raw.erased as p on f.value = p.pseudonym"
    )


def derive(connection: duckdb.DuckDBPyConnection, relations: Sequence[Relation]) -> None:
    """Add the identifiers that made tables have for the person's rows: those that translations put together.

    An identifier that holds delivered ones (``order:plate``) becomes what the translation will make of their
    pseudonyms; the name of a case is made of its RMA's.
    """
    connection.execute(sql.statement("privacy/insert_derived_customer"))
    before = -1
    while before < (now := count_named(connection)):
        before = now
        known = _delivered_names(connection)
        for relation in relations:
            for name, role in relation.roles.identifiers.items():
                if role not in {LINE, CASE, CUSTOMER, MAILBOX}:
                    _derive_column(connection, _found(relation, name, role), known)
    for value, pseudonym in connection.execute(sql.statement("privacy/select_rma_names")).fetchall():
        _insert_derived(connection, CASE, case_name(value), case_name(pseudonym))
    mark_mentions(connection)


def _derive_column(connection: duckdb.DuckDBPyConnection, found: str, known: dict[str, str]) -> None:
    """Add the identifiers of one column of a made table."""
    fresh = connection.execute(
        f"select f.role, f.value from ({found}) as f anti join named as n on f.role = n.role and f.value = n.value "
        "anti join raw.erased as p on f.value = p.pseudonym"
    ).fetchall()
    for role, value in fresh:
        made = tokens_replaced(value, known)
        if made != value:
            _insert_derived(connection, role, value, made)


def _insert_derived(connection: duckdb.DuckDBPyConnection, role: str, value: str, pseudonym: str) -> None:
    """Add one identifier that no delivered row holds as it is."""
    values = {"role": role, "value": value, "pseudonym": pseudonym}
    connection.execute("insert into named values ($role, $value, $pseudonym, false)", values)


def _delivered_names(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Return the pseudonym of each delivered identifier."""
    return dict(connection.execute(sql.statement("privacy/select_delivered_names")).fetchall())


def tokens_replaced(text: str, known: dict[str, str]) -> str:
    """Return a text with each known identifier in it replaced, where it stands between marks or the text's ends."""
    inside = sorted((value for value in known if value in text and len(value) >= DISTINCTIVE), key=len, reverse=True)
    if not inside:
        return text
    pattern = rf"(?<![A-Za-z0-9])(?:{'|'.join(map(re.escape, inside))})(?![A-Za-z0-9])"
    return re.sub(pattern, lambda found: known[found.group()], text)


def remember(connection: duckdb.DuckDBPyConnection, target: str, key: bytes, moment: datetime) -> None:
    """Add the delivered identifiers of ``named`` to a table of erased ones, hashed.

    A mailbox is kept sealed beside its hash: it is a hash itself, and changes with the key.
    """
    fresh = connection.execute(sql.statement("privacy/select_unremembered")).fetchall()
    for role, value, hashed, pseudonym in fresh:
        sealed = seal(links_of(key)[-1], value.encode()) if role == MAILBOX else None
        values = {"role": role, "hash": hashed, "pseudonym": pseudonym, "moment": moment, "sealed": sealed}
        connection.execute(f"insert into {target} values ($role, $hash, $pseudonym, $moment, $sealed)", values)


def add_customer(connection: duckdb.DuckDBPyConnection, customer: str) -> None:
    """Put a customer into ``named`` whom no good row names: a row in quarantine may."""
    if customer != NOBODY:
        _add(connection, f"select 'customer' as role, {literal(customer)} as value")


def is_erased(connection: duckdb.DuckDBPyConnection) -> datetime | None:
    """Return when the customer that was looked for was erased; None where that was never."""
    found = connection.execute(sql.statement("privacy/select_erased_at")).fetchone()
    return found[0] if found else None
