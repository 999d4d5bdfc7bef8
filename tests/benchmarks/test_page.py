"""What a benchmark found is told once: in its section of a page, or on stdout."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.page import tell


def test_without_a_page_it_is_told_on_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    tell("| a |", "speed", None)
    assert capsys.readouterr().out == "| a |\n"


def test_in_a_page_it_takes_the_place_of_what_stood_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.md"
    page.write_text("one\n<!-- begin speed -->\nold\n<!-- end speed -->\ntwo\n", encoding="utf-8")
    tell("new", "speed", page)
    assert page.read_text(encoding="utf-8") == "one\n<!-- begin speed -->\n\nnew\n\n<!-- end speed -->\ntwo\n"
    assert capsys.readouterr().out == ""
