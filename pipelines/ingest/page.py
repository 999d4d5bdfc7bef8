"""The page of the data contract: what to deliver, made from the declarations that the pipeline reads by.

Belongs here: how a declaration is told to users. Does not: the declarations (``features/canonical.py``), nor what
becomes of the rows of other sources (``docs/sources.md``).
"""

from __future__ import annotations

from collections.abc import Iterable

from features.contracts import CANONICAL_TABLES, UPDATED_AT, Column, Kind, Table
from pipelines.ingest.discover import COMPRESSIONS, FORMATS, TEXT_FORMATS, UNFINISHED
from pipelines.ingest.extra import EXTRA_COLUMNS
from pipelines.ingest.sources import source_names

KINDS: dict[Kind, tuple[str, str]] = {
    Kind.ID: (
        (
            "an identifier; leading zeros and all digits are kept, a spreadsheet's `'` before it or `=\"…\"` around it "
            "is not; `1.23E+11` and `1.2E11`, which lost digits, and errors such as `#REF!` are refused"
        ),
        "text",
    ),
    Kind.NUMBER_ID: ("as `id`, but `17850.0` is `17850`", "text"),
    Kind.TEXT: ("any text", "text in which e-mail addresses and what is written as a phone number are masked"),
    Kind.POSTCODE: ("as `id`: `'01234` is `01234`", "text"),
    Kind.COMMENT: ("any text", "text in which e-mail addresses and numbers of seven digits or more are masked"),
    Kind.WORD: ("one of the words that the column lists, in any case", "the word as listed"),
    Kind.CURRENCY: ("an ISO 4217 code of three letters, in any case", "the code in capitals"),
    Kind.MONEY: (
        "a decimal number, zero or more, in any of the ways below; `1.5e3` is read, `12 %` and `1_000` are refused",
        "DECIMAL(18,4), rounded half away from zero",
    ),
    Kind.AMOUNT: ("as `money`, of either sign", "DECIMAL(18,4), rounded half away from zero"),
    Kind.QUANTITY: ("a whole number above zero; `3.0` is 3, `2.5` is refused, thousands as below", "BIGINT"),
    Kind.COUNT: ("a whole number, zero or more", "BIGINT"),
    Kind.INTEGER: ("a whole number of either sign", "BIGINT"),
    Kind.TIMESTAMP: (
        (
            "ISO 8601, years 1900 to 2199: `2026-11-23`, `2026-11-23T06:00Z`, `2026-11-23 06:00:00+01:00`, or in any "
            "of the ways below; UTC without offset; `9999-12-31` stands for a moment that has not come, and is empty"
        ),
        "TIMESTAMP in UTC, to the microsecond",
    ),
    Kind.DAY: ("`10-Jul-2025` with the English name of the month, or as `timestamp`", "TIMESTAMP, midnight in UTC"),
    Kind.BOOLEAN: (
        (
            "`true`/`false`, `1`/`0`, `yes`/`no`, `y`/`n`, `t`/`f`, `on`/`off`, `ja`/`nein`, `wahr`/`falsch`, "
            "`oui`/`non`, `vrai`/`faux`, `si`/`no`, `verdadero`/`falso`, `vero`/`falso`, in any case"
        ),
        "BOOLEAN",
    ),
    Kind.EMAIL: (
        "any text; upper case, `+tags` and, at Gmail, dots make no difference",
        "hash, and a mask `j***@***`",
    ),
    Kind.PHONE: (
        "any text; only its last nine digits count, so that a country's prefix makes no difference",
        "hash, and a mask with the last two signs",
    ),
    Kind.NAME: ("any text; case, accents and double blanks make no difference", "hash, and a mask with the first sign"),
    Kind.ADDRESS: (
        "any text; as a name, and flats, floors, short street words and the order of words make no difference",
        "hash, and a mask with the first sign",
    ),
    Kind.PAYMENT: ("a fingerprint of a card or account, never its number", "hash, and a mask with the last two signs"),
    Kind.DEVICE: ("any text; case makes no difference", "hash, and a mask with the first sign"),
    Kind.IP: ("any text; case makes no difference", "hash, and a mask with the first sign"),
}
"""What each kind of cell accepts, and as what it is stored."""

