"""Data Docs: what the checks of the last run found, as pages that open in a browser without a network.

Great Expectations renders the sections of a table's page; its own frame around them loads a dozen files from
elsewhere, so that the frame is ours. ``HOME/data_docs`` points to one complete site and is replaced in one step.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterator
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.quality.model import Severity, Suite
from pipelines.warehouse import Warehouse

if TYPE_CHECKING:
    from great_expectations.core import ExpectationSuiteValidationResult

SITE = "data_docs"
STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; color: #1d2433; }
h1 { font-size: 1.5rem; } h5, h6 { font-size: 1rem; margin: 1.4rem 0 .3rem; } a { color: #1f4fa3; }
table { border-collapse: collapse; width: 100%; }
td, th { text-align: left; vertical-align: top; padding: .3rem .6rem; }
tr { border-bottom: 1px solid #d8dde6; } .number { text-align: right; } .bad { color: #a3241f; font-weight: 600; }
.fas { font-style: normal; } .text-success::before { content: "✓"; color: #1a7f4b; }
.text-danger::before, .text-warning::before, .text-info::before { content: "✗"; color: #a3241f; }
"""
PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>{style}</style></head>
<body><h1>{title}</h1>
{body}
</body></html>
"""


def pages_folder(home: Path) -> Path:
    """Return where the pages of the run that is going on wait; the run's end removes it."""
    return home / "staging" / SITE


def write_page(home: Path, suite: Suite, result: ExpectationSuiteValidationResult) -> None:
    """Write the page of one table."""
    folder = pages_folder(home)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{suite.table}.html").write_text(render_page(suite, result), encoding="utf-8")


def render_page(suite: Suite, result: ExpectationSuiteValidationResult) -> str:
    """Return the page of one table: each check with its rule, its verdict and the value that was observed."""
    severity = {check.name: check.severity for check in suite.checks}
    parts = [f'<p><a href="index.html">all tables</a></p><p>{len(suite.checks)} checks.</p>']
    for name, section in _sections(result):
        note = "a breach stops the run" if severity.get(name) is Severity.CRITICAL else "a breach stops nothing"
        parts.append(f"{section}<p>{severity[name].value}: {note}</p>" if name in severity else section)
    return PAGE.format(title=escape(suite.table), style=STYLE, body="\n".join(parts))


def _sections(result: ExpectationSuiteValidationResult) -> Iterator[tuple[str, str]]:
    """Yield the library's sections, one a check, by its name; the first, about the library's own run, is left out."""
    from great_expectations.render.renderer.page_renderer import ValidationResultsPageRenderer  # noqa: PLC0415

    view = _section_view()
    for place, section in enumerate(ValidationResultsPageRenderer().render(result).sections[1:], 1):
        content: dict[str, Any] = section.to_json_dict()
        html = view.render({"section": content, "section_loop": {"index": place}})
        text = re.sub(r"\s*\n\s*", "\n", re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL))
        yield str(content.get("section_name")), text


@cache
def _section_view() -> Any:  # noqa: ANN401 - the library's view has no useful type
    """Return what renders sections: one for all pages, since it compiles its templates anew each time."""
    from great_expectations.render.view.view import DefaultJinjaSectionView  # noqa: PLC0415 - takes seconds to import

    return DefaultJinjaSectionView()


def prepare_site(warehouse: Warehouse) -> None:
    """Write the index of the pages of this run: all that takes room on the disk."""
    folder = pages_folder(warehouse.home)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "index.html").write_text(render_index(warehouse, folder), encoding="utf-8")


def swap_site(home: Path) -> Path:
    """Make the prepared pages the site at ``HOME/data_docs`` and remove the one before; return its folder."""
    folder = pages_folder(home)
    content = hashlib.sha256(b"".join(place.read_bytes() for place in sorted(folder.iterdir()))).hexdigest()[:16]
    final = home / f".{SITE}-{content}"
    if final.exists():
        shutil.rmtree(final)
    folder.rename(final)
    pointer = home / f".{SITE}.new"
    pointer.unlink(missing_ok=True)
    pointer.symlink_to(final.name)
    pointer.replace(home / SITE)
    for old in home.glob(f".{SITE}-*"):
        if old.name != final.name:
            shutil.rmtree(old)
    return final


def render_index(warehouse: Warehouse, folder: Path) -> str:
    """Return the index: the tables that were checked, what broke, and how it was with earlier deliveries."""
    tables = "".join(_table_row(row, folder) for row in warehouse.select("raw/summarise_check_results").iter_rows())
    history = "".join(_row(row) for row in warehouse.select("raw/summarise_check_history").iter_rows())
    head = "<th class=number>checks</th><th class=number>critical broken</th><th class=number>warnings</th>"
    body = (
        f"<table><tr><th>table</th><th class=number>rows</th>{head}</tr>{tables}</table>"
        f"<h5>By delivery</h5><table><tr><th>last delivery</th><th>read at</th>{head}</tr>{history}</table>"
    )
    return PAGE.format(title="Data quality", style=STYLE, body=body)


def _table_row(row: tuple[Any, ...], folder: Path) -> str:
    """Return the row of a table, with a link where this run wrote its page."""
    name = escape(str(row[0]))
    linked = f'<a href="{name}.html">{name}</a>' if (folder / f"{row[0]}.html").is_file() else name
    return _row((linked, *row[1:]))


def _row(row: tuple[Any, ...]) -> str:
    """Return a row whose last two figures are what broke."""
    first, second, checks, critical, warnings = row
    marked = "".join(
        f'<td class="number{" bad" * bool(count)}">{count:,}</td>' for count in (critical or 0, warnings or 0)
    )
    shown = f"{second:,}" if isinstance(second, int) else escape(str(second))
    return f"<tr><td>{first}</td><td class=number>{shown}</td><td class=number>{checks:,}</td>{marked}</tr>"
