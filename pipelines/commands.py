"""The commands that read the published set, and the one that makes up a shop."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

import polars as pl

from pipelines.console import print_json
from pipelines.errors import ReturnwatchError, WrongArgumentError
from pipelines.export import FORMATS, write_table
from pipelines.publish import current_set, read_table, tables_of
from pipelines.raw_rmas import raw_rmas

ALL_REPORTS = "reports"
"""What `export` takes for the workbook of all report tables."""
YES, NO = ("true", "1", "yes", "y"), ("false", "0", "no", "n")
"""Words of a truth file for abuse and for honest."""


def published_folder(home: Path) -> Path:
    """Return the folder of the current published set; ReturnwatchError where nothing was published."""
    folder = current_set(home)
    if folder is None:
        raise ReturnwatchError(f"{home}: nothing is published yet; run `returnwatch run --landing DIR` first")
    return folder


def read_published(folder: Path, name: str) -> pl.DataFrame:
    """Return a table of a published set; ReturnwatchError naming the tables that it has."""
    tables = tables_of(folder)
    if name not in tables:
        raise WrongArgumentError(f"'{name}' is not a published table; there are {', '.join(sorted(tables))}")
    return read_table(folder, name)


def simulate_shop(out: Path, truth: Path, orders: int, seed: int, abuse_rate: float, *, as_json: bool) -> None:  # noqa: PLR0913 - the command's options
    """Make up a shop; see ``pipelines.simulate``."""
    from pipelines.simulate import SimulationParams, simulate  # noqa: PLC0415 - numpy loads only on use

    try:
        summary = simulate(out, truth, SimulationParams(orders=orders, seed=seed, abuse_rate=abuse_rate))
    except ValueError as error:
        raise WrongArgumentError(f"simulate: {error}") from None
    except OSError as error:
        raise ReturnwatchError(f"{out}: cannot write the exports ({error.strerror}); name another folder") from None
    counts = asdict(summary)
    line = f"{summary.abuse_rmas:,} of {summary.rmas:,} RMAs are abuse, in {summary.orders:,} orders"
    _done(counts | {"out": str(out), "truth": str(truth)}, f"{line}.\nExports: {out}\nTruth: {truth}", as_json=as_json)


def evaluate_scores(home: Path, truth: Path, *, as_json: bool) -> None:
    """Measure the published scores against a truth file."""
    from models.evaluate import evaluate  # noqa: PLC0415 - scikit-learn takes seconds to import

    folder = published_folder(home)
    scores, features = read_published(folder, "rma_scores"), read_published(folder, "rma_features")
    if scores.is_empty():
        raise ReturnwatchError(f"{folder}: no RMA was scored, so there is nothing to evaluate")
    known = read_truth(truth)
    if scores.join(known, on="rma_id", how="semi").is_empty():
        raise ReturnwatchError(
            f"{truth}: none of its RMAs is among the published scores; is it the truth of this shop?"
        )
    raw, missing = raw_rmas(home)
    if missing is not None:
        sys.stderr.write(f"{missing}\n")
    result = evaluate(scores, known, features, None, 0, raw)
    if as_json:
        print_json(result)
        return
    for name, value in result.items():
        sys.stdout.write(f"{name}: {_shown(value)}\n")


def _shown(value: object) -> str:
    """Return a measure, or a group of them, for people."""
    if isinstance(value, dict):
        lines = (f"{name}: {_shown(inner)}".replace("\n", "\n  ") for name, inner in value.items())
        return "".join(f"\n  {line}" for line in lines) or "none"
    if isinstance(value, list):
        return " to ".join(_shown(each) for each in value)
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def read_truth(path: Path) -> pl.DataFrame:
    """Return a truth file (CSV or Parquet) with ``is_fraud`` as boolean; ReturnwatchError where it is none."""
    try:
        frame = pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_csv(path, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        reason = getattr(error, "strerror", None) or str(error).splitlines()[0]
        raise ReturnwatchError(f"{path}: cannot be read as CSV or Parquet ({reason})") from None
    missing = [name for name in ("rma_id", "is_fraud") if name not in frame.columns]
    if missing:
        raise ReturnwatchError(f"{path}: column {', '.join(missing)} is missing; a truth file has rma_id and is_fraud")
    flag = pl.col("is_fraud").cast(pl.String).str.strip_chars().str.to_lowercase().str.strip_suffix(".0")
    wanted = frame.with_columns(pl.col("rma_id").cast(pl.String), flag.is_in(YES).alias("is_fraud"))
    unread = frame.filter(~flag.is_in([*YES, *NO])).height
    if unread or frame["is_fraud"].null_count():
        raise ReturnwatchError(f"{path}: is_fraud is neither true nor false in {unread or 'some'} rows; mend them")
    return wanted


def export_table(home: Path, name: str, format_: str, out: Path, *, as_json: bool) -> None:
    """Write one published table to a file."""
    if format_ not in FORMATS:
        raise WrongArgumentError(f"--format {format_}: not a format; use one of {', '.join(FORMATS)}")
    if name == ALL_REPORTS:
        export_reports(home, format_, out, as_json=as_json)
        return
    frame = read_published(published_folder(home), name)
    write_table(frame, format_, out, name)
    _done(
        {"table": name, "rows": frame.height, "out": str(out)},
        f"{frame.height:,} rows of {name}: {out}",
        as_json=as_json,
    )


def export_reports(home: Path, format_: str, out: Path, *, as_json: bool) -> None:
    """Write all report tables to one workbook."""
    from pipelines.workbook import write_workbook  # noqa: PLC0415 - xlsxwriter loads only on use

    if format_ != "xlsx":
        raise WrongArgumentError(f"--format {format_}: {ALL_REPORTS} are one Excel workbook; use xlsx")
    left_out = write_workbook(published_folder(home), out)
    told = f"; too long for a sheet: {', '.join(left_out)} (export them one by one)" if left_out else ""
    _done({"table": ALL_REPORTS, "left_out": left_out, "out": str(out)}, f"All reports: {out}{told}", as_json=as_json)


def report_page(home: Path, out: Path, *, as_json: bool) -> None:
    """Write the report page."""
    from dashboards.report import write_report  # noqa: PLC0415 - plotly takes half a second to import

    folder = published_folder(home)
    try:
        write_report(folder, out)
    except OSError as error:
        if error.strerror is None:
            raise ReturnwatchError(str(error)) from None
        raise ReturnwatchError(f"{out}: cannot be written ({error.strerror}); name another with --out") from None
    _done({"out": str(out), "published": str(folder)}, f"Report: {out}", as_json=as_json)


def _done(content: dict[str, object], line: str, *, as_json: bool) -> None:
    """Print a command's result, for a program or for people."""
    if as_json:
        print_json(content)
    else:
        sys.stdout.write(f"{line}\n")
