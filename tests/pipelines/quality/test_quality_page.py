from __future__ import annotations

from pathlib import Path

from pipelines.quality.page import render_quality_doc

ROOT = Path(__file__).parents[3]


def test_the_committed_page_is_the_one_that_is_made_from_the_suites() -> None:
    assert (ROOT / "docs" / "data_quality.md").read_text(encoding="utf-8") == render_quality_doc()


def test_the_page_says_what_holds_and_how_grave_a_breach_is() -> None:
    page = render_quality_doc()
    assert "| `key_unique` | No two rows have the same key (order_id, line_id). | critical |" in page
    assert "| `delivered_after_ordered` | `delivered_at` is not before `ordered_at`. | warning |" in page
    assert page.index("## raw.ingest_ledger") < page.index("## core.rmas") < page.index("## report.report_checks")


def test_a_rule_does_not_break_the_table() -> None:
    rows = [line for line in render_quality_doc().splitlines() if line.startswith("| `")]
    assert {line.count("|") for line in rows} == {4}


def test_the_page_names_the_warnings_of_delivered_tables() -> None:
    page = render_quality_doc()
    raw = page[page.index("## raw.orders") : page.index("## raw.products")]
    assert "| `columns_kept` | The last file has every column that an earlier one filled. | warning |" in raw
    assert "| `ordered_at_before_shipped_at` |" in raw
