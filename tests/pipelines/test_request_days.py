"""Which days a run touches: told exactly, recorded as partitions, and the same tables however many runs it took."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from features.days import DayRange
from pipelines.days import LISTED_MAX, DayChanges, store_by_day, store_pieces_by_day
from pipelines.definitions import BACKFILL_JOB, JOB, defs
from pipelines.execution import QUIET
from pipelines.partitions import FIRST_DAY, RECORDED_MAX, REQUEST_DAYS, materialised, range_tags
from pipelines.publish import read_manifest
from pipelines.request import request_digest
from pipelines.resources import Pipeline
from pipelines.settings import load_settings
from pipelines.simulate import SimulationParams, simulate
from pipelines.warehouse import UNPUBLISHED, Warehouse
from tests.program import table_hashes

FEATURES, SCORES = dg.AssetKey(["feat", "rma_features"]), dg.AssetKey(["score", "rma_scores"])


def rmas(*rows: tuple[str, int, float | None], scored_on: int = 1) -> pl.DataFrame:
    """Return a table of RMAs: id, day of January 2025, a figure."""
    return pl.DataFrame(
        {
            "rma_id": [row[0] for row in rows],
            "stage": ["request"] * len(rows),
            "requested_at": [datetime(2025, 1, row[1], 23, 59) for row in rows],  # noqa: DTZ001 - UTC, as stored
            "figure": [row[2] for row in rows],
            "reasons": [[{"code": "a", "value": row[2]}] for row in rows],
            "scored_at": [datetime(2025, 2, scored_on)] * len(rows),  # noqa: DTZ001 - as above
        }
    )


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    with Warehouse(tmp_path, "1GB") as opened:
        store_by_day(opened, "score.t", rmas(("a", 1, 1.0), ("b", 2, None), ("c", 2, 3.0), ("d", 4, float("nan"))))
        yield opened


def days(*numbers: int) -> tuple[date, ...]:
    return tuple(date(2025, 1, number) for number in numbers)


@pytest.mark.parametrize(
    ("rows", "touched"),
    [
        ([("a", 1, 1.0), ("b", 2, None), ("c", 2, 3.0), ("d", 4, float("nan"))], ()),
        ([("d", 4, float("nan")), ("c", 2, 3.0), ("b", 2, None), ("a", 1, 1.0)], ()),
        ([("a", 1, 1.0), ("b", 2, 0.0), ("c", 2, 3.0), ("d", 4, float("nan"))], (2,)),
        ([("a", 1, 1.5), ("b", 2, None), ("c", 2, 3.0), ("d", 4, 4.0)], (1, 4)),
        ([("a", 1, 1.0), ("b", 2, None), ("c", 2, 3.0), ("d", 4, float("nan")), ("e", 9, 1.0)], (9,)),
        ([("a", 1, 1.0), ("b", 2, None), ("d", 4, float("nan"))], (2,)),
        ([("a", 7, 1.0), ("b", 2, None), ("c", 2, 3.0), ("d", 4, float("nan"))], (1, 7)),
        ([], (1, 2, 4)),
    ],
    ids=["same", "other order", "null filled", "two changed", "new", "gone", "moved", "all gone"],
)
def test_a_day_is_changed_where_a_row_is_new_gone_or_other(
    rows: list[tuple[str, int, float | None]], touched: tuple[int, ...], warehouse: Warehouse
) -> None:
    frame = rmas(*rows, scored_on=20) if rows else rmas(("a", 1, 1.0)).clear()
    changes = store_by_day(warehouse, "score.t", frame)
    assert changes == DayChanges(len(rows), days(*touched))
    assert warehouse.frame("score.t").equals(frame, null_equal=True)


def test_another_column_changes_every_day(warehouse: Warehouse) -> None:
    frame = rmas(("a", 1, 1.0), ("b", 2, None)).with_columns(more=pl.lit(1))
    assert store_by_day(warehouse, "score.t", frame).days == days(1, 2)
    assert store_by_day(warehouse, "score.t", frame.drop("more")).days == days(1, 2)


@pytest.mark.parametrize("size", [1, 2, 4])
def test_rows_that_come_in_pieces_are_stored_in_order_with_the_same_days(size: int, warehouse: Warehouse) -> None:
    frame = rmas(("d", 4, 5.0), ("b", 2, None), ("a", 1, 1.0), ("c", 3, 3.0))
    changes = store_pieces_by_day(warehouse, "score.t", frame.iter_slices(size))
    assert changes == DayChanges(4, days(2, 3, 4))
    assert warehouse.frame("score.t").equals(frame.sort("rma_id"), null_equal=True)
    assert store_pieces_by_day(warehouse, "score.t", [frame.clear()]) == DayChanges(0, days(1, 2, 3, 4))
    assert warehouse.frame("score.t").schema == frame.schema


def test_few_days_are_listed_and_many_only_counted() -> None:
    many = tuple(FIRST_DAY + timedelta(days=number) for number in range(LISTED_MAX + 1))
    assert DayChanges(9, many[:2]).described() == {
        "count": 2, "first": "2009-01-01", "last": "2009-01-02", "days": ["2009-01-01", "2009-01-02"]
    }  # fmt: skip
    assert DayChanges(9, many).described() == {
        "count": LISTED_MAX + 1, "first": "2009-01-01", "last": many[-1].isoformat(), "days": None
    }  # fmt: skip
    assert DayChanges(0, ()).described() == {"count": 0, "first": None, "last": None, "days": []}


def test_the_last_partition_is_today() -> None:
    today = datetime.now(UTC).date()
    assert REQUEST_DAYS.get_last_partition_key() in {today.isoformat(), (today + timedelta(days=1)).isoformat()}
    assert REQUEST_DAYS.get_first_partition_key() == FIRST_DAY.isoformat()


def recorded(instance: dg.DagsterInstance, run_id: str, key: dg.AssetKey) -> set[str]:
    """Return the partitions of an asset that one run recorded."""
    events = instance.fetch_materializations(dg.AssetRecordsFilter(key), limit=5_000).records
    return {event.partition_key for event in events if event.run_id == run_id and event.partition_key}


def run_of_days(instance: dg.DagsterInstance, touched: tuple[date, ...], given: DayRange | None = None) -> set[str]:
    """Run one asset in partitions that changed these days; return what it recorded."""

    @dg.asset(partitions_def=REQUEST_DAYS)
    def table(context) -> dg.MaterializeResult:  # type: ignore[no-untyped-def, type-arg]  # noqa: ANN001 - Dagster asks for its own annotation
        return materialised(context, DayChanges(1, touched))

    done = dg.materialize([table], instance=instance, run_config=QUIET, tags=range_tags(given) if given else None)
    return recorded(instance, done.run_id, table.key)


def test_a_run_records_the_days_that_it_changed_and_those_that_it_was_given(tmp_path: Path) -> None:
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        assert run_of_days(instance, ()) == set()
        # a day before the first partition, and one to come, belong to none
        assert run_of_days(instance, (date(1999, 1, 1), *days(3, 5), date(2999, 1, 1))) == {"2025-01-03", "2025-01-05"}
        assert run_of_days(instance, days(3, 5), DayRange(*days(4, 6))) == {f"2025-01-0{day}" for day in range(3, 7)}


def test_of_more_days_than_are_recorded_at_once_those_never_recorded_come_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.partitions.RECORDED_MAX", 3)
    assert RECORDED_MAX > 365
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        assert run_of_days(instance, days(1, 2, 3, 4, 5)) == {f"2025-01-0{day}" for day in (3, 4, 5)}
        assert run_of_days(instance, days(1, 2, 3, 4, 5)) == {f"2025-01-0{day}" for day in (1, 2, 5)}


@dataclass(frozen=True, slots=True)
class Shop:
    """A small shop's landing folder and home, and an instance of Dagster that keeps what runs record."""

    landing: Path
    home: Path
    instance: dg.DagsterInstance

    def run(self, job: str = JOB, days: DayRange | None = None) -> str:
        """Run a job as Dagster does, in this process; return the run's id."""
        done = (
            defs()
            .resolve_job_def(job)
            .execute_in_process(
                run_config=QUIET,
                instance=self.instance,
                resources={"pipeline": Pipeline(home=str(self.home), landing=str(self.landing))},
                tags=range_tags(days) if days else None,
            )
        )
        assert done.success
        return done.run_id

    def table(self, name: str = "rma_features") -> pl.DataFrame:
        return pl.read_parquet(self.home / f"published/current/{name}.parquet")

    def correct(self) -> str:
        """Deliver one RMA again, with another refund, of a shopper who came again later; return the shopper."""
        delivered = pl.concat(pl.read_csv(file, infer_schema=False) for file in sorted(self.landing.rglob("returns_*")))
        returned = delivered.filter(pl.col("refunded_at").is_not_null()).sort("requested_at")
        often = returned.filter(pl.col("rma_id").n_unique().over("customer_id") > 1)
        row = often.head(1).with_columns(refund_amount=pl.lit("1.23"))
        row.write_csv(self.landing / "canonical/returns_zz.csv")
        return str(row["customer_id"].item())