MEANINGS: dict[str, str] = {
    "orders.customer_id": "the shopper's account",
    "orders.payment_fingerprint": "the same for the same card or account, as the payment provider gives it",
    "orders.delivery_proof": "what shows that the parcel arrived",
    "order_lines.unit_price": "what was paid for one unit, after discounts, before tax",
    "order_lines.list_price": "the price of one unit before discounts",
    "order_lines.unit_cost": "what one unit cost the shop; without it the product's",
    "order_lines.serial_number": "of the unit that was sent",
    "returns.rma_line_id": "the line of the RMA; without it the line is known by its `sku`",
    "returns.order_id": "the order that the goods were bought with; without it the purchase is searched for",
    "returns.quantity": "units asked to be returned",
    "returns.reason_code": "the shop's own word for the reason",
    "returns.scan_weight_g": "weight of the parcel as the carrier or the dock scanned it, in grams",
    "returns.tracking_destination_postcode": "where the carrier delivered the parcel",
    "returns.dock_received": "whether the parcel reached the dock",
    "returns.received_quantity": "units that were in the parcel",
    "returns.received_serial": "serial number of the unit in the parcel",
    "returns.condition_grade": "`A` as new to `D` scrap, or what was wrong with the parcel",
    "returns.refund_amount": "what was given back for this line",
    "returns.refund_payment_fingerprint": "where the refund went",
    "returns.restocking_fee": "fee kept back for this line",
    "returns.label_cost": "what the shop paid to bring the goods back",
    "returns.currency": "without it that of the order",
    "products.weight_g": "weight of one unit, in grams",
    "products.return_window_days": "days after delivery within which it may be returned",
    "products.final_sale": "whether it may not be returned at all",
    "review_labels.decided_by": "who decided; each judge's last verdict counts",
}
"""What a column means, where its name leaves a doubt."""

