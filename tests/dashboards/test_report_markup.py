"""The printed report of a set whose every text is code: it has the same elements as that of an ordinary set."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboards.report import render_report
from tests.dashboards.conftest import tables
from tests.dashboards.hostile import hostile_set
from tests.dashboards.payloads import PAYLOADS
from tests.dashboards.report_frames import report_frames
from tests.dashboards.serving.test_harmless import Outline, outline
from tests.desk_shop import page_tables, write_set


@pytest.fixture(scope="module")
def ordinary(tmp_path_factory: pytest.TempPathFactory) -> Outline:
    folder = tmp_path_factory.mktemp("ordinary") / "set"
    return outline(render_report(write_set(folder, tables() | page_tables())))


@pytest.mark.parametrize(
    "shift", [0, *(pytest.param(place, marks=pytest.mark.slow) for place in range(100, 1000, 100))]
)
def test_no_text_is_live_in_the_printed_report(ordinary: Outline, tmp_path: Path, shift: int) -> None:
    frames = {name: frame for name, frame in hostile_set(shift).items() if name not in report_frames()}
    hostile = outline(render_report(write_set(tmp_path / "set", frames)))
    shown = "".join(hostile.texts)
    assert sum(payload in shown for payload in PAYLOADS) > 50
    assert {tag for tag, _ in hostile.tags} <= {tag for tag, _ in ordinary.tags}
    attributes = {name for _, names in hostile.tags for name in names}
    assert attributes <= {name for _, names in ordinary.tags for name in names}
    assert len([tag for tag, _ in hostile.tags if tag == "script"]) == len(
        [tag for tag, _ in ordinary.tags if tag == "script"]
    )
