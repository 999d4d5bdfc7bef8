"""The checks in the graph: they run on real data in a home of their own, and what they stop does not run."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from pipelines.definitions import JOB, defs
from pipelines.defs.quality.checks import QUALITY_CHECKS, check_table, suite_checks
from pipelines.errors import ReturnwatchError
from pipelines.publish import current_set
from pipelines.quality.judge import Judge
from pipelines.quality.suites import core_suites, raw_suites, report_suites
from pipelines.resources import Pipeline
from pipelines.runner import RunRequest, StepDone, run
from pipelines.warehouse import FILE, Warehouse

SUITES = {suite.table: suite for suite in (*raw_suites(), *core_suites(), *report_suites())}
LANDING = {
    "orders.csv": "order_id,customer_id,ordered_at,currency,delivered_at\n"
    + "".join(f"O{n},C{n % 4},2026-01-{n + 1:02},EUR,2026-01-{n + 3:02}\n" for n in range(12)),
    "order_lines.csv": "order_id,line_id,sku,quantity,unit_price\n"
    + "".join(f"O{n},{line},{sku},1,{10 + n}.00\n" for n in range(12) for line, sku in ((1, "A"), (2, "B")))
    + "O99,1,A,1,9.00\n",
    "returns.csv": "rma_id,order_id,sku,quantity,requested_at,status,refund_amount,refunded_at\n"
    + "".join(f"R{n},O{n},A,1,2026-01-{n + 10},refunded,{10 + n}.00,2026-01-{n + 12}\n" for n in range(8)),
    "products_1.csv": "sku,category,unit_cost\nA,top,4.00\nB,shoe,not a number\n",
}
"""A small shop: 12 orders of two lines, a line without its order, 8 RMAs, a product in quarantine."""
ALL_CHECKS = {
    f"checks/{name}"
    for name in ("raw", "report_checks", "report_trial_balance", *(suite.table[5:] for suite in core_suites()))
}


@dataclass(frozen=True, slots=True)
class Done:
    """A home after a good run, its landing folder and the names of the run's steps."""

    home: Path
    landing: Path
    steps: list[str]


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Done:
    folder = tmp_path_factory.mktemp("graph")
    landing = folder / "landing"
    (landing / "canonical").mkdir(parents=True)
    for name, text in LANDING.items():
        (landing / "canonical" / name).write_text(text, encoding="utf-8")
    told: list[StepDone] = []
    run(RunRequest(folder / "home", landing), told.append)
    return Done(folder / "home", landing, [step.name for step in told])


def test_the_job_runs_every_check_and_good_data_pass_them_all(done: Done) -> None:
    assert {name for name in done.steps if name.startswith("checks/")} == ALL_CHECKS
    assert done.steps[-1] == "published/current"
    assert current_set(done.home) is not None


def test_a_table_is_checked_before_anything_is_made_from_it(done: Done) -> None:
    place = done.steps.index
    assert place("checks/raw") < place("core/order_lines")
    assert place("checks/order_lines") < min(place("core/orders"), place("core/rma_matches"))
    assert place("checks/rma_lines") < min(place("core/rmas"), place("feat/rma_features"))
    assert place("checks/rmas") < min(place("score/rma_scores"), place("report/return_costs"))
    assert place("checks/report_checks") < place("published/current")


def test_the_job_holds_every_check_of_the_graph() -> None:
    graph = defs().resolve_asset_graph()
    held = {key for check in QUALITY_CHECKS for key in check.check_keys}
    assert set(graph.asset_check_keys) == held
    assert {f"checks__{name.removeprefix('checks/')}" for name in ALL_CHECKS} <= {
        node.name for node in defs().resolve_job_def(JOB).nodes
    }
    for key in held:
        assert graph.get(key).blocking == (key.name == "critical")


def spoiled_run(done: Done, tmp_path: Path, *statements: str) -> tuple[str, list[str], Path]:
    """Run again on a copy of the home whose warehouse somebody changed; return the message and the steps."""
    home = shutil.copytree(done.home, tmp_path / "home", symlinks=True)
    landing = shutil.copytree(done.landing, tmp_path / "landing")
    (landing / "canonical" / "products_2.csv").write_text("sku,category\nC,hat\n", encoding="utf-8")
    with duckdb.connect(str(home / FILE)) as connection:
        for statement in statements:
            connection.execute(statement)
    told: list[StepDone] = []
    with pytest.raises(ReturnwatchError) as failure:
        run(RunRequest(home, landing), told.append)
    return str(failure.value), [step.name for step in told], home


