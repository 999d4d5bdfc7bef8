"""What a delivered file has beyond its table: the cells of unknown columns, and which columns it filled.

A row keeps the cells of unknown columns in ``extra``, a JSON object of texts by the column's name in lower
case, null where the row has none. Nothing personal stands there: nobody has said what an unknown column
holds, so a name that may belong to a person is enough to keep no more than the first character of its cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipelines.ingest.cells import safe_name
from pipelines.sqltext import identifier, literal

EXTRA_COLUMNS = 100
"""Unknown columns of a file that are kept at most, the first by their names."""
NESTED = "[nested]"
"""Stands for a list or an object in an unknown column: what is in it has names of its own, which may be personal."""
PERSONAL = (
    # contact
    "mail", "phone", "tel", "telefoon", "telefon", "telefax", "fax", "mobile", "mobil", "mobiel", "handy", "gsm",
    "whatsapp", "skype", "contact", "kontakt", "website", "url", "instagram", "facebook", "twitter",
    # names and people
    "name", "naam", "surname", "middle", "initial", "person", "recipient", "addressee", "consignee", "empfaenger",
    "empfänger", "ontvanger", "customer", "kunde", "klant", "buyer", "käufer", "kaeufer", "koper", "client",
    "guest", "gast", "user", "userid", "benutzer", "gebruiker", "login", "account", "konto", "rekening",
    "salutation", "anrede", "aanhef", "title", "gender", "geschlecht", "geslacht", "employee", "mitarbeiter",
    "medewerker", "ansprechpartner", "attention", "attn", "company", "firma", "bedrijf", "organisation", "organization",
    # places
    "address", "adresse", "adres", "anschrift", "street", "strasse", "straße", "straat", "str", "house", "haus",
    "huis", "zip", "zipcode", "postal", "postcode", "postleitzahl", "plz", "city", "town", "stadt", "ort",
    "wohnort", "stad", "plaats", "woonplaats", "province", "provinz", "provincie", "district", "county",
    "latitude", "longitude", "lat", "lng", "lon", "geo", "line1", "line2",
    # birth and papers
    "birth", "birthday", "dob", "geburt", "geboren", "geboorte", "age", "alter", "leeftijd", "passport", "ausweis",
    "paspoort", "identity", "ssn", "bsn", "steuer", "tax_id", "taxid", "vat", "ust", "btw", "license", "licence",
    # means of payment
    "card", "karte", "kaart", "creditcard", "kreditkarte", "iban", "bic", "swift", "bank", "paypal", "payer",
    "payee", "holder", "inhaber", "houder", "cvc", "cvv",
    # machines and secrets
    "ip", "device", "gerät", "geraet", "apparaat", "cookie", "session", "agent", "fingerprint", "token",
    "password", "passwort", "kennwort", "wachtwoord", "secret", "key", "imei", "mac",
    # free words
    "note", "notes", "notiz", "notitie", "comment", "kommentar", "commentaar", "opmerking", "bemerkung", "remark",
    "message", "nachricht", "bericht", "instruction", "anweisung", "memo", "signature", "unterschrift",
    "handtekening", "greeting", "gruss", "gruß", "groet",
)  # fmt: skip
"""Words that a personal column's name may hold, in English, Dutch and German."""
_PARTS = (
    *(word for word in PERSONAL if len(word) > 5),  # noqa: PLR2004 - shorter ones are in too many others: warehouse
    "mail", "phone", "name", "naam", "iban", "note", "card", "karte", "kaart", "adres", "birth", "kunde", "klant",
    "konto", "token",
)  # fmt: skip
"""What is personal wherever it stands in a name: compounds are many."""
_WHOLE = frozenset(PERSONAL)


@dataclass(frozen=True, slots=True)
class ExtraColumn:
    """An unknown column that is kept: ``cell`` is its column among the cells, ``key`` its name in ``extra``."""

    header: str
    cell: str
    key: str
    is_personal: bool


@dataclass(frozen=True, slots=True)
class FileColumns:
    """The columns of a delivered file: the header of each one that its table has, and the unknown headers."""

    present: Mapping[str, str]
    unknown: tuple[str, ...]

    @property
    def extra(self) -> tuple[ExtraColumn, ...]:
        """The unknown columns that are kept."""
        return extra_columns(self.unknown)

    @property
    def cells(self) -> list[tuple[str, str]]:
        """Names of cells and the headers that they stand under: the table's columns, then what is kept beside them."""
        return [*self.present.items(), *((column.cell, column.header) for column in self.extra)]


@dataclass(frozen=True, slots=True)
class FilledColumn:
    """A column of a delivered file and how many of its rows fill it; an unknown one that is not kept has None."""

    name: str
    is_known: bool
    n_filled: int | None


def looks_personal(header: str) -> bool:
    """Whether a column's name may be that of personal data; a name that looks like data itself may."""
    if safe_name(header) != header:
        return True
    spaced = re.sub(r"(?<=[a-zäöüß0-9])(?=[A-ZÄÖÜ])", " ", header)  # customerName
    words = re.findall(r"[^\W\d_]+\d*", spaced.lower())
    bare = {word.rstrip("0123456789").removesuffix("s") for word in words}
    return not _WHOLE.isdisjoint({*words, *bare}) or any(part in header.lower() for part in _PARTS)


def extra_columns(headers: Iterable[str]) -> tuple[ExtraColumn, ...]:
    """Return the unknown columns that are kept, in the order of their names, each name once.

    The order is not the file's, so that two files with the same columns in another order have equal rows.
    """
    found: dict[str, ExtraColumn] = {}
    for header in sorted(headers, key=str.lower)[:EXTRA_COLUMNS]:
        name = key = extra_key(header)
        while key in found:
            key = f"{name} ({len(found)})"
        found[key] = ExtraColumn(header, f"unknown_{len(found)}", key, looks_personal(header))
    return tuple(found.values())


def extra_key(header: str) -> str:
    """Return the name that an unknown column goes by, whatever its case in the file."""
    return safe_name(header).lower()


def extra_value(columns: Sequence[ExtraColumn]) -> str:
    """Return the expression of ``extra`` from the cleaned cells of the unknown columns, none for an empty cell."""
    if not columns:
        return "null::varchar"
    terms = ", ".join(f"{literal(column.key)}, {_kept(column)}" for column in columns)
    return f"nullif(cast(json_merge_patch('{{}}', json_object({terms})) as varchar), '{{}}')"


def _kept(column: ExtraColumn) -> str:
    """Return the expression of an unknown cell as it may be kept."""
    cell = identifier(f"{column.cell}__cell")
    return f"mask_head({cell})" if column.is_personal else f"read_extra({cell})"
