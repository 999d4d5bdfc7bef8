"""Sections of a page that a command writes anew, between two comments that name them."""

from __future__ import annotations

from pathlib import Path


def replace_section(page: Path, name: str, text: str) -> None:
    """Put the text between ``<!-- begin NAME -->`` and ``<!-- end NAME -->``; ValueError where the page lacks them."""
    begin, end = f"<!-- begin {name} -->\n", f"<!-- end {name} -->\n"
    before, found, rest = page.read_text(encoding="utf-8").partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"{page} has no section {name}; put its two comments where the text shall stand.")
    page.write_text(f"{before}{begin}\n{text}\n\n{end}{after}", encoding="utf-8")
