"""What a benchmark found: on stdout, or in a section of a page, between two comments that name it."""

from __future__ import annotations

import sys
from pathlib import Path


def tell(text: str, name: str, page: Path | None) -> None:
    """Put the text into the section of that name, or on stdout where there is no page."""
    if page is None:
        sys.stdout.write(text + "\n")
    else:
        replace_section(page, name, text)


def replace_section(page: Path, name: str, text: str) -> None:
    """Put the text between ``<!-- begin NAME -->`` and ``<!-- end NAME -->``; ValueError where the page lacks them."""
    begin, end = f"<!-- begin {name} -->\n", f"<!-- end {name} -->\n"
    before, found, rest = page.read_text(encoding="utf-8").partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"{page} has no section {name}; put its two comments where the text shall stand.")
    page.write_text(f"{before}{begin}\n{text}\n\n{end}{after}", encoding="utf-8")