HEAD = """\
# What to deliver

This page is made from `features/canonical.py` by `render_contract_doc()`; it is what the pipeline reads by.

## Landing folder

`LANDING/<source>/…`, at any depth. `<source>` is one of {sources},
or a source of your own (docs/add_a_source.md). docs/sources.md says what becomes of the rows of each source. In
`canonical/`, a file's name begins with its table's name (`orders_2026-11.csv.gz`, `returns.parquet`).

- **Formats**, by the name's ending: {formats}. Text ({texts}) may be packed ({packings}).
- **Left alone**: names that end in {unfinished} or begin with a dot, and what lies in folders that do. Write a file
  under such a name and rename it when it is complete.
- **Refused**: links that lead out of the landing folder.
- **Order**: files are taken in the order of their paths, as people count (`orders_2.csv` before `orders_10.csv`). It
  decides only where nothing else tells a newer record from an older one; see below.
- **CSV**: a header in any order and any case, also below a title; any delimiter, quotes and escapes, found out from
  the file. docs/messy_files.md says what is understood and what is not.
- **Text** is UTF-8, UTF-16 or UTF-32 by its byte-order mark (UTF-16 also without); without one it is UTF-8 where most
  of it is, else it is taken for Windows-1252.
- **JSON** is one object a line (`.jsonl`) or one array of objects (`.json`, which is held in memory whole), and either
  is read under the other's ending, too; numbers keep their digits. Where a source's objects hold lists (an order its
  lines), an object is one row of its own and one for each element, and rows are counted so (docs/sources.md).
- **Parquet** columns may have any type that is a single value; whole floats lose their `.0`, NaN is null.

A cell is trimmed; an empty one is null. Two columns with the same name are refused with the file.

## Columns that a table does not have

A column that its table does not have refuses nothing. The ledger names it (`unknown_columns`), `report_schema_drift`
says since when it comes, and the raw table keeps its cells in `extra`: a JSON object of texts by the column's name in
lower case, null where the row has none. Nobody has said what such a column holds, so

- a column whose name may be personal (name, mail, phone, address, city, postcode, ip, card, iban, birth, token, note,
  … in English, Dutch and German), or looks like data itself, keeps of each cell its first character;
- dates and plain amounts are kept as they stand; in every other text e-mail addresses and numbers of seven digits or
  more are masked, and it ends after 200 characters;
- of lists and objects nothing is kept but `[nested]`; bytes that are no text are dropped; of more than {extra} such
  columns the first by name are kept.

A row that differs from the held one in `extra` alone is an update. A source may declare columns that it knows and
does not need: `ignored = ["Column", "Prefix *"]` in its manifest; they are neither told nor kept.

## Kinds of cells

| kind | accepts | stored as |
|---|---|---|
{kinds}

The last seven are **personal**: clear text is never stored. `<column>_hash` is the first 128 bits of an HMAC-SHA256 of
the kind and the normalised value under the key of the home (`HOME/key`, or `RETURNWATCH_KEY`); the same value has
the same hash in every table and column of its kind. `<column>_mask` is what people may see.

## How values are written

Every cell is read as text. A file whose numbers and moments are all plain (`1234.56`, `2026-11-23T06:00Z`) is read
once. Where cells are left that this does not read, each column is held against **all its values in the file**:

- **Numbers** may have a decimal comma (`12,50`), thousands in groups of three behind the other mark, a blank of
  any kind or a `'` (`1.234,56`, `1 234,56`, `1'234.56`; `12,34,567.80` too), full-width digits, and a minus
  before or behind or parentheses (`5.00-`, `(5.00)`). Amounts may have one currency sign or ISO 4217 code
  before or behind (`€ 12,50`, `-$5`, `12.50 EUR`); a row that names another currency than the amount does is
  quarantined, and a table without a currency of its own takes the amount to be in that of the order.
- **Moments** may be written `23.11.2026`, `11/23/2026`, `23-11-2026 15:04`, `2026/11/23`, `11/23/26 3:04 PM` or
  with the English name of the month (`Jul 10, 2025`), and with an offset. Years of two digits are 2000 to 2068.
  Zones by letters other than `Z`, `UTC` and `GMT` are refused (`CST` is three zones), and so are a
  spreadsheet's numbers of days (45987).
- **Which mark is the decimal one, and which order day and month have**, is settled for a column by its own
  values: the one way that reads every one of them. `03/04/2026` is 3 April where the column has a `23/11/2026`
  as well; `1,234` is a thousand where it has a `12.50`. In a column that mixes both ways, what has only one
  meaning is read.
- **An ambiguous column refuses its file**, with a line that names the column and the setting (`date_order`,
  `decimal`) by which you declare it for the source or the kind of file (docs/settings.md); the next run then
  reads the file. Few ambiguous values (no more than one number in a hundred; no more than one moment in two,
  the others being plain) cost their rows alone (`ambiguous_value`). A column of which every number is plain is
  plain: `1.234` is then read with a decimal point, unless another column of the file has a decimal comma. What
  is declared holds for all values: by `decimal = ","`, `1.234` is 1234 and `12.50` is refused. Numbers that
  JSON and Parquet know as such are read as they stand.
- **Time zones**: a moment without an offset is UTC, or of the `timezone` that is declared. Of the hour that a
  clock runs through twice in autumn the second is meant; a time that it skips in spring is quarantined, but for
  a day without a time, which then begins when the clock goes on. A `day` is the day as written, whatever the
  zone.
- **Nothing** is an empty cell. Numbers, moments, flags, currencies and words of a list are also empty as
  `NULL`, `N/A`, `#N/A`, `NA`, `NaN`, `None`, `nil`, `-`, `--`, `?` or `\\N`, in any case. Of identifiers,
  postcodes and personal data it is `NULL`, `null`, `N/A`, `n/a`, `#N/A`, `NaN`, `None`, `-`, `--` and `\\N`, so
  spelled, but not `NA`, which may be a name. Of text it is only what programs write: `NULL`, `null`, `NaN`,
  `#N/A`, `\\N`; the country `NA` is Namibia. Declare others with `nulls`.

## Rows: loaded, updated, duplicate, quarantined

Each row of a file that was read is exactly one of these, and the ledger's counts add up to `rows_read`.

- **loaded**: its key was not held yet.
- **updated**: a row with its key is held, is not newer, and differs; it is replaced as a whole, so deliver complete
  rows. A column that the newer file lacks becomes null.
- **duplicate**: it is equal to the row that is held, or older (`rows_stale` counts these). Within a file, and over the
  files of one run, each row is held against the one of its key before it: of A, B, A the first is loaded, and two are
  updates. A file whose content was loaded before under another name is all duplicates. A file with the same path and
  content is not read again.
- **quarantined**: a required value is missing, a value cannot be read, or the row cannot be split into cells. It goes
  alone; the rows around it are taken.

**Which record is newer** does not depend on when it arrives. Of two records with one key, the first of these that
both have and that differs decides:

1. `updated_at`, the moment at which the record itself was changed;
2. the day that the paths of their files name (`returns_2026-11-23.csv`, `20261123/returns.csv`; `2026-11` is its
   first day);
3. how far the record is: an order by `shipped_at` and `delivered_at`; an RMA by its `status` (from `requested` over
   `authorized`, `in_transit`, `received` and `inspected` to its end), then by how many of its moments are filled;
4. the number in their paths, where these differ in nothing else (`returns_9.csv`, `returns_10.csv`);
5. the later arrival.

A file that is replaced in place (the same path, other content) is newer than what it replaces, whatever its rows
say but for `updated_at`. So a correction that takes a record back (a refund that was booked by mistake) needs
`updated_at`, a later day in the file's name, or the same path.

**What belongs together** is told by keys. A return that names an order is priced from that order or not at all: where
it is not there, has no such goods, or was placed after the request, the purchase is unknown (`match_method` is `none`,
and a warning counts it), though the shopper bought the same thing elsewhere. A line of an order that was not delivered,
or that is in quarantine, has no money in core until the order comes, because nobody knows its currency; where no
export names a currency at all, money is in none.

A file is **refused** whole, with the reason in the ledger and no rows, when a required column is missing, it is
empty, cut short, damaged, or not what its name says. Mend it and deliver it again. A file with a header and no rows
is fine. A file that could not be opened is tried again by the next run.

| error code | the row |
|---|---|
| `missing_value` | lacks a required value |
| `unreadable_value` | has a value that its column does not accept; the error says why, where it can be told |
| `ambiguous_value` | has a value that can be read in more than one way, in a column that does not settle it |
| `wrong_cell_count` | has more or fewer cells than the header (docs/sources.md), or one in no named column |
| `broken_quotes` | has a quote that is not closed, or more behind it; reading goes on with the next line |
| `not_text` | holds a NUL byte or bytes that are no text in the file's encoding |
| `too_long` | is a line of more than 4,194,304 characters |
| `repeated_header` | is the header again |
| `total_line` | is a total: `Total`, `Summe`, … and figures |
| `other_table` | is below the header of another table in the same file |
| `above_header` | is above the header of its file, and could be a row |
| `not_json` | is no JSON object |
| `nested_value` | holds a list or an object where a value belongs |
| `repeated_name` | is a JSON object that names a column twice |

`error` names each column and what it should hold, never the value. `raw` is the row as it may be kept. The cells of a
bad row may stand one column off, so that a name is where a quantity should be; therefore what stays as delivered are
identifiers with a digit (those of the row's key whole, others without runs of seven digits), words of a list,
currencies, flags, what looks like a date or a time, and figures of up to six digits before the mark. Personal cells are
masked, and of every other cell, all free text and a row that could not be split, `raw` has the shape alone: every
letter an x, every digit a 9 (`xxxx xxx`), cut short. `path` and `row_number` lead to the delivered row.
docs/published.md lists the columns of `ingest_ledger` and `quarantine`.

## Tables

A star marks a required column. Any other may be missing altogether; what needs it is then absent.
"""


