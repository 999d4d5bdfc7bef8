"""The page of the settings, made from the models that check them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from pipelines.cost_rules import CostRule
from pipelines.currency import DatedRate
from pipelines.settings import ReaderSettings, Settings

HEAD = """\
# Settings

This page is made from `pipelines/settings.py` and the modules of its sections by `render_settings_doc()`.

Settings come from `returnwatch.toml` in the current folder, or from the file that `--config` names, and from variables;
variables win. A setting `keep` of the section `[publish]` is the variable `RETURNWATCH_PUBLISH__KEEP`, and `mail` of
`[costs.label]` is `RETURNWATCH_COSTS__LABEL__MAIL`. A table such as `[currency.rates]` takes one variable a
name (`RETURNWATCH_CURRENCY__RATES__USD=0.91`). An unknown key, and an unknown `RETURNWATCH_` variable, is an error.

```toml
[currency]
reporting = "EUR"

[currency.rates]
USD = 0.91

[costs.label]
mail = 5.40
```

Six variables are no settings: `RETURNWATCH_HOME` (the home folder, as `--home`), `RETURNWATCH_LANDING` (the landing
folder of runs that Dagster's pages start), `RETURNWATCH_SOURCES_DIR` (a folder with sources of your own,
docs/add_a_source.md), `RETURNWATCH_KEY` (the key of the hashes of personal data, instead of `HOME/key`; sixteen
characters or more), `RETURNWATCH_SECRET_KEY` (the key of sessions, instead of `HOME/secret_key`) and
`RETURNWATCH_CHAIN_KEY` (the key of the chain of decisions, instead of `HOME/chain_key`; both thirty-two characters or
more, docs/security.md).
"""


SOURCES = """
## [sources.<source>]

How a source's files are to be read, where their values alone do not say it (docs/data_contract.md says what they say).
What a source's manifest declares is the default. The same settings below `[sources.<source>.<kind>]` hold for one
kind of file alone, by the name that the manifest has for it; in `canonical`, that is the table. A file that was
refused is read again when what is declared for it changes; files that were read before are, with `--full-refresh`.

```toml
[sources.canonical]
timezone = "Europe/Berlin"

[sources.canonical.returns]
date_order = "dmy"
decimal = ","
nulls = ["unknown", "k. A."]
```

"""


ENTRIES: dict[str, type[BaseModel]] = {"currency.dated": DatedRate, "costs.rules": CostRule}
"""Settings that are lists of tables, and what an entry of each is."""
LISTS = """
## Tables that are lists

Each entry stands below a header of its own in double brackets; a variable takes them all as one JSON list
(`RETURNWATCH_CURRENCY__DATED='[{"currency": "USD", "from": "2026-01-01", "rate": "0.92"}]'`).

```toml
[[currency.dated]]
currency = "USD"
from = 2026-01-01
rate = 0.92

[[costs.rules]]
carrier = "DHL"
country = "DE"
from = 2026-01-01
to = 2026-12-31
label = 4.39
resale_share = { grade_b = 0.7 }
```
"""


def render_settings_doc() -> str:
    """Return ``docs/settings.md``."""
    fields = {name: field for name, field in Settings.model_fields.items() if name != "sources"}
    sections = "".join(_section(name, field) for name, field in fields.items())
    return HEAD + sections + LISTS + "".join(map(_entry, ENTRIES)) + SOURCES + _rows(ReaderSettings)


def _entry(path: str) -> str:
    """Return what an entry of a list is."""
    return f"\n### [[{path}]]\n\n{_meaning(ENTRIES[path])}\n\n{_rows(ENTRIES[path])}"


def _rows(model: type[BaseModel]) -> str:
    """Return the table of a section's settings."""
    rows = "".join(
        f"| `{inner.alias or name}` | {_default(inner)} | {_takes(inner)} | {inner.description} |\n"
        for name, inner in model.model_fields.items()
        if not _is_section(inner)
    )
    return f"| setting | default | takes | meaning |\n|---|---|---|---|\n{rows}"


def _section(path: str, field: FieldInfo) -> str:
    """Return one section and those below it: its meaning, and a row for each setting."""
    model = field.annotation
    assert isinstance(model, type)  # noqa: S101 - every section is a model
    assert issubclass(model, BaseModel)  # noqa: S101 - as above
    nested = (_section(f"{path}.{name}", inner) for name, inner in model.model_fields.items() if _is_section(inner))
    return f"\n## [{path}]\n\n{_meaning(model)}\n\n{_rows(model)}" + "".join(nested)


def _meaning(model: type[BaseModel]) -> str:
    """Return what a section is for: the text at its head."""
    return " ".join((model.__doc__ or "").split()).replace("``", "`")


def _is_section(field: FieldInfo) -> bool:
    """Whether a field is a section of its own."""
    return isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)


def _default(field: FieldInfo) -> str:
    """Return the default of a setting as it is written in the file."""
    if field.is_required():
        return "required"
    value: Any = field.get_default(call_default_factory=True)
    if value is None or value in ({}, ()):
        return "not set"
    return (
        f"`{str(value).lower()}`"
        if isinstance(value, bool)
        else f'`"{value}"`'
        if isinstance(value, str)
        else f"`{value}`"
    )


def _takes(field: FieldInfo) -> str:
    """Return what a setting takes: its type and its bounds."""
    return ", ".join([_type_name(field.annotation), *_bounds(field)])


def _table_name(key: object, value: object) -> str:
    """Return what a table of settings holds."""
    if get_origin(key) is Literal:
        return "a table of grades and numbers"
    if value is str or get_origin(value) is Literal:
        return "a table of names and roles"
    return "a table of currency codes and numbers"


def _type_name(annotation: object) -> str:
    """Return the plain name of a type."""
    inner = [part for part in get_args(annotation) if part is not type(None)]
    if get_origin(annotation) is Literal:
        return " or ".join(f"`{word}`" for word in get_args(annotation))
    if get_origin(annotation) is tuple:
        return "a list of texts" if inner[0] is str else "a list of tables, see below"
    if get_origin(annotation) is dict:
        return _table_name(*get_args(annotation))
    names: dict[object, str] = {
        bool: "true or false", int: "a whole number", str: "a text", Decimal: "a number", float: "a number",
        SecretStr: "a text", Path: "a path", date: "a day, such as `2026-01-01`",
    }  # fmt: skip
    plain = names.get(annotation) if isinstance(annotation, type) else None
    return plain or _type_name(inner[0])


def _bounds(field: FieldInfo) -> Iterator[str]:
    """Yield the bounds of a setting."""
    words = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than", "max_length": "length at most"}
    for entry in field.metadata:
        yield from (
            f"{word} {getattr(entry, name)}" for name, word in words.items() if getattr(entry, name, None) is not None
        )
