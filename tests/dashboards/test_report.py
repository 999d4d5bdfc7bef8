from __future__ import annotations

import json
import re
import stat
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import polars as pl
import pytest
from plotly.offline import get_plotlyjs

from dashboards.data import PublishedSetError
from dashboards.format import MINUS, MISSING, THIN
from dashboards.report import QUEUE_ROWS, TOP_ROWS, render_report, write_report
from tests.dashboards.conftest import REFUSAL

SetMaker = Callable[..., Path]
EVIL = """<img src=x onerror=alert(1)></script><script>alert(2)</script>"'&lt;{{ 7 * 7 }}"""


def collapsed(text: str) -> str:
    """Return the text with runs of white space as one blank, as a browser shows it (narrow blanks stay)."""
    return re.sub(r"[ \n]+", " ", text).strip()


class Page(HTMLParser):
    """The page as a browser reads it: elements with their attributes, rows of tables, headings, all text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.rows: list[list[str]] = []
        self.headings: list[str] = []
        self.scripts: list[str] = []
        self.text = ""
        self._open: list[str] = []
        # The bundle is a constant of the wheel: read once, looked at by name.
        self.feed(text.replace(get_plotlyjs(), "PLOTLY"))
        self.text = collapsed(self.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"}:
            self.rows[-1].append("")
        elif tag in {"h1", "h2", "h3"}:
            self.headings.append("")
        elif tag == "script":
            self.scripts.append("")
        if tag not in {"meta", "img", "br"}:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag, f"</{tag}> closes nothing"

    def handle_data(self, data: str) -> None:
        inside = self._open[-1] if self._open else ""
        if inside == "script":
            self.scripts[-1] += data
            return
        if inside == "style":
            return
        self.text += f" {data}"
        words = collapsed(data)
        if words and ({"td", "th"} & set(self._open)):
            self.rows[-1][-1] = f"{self.rows[-1][-1]} {words}".strip()
        for heading in ("h1", "h2", "h3"):
            if heading in self._open:
                self.headings[-1] += data

    def row(self, name: str) -> list[str]:
        """Return the first row of a table that has a cell with that text."""
        return next(row for row in self.rows if name in row)

    def attributes(self, name: str) -> list[str]:
        return [value or "" for _, attributes in self.elements for key, value in attributes.items() if key == name]

    def figures(self) -> dict[str, dict[str, dict[str, object]]]:
        """Return the charts' JSON."""
        content: dict[str, dict[str, dict[str, object]]] = json.loads(self.scripts[1])
        return content


def page_of(folder: Path) -> Page:
    return Page(render_report(folder))


def changed(frame: pl.DataFrame, **values: object) -> pl.DataFrame:
    """Return the frame with some columns replaced by literals of the same type."""
    return frame.with_columns(pl.lit(value).cast(frame.schema[name]).alias(name) for name, value in values.items())


@pytest.fixture(scope="module")
def page(make_set: SetMaker) -> Page:
    return page_of(make_set())


def test_header_says_period_moment_currency_and_what_came(page: Page) -> None:
    assert "1 Jan 2026 to 19 Jun 2026 · as of 20 Jun 2026 06:00 UTC · all money in EUR" in page.text
    assert "Delivered: 3 files of canonical with 955 rows" in page.text
    assert "800 orders, 1,500 order lines, 120 RMAs with 150 lines" in page.text
    assert "1 file was refused: see what was delivered ." in page.text


@pytest.mark.parametrize(
    "headline",
    [
        "Cost of returns 9,000 net, of 12,300 spent",
        "Share of sales 15.0 % of 60,000 goods sold",
        "Cost per RMA 75.00 120 RMAs, 160 units",
        "Recovered 3,300 26.8 % of what was spent",
        "RMAs flagged 3 of 120 scored",
    ],
)
def test_headline_figures(page: Page, headline: str) -> None:
    assert headline in page.text.replace(THIN, " ")


