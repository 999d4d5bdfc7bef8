"""What each column says of a person, by its name: an identifier of some sort, a text that goes, or nothing.

The same rules serve delivered tables of every source, core, scores, reports and published files, so that a new source
needs no declaration. What is not known to be harmless counts as an identifier: a column of identifiers of an unknown
name is replaced, in the rows of the erased person alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from features.contracts import Kind
from pipelines.ingest.sources import FileKind

CUSTOMER, MAILBOX, ORDER, RMA, CONTACT, CHARGEBACK = "customer", "mailbox", "order", "rma", "contact", "chargeback"
TRACKING, SERIAL, DISCOUNT, LINE, CASE = "tracking", "serial", "discount", "line", "case"
PERSONS = (CUSTOMER, MAILBOX)
"""Identifiers of people themselves. A mailbox is the keyed hash of the e-mail address, where no customer is named."""
OWNERS = (*PERSONS, ORDER, RMA, CONTACT, CHARGEBACK)
"""Identifiers that make a row a person's; a serial or tracking number may pass through several people's hands."""

HARMLESS = (
    r"(sku|asin|style|product|stock|agent|store|supplier|vendor|location|warehouse|decided_by|fulfillment"
    r"|category|varia(nt|tion)|barcode|gtin|ean|upc|model|currency|run|delivery|refunded_by)"
)
ROLES = (
    (CUSTOMER, r"^(?:other_)?(customer|buyer|shopper|user|client)(_(id|number|no|key|code))?$"),
    (TRACKING, r"tracking_(number|id|no|code|url)|^(waybill|shipment|parcel)(_(id|number))?$"),
    (SERIAL, r"serial(_number)?$|imei|license_plate"),
    (DISCOUNT, r"(discount|coupon|promotion|voucher)s?_(code|id)s?$|(^|_)(coupon|voucher)s?$"),
    (LINE, r"(^|_)(line|item)(_(id|no|number))$"),
    (CHARGEBACK, r"(chargeback|dispute)(_(id|number))$"),
    (CASE, r"^case_id$"),
    (CONTACT, r"(contact|ticket|conversation)(_(id|number))$"),
    (RMA, r"(^|_)(rma|return|refund|credit_?memo)(_(increment_)?(id|number|no|name))$"),
    (ORDER, r"(^|_)(order|invoice)(_(increment_)?(id|number|no|name|key|reference))$|^parent_id$"),
)
"""The first pattern that is found in a column's name gives its role."""
OWN_NAME = re.compile(r"^(id|entity_id|increment_id|number|name)$")
"""Names that say nothing without their table's: the identifier of the table's own rows."""
GONE = re.compile(
    r"city|postcode|postal|(^|_)zip|address|street|comment|(^|_)notes?($|_)|message|remark|phone|e_?mail|topic|resolution"
    r"|(first|last|full|middle|ship|bill|shipping|billing|customer|buyer|recipient)_name|recipient|company|(^|_)tags$"
    r"|attributes|^extra$|^(ship|bill)\w*_(state|province|region|county|zone)$|(^|_)vat|tax_id|birth|_hash$|_mask$"
)
"""Texts that say who somebody is or where they live, or that people wrote themselves."""
TOLD = re.compile(
    r"comment|error|example|detail|message|failed|sample|observed|unexpected|(^|_)text$|^found$|^unknown_columns$|^column$|^code$"
)
"""Texts of others, and of the program, that may mention somebody's identifiers."""
KEPT = re.compile(r"^sha256$|^(data|request)_|^promotion_amount|^program")
TEXT_KINDS = frozenset({Kind.ID, Kind.NUMBER_ID})
NOBODY = "0"
"""What platforms write for the customer of a guest's order."""


@dataclass(frozen=True, slots=True)
class Roles:
    """The columns of one table: identifiers with their roles, and those whose text goes with the person."""

    identifiers: Mapping[str, str]
    gone: tuple[str, ...]
    told: tuple[str, ...] = ()
    """Texts in which a mention of an erased identifier is struck out, whosever row it is."""

    def of(self, *roles: str) -> list[str]:
        """Return the columns of some roles."""
        return [name for name, role in self.identifiers.items() if role in roles]


def kind_roles(kind: FileKind) -> Roles:
    """Return the roles of a raw table's columns: by their names, and by what their kinds are."""
    identifiers, gone, codes = {}, [], _codes(kind)
    for column in kind.table.columns:
        role = role_of(column.name, kind.table.name)
        if column.is_personal:
            gone += [f"{column.name}_hash", f"{column.name}_mask"]
        elif column.kind in {Kind.COMMENT, Kind.POSTCODE}:
            gone.append(column.name)
        elif column.kind in TEXT_KINDS or (column.kind is Kind.TEXT and role and not GONE.search(column.name)):
            identifiers[column.name] = role or _unknown(column.name)
        elif column.kind is Kind.TEXT and GONE.search(column.name) and column.name not in codes:
            gone.append(column.name)
    identifiers = {name: role for name, role in identifiers.items() if role}
    told = tuple(column.name for column in kind.table.columns if column.kind is Kind.COMMENT)
    emails = [name for name in gone if name.endswith("_hash") and "mail" in name]
    if CUSTOMER in identifiers.values() or not emails:
        return Roles(identifiers, (*gone, "extra"), told)
    gone = [name for name in gone if name not in emails]
    return Roles(identifiers | dict.fromkeys(emails, MAILBOX), (*gone, "extra"), told)


def _codes(kind: FileKind) -> set[str]:
    """Return the columns that a map of codes translates: a word of a list says nothing of anybody."""
    return {name for name in kind.maps if kind.table.column(name).kind is Kind.TEXT}


def named_roles(table: str, columns: Iterable[str]) -> Roles:
    """Return the roles of text columns by their names alone: for tables that are made, not delivered."""
    names = [name for name in columns if not KEPT.search(name)]
    roles = {name: role_of(name, table) for name in names}
    return Roles(
        {name: role for name, role in roles.items() if role and not GONE.search(name)},
        tuple(name for name in names if GONE.search(name)),
        tuple(name for name in names if TOLD.search(name)),
    )


def role_of(name: str, table: str) -> str:
    """Return the role of a column of identifiers, empty where its name tells none."""
    if OWN_NAME.search(name):
        return next(
            (role for role in (CUSTOMER, ORDER, RMA) if role in table or (role == RMA and "return" in table)), ""
        )
    if re.search(HARMLESS, name) and not re.search(r"promotion_ids?$", name):
        return ""
    return next((role for role, pattern in ROLES if re.search(pattern, name)), "")


def _unknown(name: str) -> str:
    """Return the role of identifiers that no pattern knows: one of their own, unless their name is harmless."""
    return "" if re.search(HARMLESS, name) else f"other_{name}"
