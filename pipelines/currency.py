"""Dated exchange rates: what one unit of a currency was worth in the reporting currency, from a day on.

Belongs here: how they are written in the settings or in a file of their own, and the table of a rate a day that they
become. Does not: which currencies need one (``core.py``), how money is converted (``sql/core/``).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import polars as pl
from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

CurrencyCode = Annotated[str, Field(pattern="^[A-Z]{3}$")]
Rate = Annotated[Decimal, Field(gt=0, max_digits=20, decimal_places=12)]
"""Twenty digits, so that an amount times a rate is reckoned in 38."""
FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2099, 12, 31)
"""Between them lies every day that a rate can be given for."""
COLUMNS = ["day", "currency", "rate"]
RATE = pl.Decimal(20, 12)


class DatedRate(BaseModel):
    """What one unit of a currency is worth from a day on, until the next rate of that currency."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    currency: CurrencyCode = Field(description="The currency, three capitals.")
    since: date = Field(
        alias="from", ge=FIRST_DAY, le=LAST_DAY, description="The first day (UTC) on which the rate holds."
    )
    rate: Rate = Field(description="Value of one unit in the reporting currency.")


def with_file(given: object) -> object:
    """Return the section as it was given, with the rates of its ``dated_file`` after those that it lists."""
    if not isinstance(given, dict) or not given.get("dated_file"):
        return given
    return given | {"dated": [*given.get("dated", ()), *_read(Path(str(given["dated_file"])))]}


def _read(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rates of a CSV file with the columns day, currency and rate."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if list(reader.fieldnames or ()) != COLUMNS:
                raise PydanticCustomError(
                    "no_rates", "{path} has not the columns day,currency,rate", {"path": str(path)}
                )
            for row in reader:
                yield _checked(row, f"{path} line {reader.line_num}")
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        told = {"path": str(path), "reason": getattr(error, "strerror", None) or "it is not CSV in UTF-8"}
        raise PydanticCustomError("unread", "cannot read {path} ({reason})", told) from None


def _checked(row: Mapping[str, str], place: str) -> dict[str, str]:
    """Return a rate of a file as the settings have it; an error names the line that is none."""
    given = {"from": row["day"], "currency": row["currency"], "rate": row["rate"]}
    try:
        DatedRate.model_validate(given)
    except ValueError:
        raise PydanticCustomError("no_rate", "{place}: not a day, a currency and a rate", {"place": place}) from None
    return given


def refuse_repeated(dated: Sequence[DatedRate]) -> None:
    """Raise where a currency has two rates of one day: nobody could say which holds."""
    seen = set()
    for one in dated:
        if (one.currency, one.since) in seen:
            told: dict[str, Any] = {"currency": one.currency, "day": str(one.since)}
            raise PydanticCustomError("twice", "two rates of {currency} from {day}", told)
        seen.add((one.currency, one.since))


def rates_by_day(constant: Mapping[str, Decimal], dated: Sequence[DatedRate]) -> pl.DataFrame:
    """Return one row a currency and day: ``currency``, ``rate_on``, ``fx_rate``.

    The first day stands for all earlier ones, the last for all later ones; where no rate is dated there is one day.
    A currency without a rate yet on a day has no row for it.
    """
    begins = [(name, FIRST_DAY, rate) for name, rate in constant.items()]
    begins += [(one.currency, one.since, one.rate) for one in dated]
    given = pl.DataFrame(
        {"currency": [b[0] for b in begins], "rate_on": [b[1] for b in begins], "fx_rate": [str(b[2]) for b in begins]},
        schema={"currency": pl.String, "rate_on": pl.Date, "fx_rate": pl.String},
    ).unique(["currency", "rate_on"], keep="last", maintain_order=True)
    first = min((d.since for d in dated), default=FIRST_DAY + timedelta(days=1))
    last = max((d.since for d in dated), default=FIRST_DAY)
    days = pl.DataFrame({"rate_on": pl.date_range(max(first - timedelta(days=1), FIRST_DAY), last, eager=True)})
    wanted = given.select("currency").unique().join(days, how="cross").sort("rate_on")
    filled = wanted.join_asof(given.sort("rate_on"), on="rate_on", by="currency", check_sortedness=False)
    return filled.drop_nulls().with_columns(pl.col("fx_rate").cast(RATE)).sort("currency", "rate_on")