def days_of(table: pl.DataFrame) -> set[str]:
    return {day.isoformat() for day in table["requested_at"].dt.date().unique()}


def test_a_correction_touches_its_days_alone_and_leaves_the_tables_of_one_fresh_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1760000000")
    monkeypatch.setenv("RETURNWATCH_DETECTOR__TREES", "10")
    landing = tmp_path / "landing"
    simulate(landing, tmp_path / "truth.csv", SimulationParams(orders=120, seed=5, start=date(2025, 6, 1), months=1))
    place = tmp_path / "instance"
    place.mkdir()
    with dg.DagsterInstance.local_temp(str(place)) as instance:
        shop = Shop(landing, tmp_path / "home", instance)
        first = shop.run()
        before = shop.table()
        assert recorded(instance, first, FEATURES) == recorded(instance, first, SCORES) == days_of(before)

        shopper = shop.correct()
        second = shop.run()
        after = shop.table()
        changed = after.join(before, on=after.columns, how="anti", nulls_equal=True)
        assert set(changed["customer_id"]) == {shopper}
        assert 0 < len(days_of(changed)) < len(days_of(after)) / 2
        assert recorded(instance, second, FEATURES) == days_of(changed)
        tags = instance.get_run_by_id(second).tags  # type: ignore[union-attr]
        assert (tags["returnwatch/delivered"], tags["dagster/retry_strategy"]) == ("1", "ALL_STEPS")

        some = DayRange(min(before["requested_at"]).date(), min(before["requested_at"]).date() + timedelta(days=9))
        third = shop.run(BACKFILL_JOB, some)
        given = {(some.first + timedelta(days=number)).isoformat() for number in range(10)}
        assert recorded(instance, third, FEATURES) == given
        assert not (shop.home / UNPUBLISHED).exists()
        # a set of which only a part was made stands in nobody's way
        assert read_manifest(shop.home / "published/current")["request_digest"] == ""

        fresh = Shop(landing, tmp_path / "fresh", instance)
        fresh.run()
        assert read_manifest(fresh.home / "published/current")["request_digest"] == request_digest(load_settings(), "")
        names = ("rma_features", "rma_scores", "flagged_queue", "return_costs")
        left, made = table_hashes(shop.home), table_hashes(fresh.home)
        assert {name: left[name] for name in names} == {name: made[name] for name in names}
