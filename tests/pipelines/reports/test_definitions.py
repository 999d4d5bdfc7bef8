from __future__ import annotations

import json
from typing import TYPE_CHECKING

from features.contracts import FEATURES
from pipelines.reports.declare import ReportTable
from pipelines.reports.definitions import DEFINITIONS, definitions, write_definitions

if TYPE_CHECKING:
    from pathlib import Path


def test_a_table_is_told_with_its_grain_and_columns() -> None:
    table = ReportTable("report_x", "reports/list_x", "What x is.", "one row an x", {"x": "The x."}, ())
    assert definitions([table])["tables"] == {
        "report_x": {"description": "What x is.", "grain": "one row an x", "columns": {"x": "The x."}}
    }


def test_the_file_tells_of_reports_features_and_reasons_in_their_own_letters(tmp_path: Path) -> None:
    write_definitions(tmp_path)
    told = json.loads((tmp_path / DEFINITIONS).read_text(encoding="utf-8"))
    assert told["tables"]["return_costs"]["columns"]["amount"].startswith("Reporting currency")
    assert told["tables"]["report_data_quality"]["grain"] == "one row a state of the deliveries, table and check"
    assert set(told["features"]) == {feature.name for feature in FEATURES}
    assert all(text.strip() for text in told["reasons"].values())
    assert len(told["reasons"]) > 20


def test_the_same_definitions_are_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    write_definitions(tmp_path / "a")
    write_definitions(tmp_path / "b")
    assert (tmp_path / "a" / DEFINITIONS).read_bytes() == (tmp_path / "b" / DEFINITIONS).read_bytes()
