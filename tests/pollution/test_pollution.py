"""No polluted file is changed in silence, and nearly every cell of them comes out right."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from tests.pollution.corpus import PROPERTIES, SEEDS, corpus
from tests.pollution.measure import Result, by_property, measured, weighted

log = logging.getLogger(__name__)
REFUSED = {"header absent", "empty file", "blank file"}


def noted(reader: str, results: list[Result]) -> None:
    """Log what a reader made of the files."""
    n_refused, n_silent = sum(one.is_refused for one in results), sum(one.n_silent for one in results)
    share = weighted(results)
    log.info(
        "%s: %d files, %.2f%% right, %d refused, %d silent", reader, len(results), 100 * share, n_refused, n_silent
    )


def checked(results: list[Result]) -> None:
    assert [(one.prop, one.n_silent) for one in results if one.n_silent] == []
    assert {one.prop for one in results if one.is_refused} == REFUSED
    assert weighted(results) >= 0.96
    worst = {prop: min(one.share_right for one in found) for prop, found in by_property(results).items()}
    assert {prop for prop, share in worst.items() if share < 0.95} == {
        "header absent",
        "same columns in another order below",
    }


def test_one_file_of_each_property(tmp_path: Path) -> None:
    results = measured(corpus(1), "returnwatch", tmp_path)
    assert len(results) == len(PROPERTIES)
    checked(results)


@pytest.mark.slow
def test_every_file_beside_what_others_guess(tmp_path: Path) -> None:
    files = list(corpus())
    assert len(files) == SEEDS * len(PROPERTIES) >= 300
    results = measured(files, "returnwatch", tmp_path / "own")
    noted("own", results)
    checked(results)
    for reader in ("DuckDB, guessing", "pandas, guessing"):
        others = measured(files, reader, tmp_path / reader[:6])
        noted(reader, others)
        assert weighted(others) < weighted(results)
        assert sum(one.n_silent for one in others) > 0, "else the truth is not compared"
