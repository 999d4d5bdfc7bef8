from pathlib import Path

import pytest

from benchmarks.reports import Cost, main, page


def test_the_page_has_the_sum_first_and_then_the_dearest_table() -> None:
    costs = [Cost("report_a", 1_000, 2.0, 3.0, 600.4), Cost("report_b", 2, 1.04, 4.0, 500.0)]
    assert page(costs, "2 threads.").splitlines() == [
        "2 threads.",
        "",
        "| table | rows | seconds | CPU seconds | peak MB |",
        "|---|---:|---:|---:|---:|",
        "| **all** | 1,002 | 3.0 | 7.0 | 600 |",
        "| report_b | 2 | 1.0 | 4.0 | 500 |",
        "| report_a | 1,000 | 2.0 | 3.0 | 600 |",
    ]


def test_without_a_home_it_says_so(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert main([str(tmp_path)]) == 0
    assert "skipped:" in caplog.text