def test_every_question_is_answered_in_its_title(page: Page) -> None:
    assert page.headings == [
        "Cost of returns",
        "Contents",
        "Returns cost 9,000: 9,200 refunded, 3,100 in other costs, 3,300 recovered",
        f"Returns cost 21.0{THIN}% of sales in May 2026, up 3.0 points on Apr 2026",
        f"Of the goods sold in Apr 2026, 15.0{THIN}% by value came back, down 3.0 points on Mar 2026",
        f"Returns requested in May 2026 were 22.0{THIN}% of its sales by value, up 3.0 points on Apr 2026",
        f"10 of 12 SKUs make up 96.7{THIN}% of what returns cost",
        f"Costliest category: Dresses, 60.0{THIN}% of what returns cost",
        f"Costliest reason: too_small, 50.0{THIN}% of what returns cost",
        "3 RMAs need a look, 1,551 at stake",
        "3 files with 955 rows delivered, 3 rows set aside",
        "1 file refused whole: mend and deliver again",
        "Rows set aside, by reason",
        f"How RMA lines found their purchase: 96.0{THIN}% did",
        "What was absent",
        "Lines kept apart from goods and returns",
        "Definitions",
    ]


def test_components_stand_with_delivered_and_estimated_parts(page: Page) -> None:
    assert page.row("Refund") == ["Refund", "9,200", f"102.2{THIN}%", "9,200", "0", "130"]
    assert page.row("Label") == ["Label", "480", f"5.3{THIN}%", "300", "180", "100"]
    resale = ["Resale", f"{MINUS}3,000", f"{MINUS}33.3{THIN}%", f"{MINUS}2,000", f"{MINUS}1,000", "110"]
    assert page.row("Resale") == resale
    assert page.row("Net cost") == ["Net cost", "9,000", "", "7,200", "1,800", ""]


def test_money_has_its_unit_in_the_header_and_nowhere_else(page: Page) -> None:
    assert page.row("Component")[1] == "Amount, EUR"
    cells = [cell for row in page.rows for cell in row]
    assert not [cell for cell in cells if "EUR" in cell and not cell.endswith(", EUR")]


def test_months_stand_in_tables_too(page: Page) -> None:
    may = [row for row in page.rows if row and row[0] == "May 2026"]
    assert may == [
        ["May 2026", "2,100", "10,000", f"21.0{THIN}%", "yes"],
        ["May 2026", "10,000", "900", f"9.0{THIN}%", f"5.6{THIN}%", f"14.3{THIN}%", "still open"],
        ["May 2026", "10,000", "2,200", f"22.0{THIN}%", f"13.3{THIN}%", f"14.3{THIN}%", "yes"],
    ]


def test_skus_stand_with_their_figures_and_keep_leading_zeros(page: Page) -> None:
    row = page.row("00123 Ankle boot")
    assert row == ["00123 Ankle boot", "1,500", "", "1,507", "11", "1,500.25", "11", "110", f"10.0{THIN}%", "Shoes"]


def test_rankings_show_the_costliest_rows_and_name_the_table_with_all_of_them(page: Page) -> None:
    skus = [row[0] for row in page.rows if re.match(r"00\d+23 ", row[0])]
    assert len(skus) == TOP_ROWS
    assert skus[0] == "00023 Wrap dress, linen"
    assert "returnwatch export report_by_sku --format csv --out report_by_sku.csv" in page.text
    assert "returnwatch export report_by_reason" not in page.text


def test_bars_start_at_zero_and_the_longest_is_the_costliest(page: Page) -> None:
    widths = [style for style in page.attributes("style") if style.startswith("width")]
    assert widths[:3] == ["width: 100.0%", "width: 75.0%", "width: 50.0%"]
    assert widths[TOP_ROWS : TOP_ROWS + 3] == ["width: 100.0%", "width: 50.0%", "width: 16.7%"]


def test_queue_says_what_is_unusual_and_links_the_rmas_of_a_case(page: Page) -> None:
    unusual = "Box 61 % lighter than sold Card shared by 3 accounts"
    assert page.row("RMA-7") == ["1", "RMA-7", "98.4", "1,240.00", unusual, "Hold", "CASE-1 · 2 RMAs"]
    assert page.row("RMA-8") == [
        "2",
        "RMA-8",
        "95.0",
        "310.50",
        "Card shared by 3 accounts",
        "Review",
        "CASE-1 · 2 RMAs",
    ]
    assert page.row("RMA-9") == ["3", "RMA-9", "91.3", MISSING, "no single reason stands out", "Review", "CASE-2"]
    assert "#rank-1" in page.attributes("href")
    assert "#rank-3" not in page.attributes("href")


