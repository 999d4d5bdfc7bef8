from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from pipelines.policy.clauses import CLAUSES, Row, policies, read_changes
from tests.sql.reports.steps_shop import build

if TYPE_CHECKING:
    from tests.sql.reports.conftest import Shop


def test_every_setting_of_the_grid_is_what_the_command_would_ask(shop: Shop) -> None:
    grid = build(shop, "report_policy_settings")
    asked: list[Row] = []
    for row in grid:
        alone, _ = policies(read_changes([row["scenario"]]), Decimal("0.1"))
        asked.append(alone)
    plain = [{**row, "setting": None, "scenario": None} for row in grid]
    assert plain == [{**row, "setting": None, "scenario": None} for row in asked]


def test_the_grid_has_every_clause_and_the_usual_windows(shop: Shop) -> None:
    grid = build(shop, "report_policy_settings")
    assert {row["clause"] for row in grid} == {clause.name for clause in CLAUSES}
    assert {row["window_days"] for row in grid} - {None} == {14, 30, 60, 90}
    assert len({row["scenario"] for row in grid}) == len(grid)