def test_a_broken_table_of_core_stops_what_is_made_from_it(done: Done, tmp_path: Path) -> None:
    message, steps, home = spoiled_run(
        done,
        tmp_path,
        "insert into raw.order_lines from raw.order_lines where order_id = 'O1'",
        "update raw.ingest_ledger set rows_loaded = rows_loaded + 2, rows_read = rows_read + 2 "
        "where path = 'canonical/order_lines.csv'",
    )
    assert (
        "core.order_lines: 2 rows repeat the key (order_id, line_id), e.g. (O1, 1), (O1, 2); nothing was published"
    ) in message
    assert len(message.splitlines()) == 1
    assert "core/order_lines" in steps
    ran = {name.split("/")[0] for name in steps}
    assert ran == {"raw", "core", "checks", "report"}
    assert not {"core/orders", "core/rma_matches", "core/rma_lines", "core/rmas"} & set(steps)
    assert {name for name in steps if name.startswith("report/")} == {
        "report/cost_periods",
        "report/report_other_lines",
        "report/report_policy_settings",
        "report/report_unknown_codes",
    }
    assert current_set(home) == home / "published" / (done.home / "published" / "current").readlink()
    with duckdb.connect(str(home / FILE), read_only=True) as connection:
        assert connection.execute("select count(*) from raw.products").fetchone() == (1,)


def test_rows_that_the_ledger_does_not_know_stop_the_whole_run(done: Done, tmp_path: Path) -> None:
    message, steps, _ = spoiled_run(done, tmp_path, "delete from raw.order_lines where order_id = 'O1'")
    assert "raw.order_lines: 2 rows are too many or missing against the ledger, e.g. (23 held, 25 loaded)" in message
    assert not any(name.startswith(("feat/", "score/", "published/")) for name in steps)
    assert "core/order_lines" not in steps


@pytest.fixture
def pipeline(good_home: Path, tmp_path: Path) -> Iterator[Pipeline]:
    """Yield the resource of a run on a copy of the small warehouse."""
    resource = Pipeline(home=str(shutil.copytree(good_home, tmp_path / "home")), as_of="2026-01-31T00:00:00Z")
    yield resource
    resource.close()


def graph_with(pipeline: Pipeline, table: str, spoil: str) -> tuple[dg.ExecuteInProcessResult, list[str]]:
    """Run a graph of one table that is spoiled as it is made, its checks, and one table made from it."""
    ran: list[str] = []
    upstream, downstream = dg.AssetKey(table.split(".")), dg.AssetKey(["made", "from_it"])

    @dg.multi_asset(specs=[dg.AssetSpec(upstream)])
    def spoiled(pipeline: Pipeline) -> Iterator[dg.MaterializeResult]:  # type: ignore[type-arg]
        pipeline.warehouse.connection.execute(spoil)
        yield dg.MaterializeResult(upstream)

    @dg.asset(key=downstream, deps=[upstream])
    def from_it() -> None:
        ran.append("made/from_it")

    checks = suite_checks("spoiled", [SUITES[table]])
    result = dg.materialize([spoiled, from_it, checks], resources={"pipeline": pipeline}, raise_on_error=False)
    return result, ran


def test_a_report_that_does_not_agree_is_not_published(pipeline: Pipeline) -> None:
    spoil = "update report.report_checks set actual = 9, is_ok = false"
    result, ran = graph_with(pipeline, "report.report_checks", spoil)
    assert not result.success
    assert ran == []
    (evaluation,) = result.get_asset_check_evaluations()
    assert evaluation.metadata["failed"].value == (
        "report.report_checks: 1 figure differs between source and report, "
        "e.g. (refunds, 10.0000 expected, 9.0000 found)"
    )
    with Warehouse(pipeline.home_path, "1GB") as warehouse:
        assert warehouse.frame("report.report_checks", ["is_ok"]).item() is True


def test_a_warning_stops_nothing_and_is_kept(pipeline: Pipeline) -> None:
    spoil = "update core.orders set delivered_at = '2025-12-01' where order_id = 'O1'"
    result, ran = graph_with(pipeline, "core.orders", spoil)
    assert result.success
    assert ran == ["made/from_it"]
    by_name = {evaluation.check_name: evaluation for evaluation in result.get_asset_check_evaluations()}
    assert by_name["critical"].passed
    assert not by_name["warning"].passed
    assert by_name["warning"].severity is dg.AssetCheckSeverity.WARN
    assert by_name["warning"].metadata["delivered_after_ordered"].value == 1
    with Warehouse(pipeline.home_path, "1GB") as warehouse:
        assert warehouse.frame("core.orders", ["delivered_at"]).drop_nulls().item().year == 2025


def test_results_carry_every_count_and_name_what_else_failed(warehouse: Warehouse) -> None:
    warehouse.connection.execute("update core.rmas set n_lines = 0, quantity = null where rma_id = 'R1'")
    critical, warning = check_table(warehouse, SUITES["core.rmas"], Judge())
    assert critical.metadata["failed"] == dg.TextMetadataValue(
        "core.rmas: 1 row has n_lines not above 0, e.g. (R1); also failed: quantity_given, lines_add_up"
    )
    counts = {name: value.value for name, value in critical.metadata.items() if name != "failed"}
    assert counts == {check.name: 0 for check in SUITES["core.rmas"].checks if check.severity == "critical"} | {
        "n_lines_above_zero": 1,
        "quantity_given": 1,
        "lines_add_up": 1,
    }
    assert warning.passed
    assert {name: value.value for name, value in warning.metadata.items()} == {
        "requested_at_by_as_of": 0,
        "requested_at_since_1990": 0,
    }