def render_contract_doc() -> str:
    """Return ``docs/data_contract.md``."""
    head = HEAD.format(
        sources=_listed(source_names()),
        formats=_listed(f".{name}" for name in FORMATS),
        texts=_listed(TEXT_FORMATS),
        extra=EXTRA_COLUMNS,
        packings=_listed(f".{name}" for name in COMPRESSIONS),
        unfinished=_listed(UNFINISHED),
        kinds="\n".join(f"| `{kind.value}` | {KINDS[kind][0]} | {KINDS[kind][1]} |" for kind in Kind),
    )
    return head + "".join(_section(table) for table in CANONICAL_TABLES.values())


def _listed(names: Iterable[str]) -> str:
    """Return names as code, with commas."""
    return ", ".join(f"`{name}`" for name in names)


def _section(table: Table) -> str:
    """Return the section of one table."""
    key = " + ".join(f"coalesce({part.replace('|', ', ')})" if "|" in part else part for part in table.key)
    rows = "".join(_row(table, column) for column in table.columns)
    return f"\n### {table.name}\n\nKey: `{key}`.\n\n| column | kind | meaning |\n|---|---|---|\n{rows}"


def _row(table: Table, column: Column) -> str:
    """Return the row of one column."""
    meaning = MEANINGS.get(f"{table.name}.{column.name}", "")
    if column is UPDATED_AT:
        meaning = "when the record was changed last; decides which of two records is newer"
    words = f"one of {_listed(column.words)}" if column.words else ""
    told = "; ".join(text for text in (meaning, words) if text)
    return f"| `{column.name}`{' *' if column.required else ''} | {column.kind.value} | {told} |\n"