def test_deliveries_account_for_every_row(page: Page) -> None:
    assert page.row("orders") == ["canonical", "orders", "1", "0", "800", "800", "0", "0", "0"]
    assert page.row("returns") == ["canonical", "returns", "2", "1", "155", "140", "10", "2", "3"]
    assert f"canonical/returns_bad.csv : {REFUSAL}" in page.text
    assert page.row("Unreadable value") == ["Unreadable value", "returns", "2"]
    assert page.row("Order and line") == ["Order and line", "144", "154", "9,100"]
    assert page.row("No purchase found") == ["No purchase found", "6", "6", "500"]
    assert page.row("Postage") == ["Postage", "31", "413"]


@pytest.mark.parametrize(
    "gap",
    [
        "canonical: customers did not come.",
        "canonical: orders came without email.",
        "4 RMAs name no shopper.",
        "6 RMA lines do not match any purchase.",
        "12 returned lines came without a category.",
        "11 returned lines came without a reason.",
    ],
)
def test_what_was_absent_is_said(page: Page, gap: str) -> None:
    assert gap in page.text


def test_a_source_that_delivers_nothing_is_no_gap(page: Page) -> None:
    assert "other_shop" not in page.text


def test_nobody_is_accused_or_named(page: Page) -> None:
    assert not re.search(r"fraudster|fraudulent|guilty|thief", page.text, re.IGNORECASE)
    assert "C1" not in page.text.split()


def test_charts_are_embedded_in_both_palettes_under_fixed_names(page: Page) -> None:
    figures = page.figures()
    assert list(figures) == ["costs", "monthly_cost", "order_cohort", "return_date"]
    assert all(set(palettes) == {"light", "dark"} for palettes in figures.values())
    assert [name for name in page.attributes("id") if name.startswith("chart-")] == [
        "chart-costs",
        "chart-monthly_cost",
        "chart-order_cohort",
        "chart-return_date",
    ]


def test_a_charts_title_and_key_are_outside_where_they_wrap(page: Page) -> None:
    layout = page.figures()["costs"]["light"]["layout"]
    assert isinstance(layout, dict)
    assert "title" not in layout
    assert layout["showlegend"] is False
    assert "Cost Estimated cost Recovery Estimated recovery" in page.text
    titles = [text for text in page.attributes("aria-label") if text.startswith("Returns cost 9,000")]
    assert titles == ["Returns cost 9,000: 9,200 refunded, 3,100 in other costs, 3,300 recovered"]


def test_nothing_is_loaded_from_anywhere(page: Page) -> None:
    assert page.attributes("src") == []
    assert all(target.startswith("#") for target in page.attributes("href"))
    assert not {"link", "iframe", "object", "embed", "base", "form", "img"} & {tag for tag, _ in page.elements}
    assert page.scripts[0] == "PLOTLY"
    assert "http" not in "".join(page.scripts[1:])


def test_the_style_sheet_loads_nothing(make_set: SetMaker) -> None:
    style = render_report(make_set()).partition("<style>")[2].partition("</style>")[0]
    assert "--paper: #ffffff" in style
    assert not re.search(r"url\(|@import|@font-face|http", style)


