"""What scores are worth is told as means over shops, the best score and the worst kind first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.detection import evaluated, main, page


def shop(precision: float, **changed: object) -> dict[str, Any]:
    """Return an evaluation in which all measures are the same, of 1,000 RMAs, 30 of them abuse."""
    measures = ("average_precision", "precision_at_capacity", "recall_at_capacity", "value_recall_at_capacity")
    return dict.fromkeys(measures, precision) | {
        "n_rmas": 1_000,
        "n_fraud": 30,
        "capacity": 20,
        "recall_by_archetype": {"switch": 0.5, "wardrobing": 0.25},
        "flag_rate_by_lookalike": {"bad_lot": 0.002, "household": 0.008},
        "flag_rate_of_honest": 0.004,
        "baselines": {name: dict.fromkeys(measures, 0.1 * k) for k, name in enumerate(("random", "return_rate"))},
    } | changed  # fmt: skip


def test_the_page_has_means_with_the_lowest_and_the_highest() -> None:
    lines = page([shop(0.5), shop(0.7, recall_by_archetype={"switch": 0.7, "wardrobing": 0.25})]).splitlines()
    assert lines[0] == "In all 2,000 RMAs, 60 of them abuse, and a capacity of 40."
    spread = "0.60 (0.50 to 0.70)"
    first = lines.index(f"| returnwatch | {spread} | {spread} | {spread} | {spread} |")
    assert [line.split(" | ")[0] for line in lines[first + 1 : first + 3]] == ["| return_rate", "| random"]
    assert lines.index("| wardrobing | 0.25 (0.25 to 0.25) |") < lines.index("| switch | 0.60 (0.50 to 0.70) |")


def test_look_alikes_are_told_beside_honest_rmas_at_large() -> None:
    lines = page([shop(0.5)]).splitlines()
    household = lines.index("| household | 2.00 times (2.00 to 2.00) |")
    assert lines[household + 1] == "| bad_lot | 0.50 times (0.50 to 0.50) |"


def test_a_look_alike_that_a_shop_does_not_have_counts_where_it_is() -> None:
    without = shop(0.5, flag_rate_by_lookalike={"bad_lot": 0.004})
    assert "| household | 2.00 times (2.00 to 2.00) |" in page([without, shop(0.5)])
    assert "household" not in page([without])


def test_a_shop_where_nobody_honest_is_flagged_has_no_times() -> None:
    assert "household" not in page([shop(0.5, flag_rate_of_honest=0.0)])


def test_a_kept_shop_is_not_made_anew_and_the_section_of_a_page_is_written(tmp_path: Path) -> None:
    place, told = tmp_path / "s7", tmp_path / "page.md"
    place.mkdir()
    found = evaluated(place, seed=7, orders=600)
    assert found["n_rmas"] > found["n_fraud"] > 0
    assert found["baselines"].keys() >= {"customer_isolation_forest", "taught", "random"}
    made = (place / "truth.csv").stat().st_mtime_ns

    told.write_text("before\n<!-- begin detection -->\n<!-- end detection -->\nafter\n", encoding="utf-8")
    assert main(["--orders", "600", "--seeds", "7", "--keep", str(tmp_path), "--page", str(told)]) == 0
    assert (place / "truth.csv").stat().st_mtime_ns == made
    written = told.read_text(encoding="utf-8")
    assert written.startswith("before\n<!-- begin detection -->\n\nMade-up shops of 600 orders, seeds 7. In all ")
    assert f"| {found['average_precision']:.2f} (" in written
    assert written.endswith("<!-- end detection -->\nafter\n")
