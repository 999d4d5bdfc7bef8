from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from dashboards.data import PublishedSet, PublishedSetError

SetMaker = Callable[..., Path]


def write_manifest(folder: Path, manifest: object) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def test_open_names_the_tables_and_their_rows(make_set: SetMaker) -> None:
    published = PublishedSet.open(make_set())
    assert published.rows["flagged_queue"] == 3
    assert published.has("report_by_sku")
    assert not published.has("report_by_carrier")
    assert published.text("run_id") == "run-42"
    assert published.text("nothing") is None


def test_moments_are_utc_without_a_zone(tmp_path: Path) -> None:
    tables = {"t": {"rows": 0}}
    folder = write_manifest(tmp_path, {"tables": tables, "a": "2026-06-20T06:00:00Z", "b": "2026-06-20T08:00:00+02:00"})
    published = PublishedSet.open(folder)
    assert published.moment("a") == published.moment("b") == datetime(2026, 6, 20, 6)  # noqa: DTZ001 - UTC throughout
    assert published.moment("c") is None


def test_a_moment_that_is_none_is_an_error(tmp_path: Path) -> None:
    published = PublishedSet.open(write_manifest(tmp_path, {"tables": {"t": {"rows": 0}}, "as_of": "yesterday"}))
    with pytest.raises(PublishedSetError, match="as_of is not a moment: 'yesterday'"):
        published.moment("as_of")


def test_table_reads_only_what_is_asked_in_that_order(make_set: SetMaker) -> None:
    published = PublishedSet.open(make_set())
    frame = published.table("ingest_ledger", ["rows_read", "path"])
    assert frame.columns == ["rows_read", "path"]
    assert frame.get_column("rows_read").to_list() == [800, 155, 0]
    assert published.columns("rma_scores") == ("rma_id",)
    assert published.table("rma_scores").height == 120


def test_optional_is_none_only_where_the_manifest_lacks_the_table(make_set: SetMaker) -> None:
    published = PublishedSet.open(make_set(report_by_sku=None))
    assert published.optional("report_by_sku") is None
    category = published.optional("report_by_category")
    assert category is not None
    assert category.height == 3


def test_a_reader_keeps_the_set_that_the_link_pointed_to(make_set: SetMaker, tmp_path: Path) -> None:
    old = make_set()
    current = tmp_path / "current"
    current.symlink_to(old)
    published = PublishedSet.open(current)
    new = write_manifest(tmp_path / "new", {"tables": {"rma_scores": {"rows": 0}}})
    current.unlink()
    current.symlink_to(new)
    assert published.path == old
    assert published.table("rma_scores").height == 120


def test_a_set_is_frozen(make_set: SetMaker) -> None:
    published = PublishedSet.open(make_set())
    with pytest.raises(AttributeError):
        published.path = Path()  # type: ignore[misc]
    with pytest.raises(TypeError):
        published.rows["rma_scores"] = 1  # type: ignore[index]


@pytest.mark.parametrize("is_folder", [True, False])
def test_no_manifest_says_where_and_what_next(tmp_path: Path, is_folder: bool) -> None:
    place = tmp_path / "nowhere"
    if is_folder:
        place.mkdir()
    with pytest.raises(PublishedSetError, match=r"no published set in .*nowhere .*returnwatch run --landing DIR"):
        PublishedSet.open(place)


@pytest.mark.parametrize(
    ("manifest", "reason"),
    [
        ([], "manifest.json is no JSON object"),
        ({}, "manifest.json names no tables"),
        ({"tables": {}}, "manifest.json names no tables"),
        ({"tables": ["rma_scores"]}, "manifest.json names no tables"),
        ({"tables": {"rma_scores": {}}}, "does not say how many rows"),
        ({"tables": {"rma_scores": {"rows": "many"}}}, "does not say how many rows"),
        ({"tables": {"rma_scores": 3}}, "does not say how many rows"),
    ],
)
def test_a_manifest_without_tables_is_damaged(tmp_path: Path, manifest: object, reason: str) -> None:
    folder = write_manifest(tmp_path, manifest)
    with pytest.raises(PublishedSetError, match=reason) as caught:
        PublishedSet.open(folder)
    assert str(folder) in str(caught.value)
    assert "Run `returnwatch run`" in str(caught.value)


def test_a_manifest_that_is_no_json_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(PublishedSetError, match=r"manifest\.json cannot be read"):
        PublishedSet.open(tmp_path)


def test_an_unknown_table_is_an_error(make_set: SetMaker) -> None:
    published = PublishedSet.open(make_set(report_monthly=None))
    with pytest.raises(PublishedSetError, match="has no table report_monthly: run `returnwatch run`"):
        published.table("report_monthly")
    with pytest.raises(PublishedSetError, match="has no table report_monthly"):
        published.columns("report_monthly")


def test_an_unknown_column_is_an_error(make_set: SetMaker) -> None:
    published = PublishedSet.open(make_set(rma_scores=pl.DataFrame({"rma_id": ["R1"]})))
    with pytest.raises(PublishedSetError, match=r"Table rma_scores .* lacks a column of rma_id, risk_score"):
        published.table("rma_scores", ["rma_id", "risk_score"])


@pytest.mark.parametrize("content", [None, b"no parquet"])
def test_a_missing_or_broken_file_is_one_clear_line(make_set: SetMaker, content: bytes | None) -> None:
    folder = make_set()
    file = folder / "rma_scores.parquet"
    file.unlink()
    if content is not None:
        file.write_bytes(content)
    published = PublishedSet.open(folder)
    for read in (published.table, published.columns):
        with pytest.raises(PublishedSetError, match="is damaged: table rma_scores cannot be read") as caught:
            read("rma_scores")
        assert "\n" not in str(caught.value)