def test_policy_forbids_the_network_and_lets_only_the_pages_own_scripts_run(page: Page) -> None:
    policy = next(attributes["content"] or "" for _, attributes in page.elements if "http-equiv" in attributes)
    rules = dict(rule.strip().partition(" ")[::2] for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["img-src"] == "data: blob:"
    assert rules["style-src"] == "'unsafe-inline'"
    assert re.fullmatch(r"'unsafe-inline'( 'sha256-[A-Za-z0-9+/]{43}=')+", rules["script-src"])
    assert "connect-src" not in rules


def test_scripts_hold_no_carriage_return_that_a_browser_would_change_before_hashing() -> None:
    assert "\r" not in get_plotlyjs()
    assert "</script" not in get_plotlyjs().lower()


def test_the_same_set_gives_the_same_bytes(make_set: SetMaker) -> None:
    folder = make_set()
    assert render_report(folder) == render_report(folder)


def test_the_order_of_rows_in_a_set_changes_nothing(make_set: SetMaker) -> None:
    folder = make_set()
    before = render_report(folder)
    for file in folder.glob("*.parquet"):
        pl.read_parquet(file).reverse().write_parquet(file)
    assert render_report(folder) == before


def test_a_copy_of_a_set_gives_the_same_page(make_set: SetMaker) -> None:
    assert render_report(make_set()) == render_report(make_set())


def attacked(frames: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Return every table with its free text replaced by an attack."""
    kept = {"match_method", "basis", "status"}
    evil = {}
    for name, frame in frames.items():
        text = [column for column, kind in frame.schema.items() if kind == pl.String and column not in kept]
        evil[name] = frame.with_columns(pl.lit(EVIL).alias(column) for column in text)
    reasons = pl.concat_list(pl.struct(code=pl.lit("X"), text=pl.lit(EVIL)))
    return evil | {"flagged_queue": evil["flagged_queue"].with_columns(reasons=reasons)}


def test_text_of_the_data_is_shown_letter_by_letter(make_set: SetMaker, frames: dict[str, pl.DataFrame]) -> None:
    text = render_report(make_set(**attacked(frames)))
    page = Page(text)
    assert len(page.scripts) == 3
    assert "img" not in {tag for tag, _ in page.elements}
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    assert page.text.count("<img src=x onerror=alert(1)></script><script>alert(2)</script>") > 20
    assert "{{ 7 * 7 }}" in page.text
    assert "<img" not in text.replace(get_plotlyjs(), "")


def test_the_charts_json_cannot_end_its_script(make_set: SetMaker, frames: dict[str, pl.DataFrame]) -> None:
    page = page_of(make_set(**attacked(frames)))
    assert not re.search(r"[<>&]", page.scripts[1])
    assert "&lt;img src=x onerror=alert(1)&gt;&lt;/script&gt;" in json.dumps(page.figures()["costs"]["light"])


def test_no_flagged_rma_needs_a_look(make_set: SetMaker, frames: dict[str, pl.DataFrame]) -> None:
    page = page_of(make_set(flagged_queue=frames["flagged_queue"].clear()))
    assert "No RMA needs a look." in page.headings
    assert "120 RMAs scored, none flagged." in page.text


def test_no_returns_at_all(make_set: SetMaker, frames: dict[str, pl.DataFrame]) -> None:
    nothing = dict.fromkeys(("rmas", "rma_lines", "total_return_cost", "gross_cost", "recoveries"), 0)
    emptied = ("report_costs_by_component", "report_by_sku", "report_by_reason", "flagged_queue", "rma_scores")
    changes = {name: frames[name].clear() for name in emptied}
    changes["report_by_category"] = changed(frames["report_by_category"], cost=0)
    page = page_of(make_set(report_overview=changed(frames["report_overview"], **nothing), **changes))
    for noun in ("return", "SKU", "category", "reason"):
        assert f"No {noun} has cost anything yet" in page.headings
    assert "No RMA was delivered for this period." in page.text
    assert "No RMA has been scored in this set." in page.text
    assert "Recovered 0 nothing was spent" in page.text


def test_no_sales(make_set: SetMaker, frames: dict[str, pl.DataFrame]) -> None:
    overview = changed(frames["report_overview"], goods_sales=0, cost_share_of_sales=None)
    months = changed(frames["report_monthly"], value_sold=0, value_return_rate=None)
    page = page_of(make_set(report_overview=overview, report_monthly=months))
    assert f"Share of sales {MISSING} no sales were delivered" in page.text
    assert "No rate can be told without sales" in page.headings
    assert list(page.figures()) == ["costs"]


def test_nothing_delivered_needs_no_script(make_set: SetMaker, frames: dict[str, pl.DataFrame]) -> None:
    counts = ("rmas", "goods_sales", "rma_lines", "anonymous_rmas", "unmatched_lines")
    nothing = changed(frames["report_overview"], **dict.fromkeys(counts, 0))
    unknown = changed(nothing, period_from=None, currency=None, matched_line_share=None)
    empty = {name: frame.clear() for name, frame in frames.items() if name != "report_overview"}
    page = page_of(make_set(**empty, report_overview=unknown))
    assert page.scripts == []
    assert "No order and no RMA yet" in page.text
    assert "all money in the reporting currency" in page.text
    assert "No file was delivered. Put exports into the landing folder" in page.text
    assert "Everything: no file was delivered." in page.text
    assert "How RMA lines found their purchase" in page.headings


OPTIONAL = (
    "report_costs_by_component",
    "report_monthly",
    "report_by_sku",
    "report_by_category",
    "report_by_reason",
    "report_matching",
    "report_other_lines",
)


@pytest.mark.parametrize("name", OPTIONAL)
def test_a_missing_report_table_is_said_in_its_place(make_set: SetMaker, name: str) -> None:
    page = page_of(make_set(**{name: None}))
    assert page.text.count("This set was published without the table") == 1
    assert f"without the table {name} . returnwatch run publishes a new set." in page.text


def test_a_set_without_coverage_says_nothing_of_columns(make_set: SetMaker) -> None:
    page = page_of(make_set(report_coverage=None))
    assert "did not come" not in page.text
    assert "4 RMAs name no shopper." in page.text


def test_nothing_absent_is_said_too(make_set: SetMaker, frames: dict[str, pl.DataFrame]) -> None:
    page = page_of(
        make_set(
            report_overview=changed(frames["report_overview"], anonymous_rmas=0, unmatched_lines=0),
            report_coverage=frames["report_coverage"].clear(),
            report_by_category=frames["report_by_category"].head(2),
            report_by_reason=frames["report_by_reason"].head(1),
        )
    )
    assert "What was absent Nothing that this page needs." in page.text


def test_reasons_that_nobody_gave_are_called_so(make_set: SetMaker, frames: dict[str, pl.DataFrame]) -> None:
    page = page_of(make_set(report_by_reason=frames["report_by_reason"].filter(pl.col("reason") == "(not given)")))
    assert f"100.0{THIN}% of what returns cost came without a reason" in page.headings


def test_a_long_queue_shows_its_head(make_set: SetMaker, frames: dict[str, pl.DataFrame]) -> None:
    queue = pl.concat([frames["flagged_queue"].head(1)] * 50).with_columns(
        queue_rank=pl.int_range(1, 51), rma_id=pl.format("RMA-{}", pl.int_range(100, 150))
    )
    page = page_of(make_set(flagged_queue=queue))
    assert len([row for row in page.rows if len(row) > 1 and row[1].startswith("RMA-")]) == QUEUE_ROWS
    assert "50 RMAs need a look, 62,000 at stake" in page.headings
    assert "returnwatch export flagged_queue" in page.text


def test_a_short_list_names_the_costliest(make_set: SetMaker, frames: dict[str, pl.DataFrame]) -> None:
    page = page_of(make_set(report_by_sku=frames["report_by_sku"].head(2)))
    assert f"Costliest SKU: 00023, 57.1{THIN}% of what returns cost" in page.headings


def test_at_stake_is_what_is_asked_back_where_the_set_says_so(
    make_set: SetMaker, frames: dict[str, pl.DataFrame]
) -> None:
    asked = pl.Series("amount_at_stake", ["1240", "310.5", "49.25"]).cast(pl.Decimal(18, 4))
    page = page_of(make_set(flagged_queue=frames["flagged_queue"].with_columns(asked)))
    assert page.row("RMA-9")[3] == "49.25"
    assert "3 RMAs need a look, 1,600 at stake" in page.headings


@pytest.mark.parametrize("rows", [0, 2])
def test_an_overview_of_other_than_one_row_is_an_error(
    make_set: SetMaker, frames: dict[str, pl.DataFrame], rows: int
) -> None:
    folder = make_set(report_overview=pl.concat([frames["report_overview"]] * 2).head(rows))
    with pytest.raises(PublishedSetError, match=f"has {rows} rows instead of one"):
        render_report(folder)


@pytest.mark.parametrize("name", ["report_overview", "flagged_queue", "ingest_ledger"])
def test_a_table_that_the_page_cannot_do_without_is_an_error(make_set: SetMaker, name: str) -> None:
    with pytest.raises(PublishedSetError, match=f"has no table {name}"):
        render_report(make_set(**{name: None}))


def test_write_replaces_the_page_in_one_step(make_set: SetMaker, tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    out.write_text("old", encoding="utf-8")
    folder = make_set()
    write_report(folder, out)
    assert out.read_text(encoding="utf-8") == render_report(folder)
    assert [file.name for file in tmp_path.iterdir()] == ["report.html"]
    assert stat.S_IMODE(out.stat().st_mode) == 0o644


def test_write_needs_the_folder(make_set: SetMaker, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"missing does not exist: create it or name another file"):
        write_report(make_set(), tmp_path / "missing" / "report.html")


def test_a_failed_write_leaves_the_old_page_and_nothing_else(make_set: SetMaker, tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    out.mkdir()
    with pytest.raises(IsADirectoryError):
        write_report(make_set(), out)
    assert [file.name for file in tmp_path.iterdir()] == ["report.html"]
