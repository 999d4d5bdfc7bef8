"""What a run has to say, read from the published set: the same words for a run that changed nothing."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from features.contracts import UPDATED_AT
from pipelines.ingest.ledger import REFUSED
from pipelines.publish import REPORT_PAGE, read_manifest

TOP = 10

DaysChanged = dict[str, dict[str, Any]]
"""For each table of RMAs, the days of request whose rows a run made or changed: count, first, last, days."""


@dataclass(frozen=True, slots=True)
class Suspicious:
    """One of the most suspicious RMAs: rank, risk, what is at stake and its first reason."""

    risk_rank: int
    rma_id: str
    customer_id: str | None
    risk_score: float
    amount_at_stake: Decimal
    reason: str


@dataclass(frozen=True, slots=True)
class RunSummary:
    """The figures of a run. Money is in the reporting currency.

    ``unmatched_lines`` are RMA lines without a known purchase, ``unknown_codes`` codes that no map of a source knows.
    """

    rows: dict[str, int]
    quarantined: int
    files_refused: list[dict[str, str]]
    rmas_scored: int
    rmas_flagged: int
    total_return_cost: Decimal
    costs: dict[str, Decimal]
    currency: str | None
    as_of: str
    absent_columns: dict[str, list[str]]
    unknown_codes: list[dict[str, Any]]
    unmatched_lines: int
    warnings: list[str]
    top: list[Suspicious]
    published: str
    report: str
    is_unchanged: bool
    days_changed: DaysChanged
    seconds: float

    def as_json(self) -> dict[str, Any]:
        """Return the summary with plain JSON values: money as numbers."""
        content = asdict(self)
        content["total_return_cost"] = float(self.total_return_cost)
        content["costs"] = {name: float(amount) for name, amount in self.costs.items()}
        content["top"] = [row | {"amount_at_stake": float(row["amount_at_stake"])} for row in content["top"]]
        return content


def summarise(folder: Path, seconds: float, *, days_changed: DaysChanged | None = None) -> RunSummary:
    """Return the summary of the published set in ``folder``; without ``days_changed``, of a run that found it so."""
    manifest = read_manifest(folder)
    ledger = pl.read_parquet(folder / "ingest_ledger.parquet")
    scores = pl.read_parquet(
        folder / "rma_scores.parquet",
        columns=["risk_rank", "rma_id", "customer_id", "risk_score", "amount_at_stake", "is_flagged", "reasons"],
    )
    costs = _costs(folder)
    return RunSummary(
        rows=_rows_read(ledger),
        quarantined=int(ledger["rows_quarantined"].sum()),
        files_refused=_refused(ledger),
        rmas_scored=scores.height,
        rmas_flagged=int(scores["is_flagged"].sum()),
        total_return_cost=sum(costs.values(), Decimal(0)),
        costs=costs,
        currency=_text(manifest["reporting_currency"]),
        as_of=str(manifest["as_of"]),
        absent_columns=_absent(pl.read_parquet(folder / "report_coverage.parquet")),
        unknown_codes=pl.read_parquet(folder / "report_unknown_codes.parquet").drop("maps_version").to_dicts(),
        unmatched_lines=int(pl.read_parquet(folder / "report_overview.parquet")["unmatched_lines"].sum()),
        warnings=_warnings(pl.read_parquet(folder / "report_data_quality.parquet")),
        top=_top(scores),
        published=str(folder),
        report=str(folder / REPORT_PAGE),
        is_unchanged=days_changed is None,
        days_changed=days_changed or {},
        seconds=round(seconds, 2),
    )


def _text(value: object) -> str | None:
    """Return a manifest's value as text, or None."""
    return None if value is None else str(value)


def _rows_read(ledger: pl.DataFrame) -> dict[str, int]:
    """Return the rows read into each table, over all deliveries."""
    read = ledger.filter(pl.col("status") != REFUSED).group_by("table").agg(pl.col("rows_read").sum()).sort("table")
    return {str(table): int(rows) for table, rows in read.iter_rows()}


def _refused(ledger: pl.DataFrame) -> list[dict[str, str]]:
    """Return path and reason of each refused file whose path was not delivered readable since."""
    last = ledger.sort("delivery_id").unique("path", keep="last", maintain_order=True)
    rows = last.filter(pl.col("status") == REFUSED).sort("path")
    return [{"path": row["path"], "reason": row["error"]} for row in rows.iter_rows(named=True)]


def _costs(folder: Path) -> dict[str, Decimal]:
    """Return the total of each component of the ledger, largest first."""
    ledger = pl.read_parquet(folder / "return_costs.parquet", columns=["component", "amount"])
    totals = (
        ledger.group_by("component").agg(pl.col("amount").sum()).sort("amount", "component", descending=[True, False])
    )
    return dict(totals.iter_rows())


def _absent(coverage: pl.DataFrame) -> dict[str, list[str]]:
    """Return the columns that hold nothing, for each table that was delivered at all."""
    # no figure needs to know when a record was changed: where it is missing, nothing is absent
    needed = coverage.filter(pl.col("column") != UPDATED_AT.name)
    empty = needed.filter((pl.col("n_rows") > 0) & (pl.col("n_filled") == 0))
    absent: dict[str, list[str]] = {}
    for table, column in empty.select("table", "column").iter_rows():
        absent.setdefault(table, []).append(column)
    return absent


def _warnings(found: pl.DataFrame) -> list[str]:
    """Return what the checks of the last deliveries say of columns, files and days."""
    last = found.filter(pl.col("delivery_id") == pl.col("delivery_id").max(), ~pl.col("is_ok"))
    return last.drop_nulls("found").sort("table", "check_name")["found"].to_list()


def _top(scores: pl.DataFrame) -> list[Suspicious]:
    """Return the most suspicious RMAs."""
    return [
        Suspicious(
            row["risk_rank"],
            row["rma_id"],
            row["customer_id"],
            row["risk_score"],
            row["amount_at_stake"],
            row["reasons"][0]["text"] if row["reasons"] else "",
        )
        for row in scores.sort("risk_rank").head(TOP).iter_rows(named=True)
    ]
