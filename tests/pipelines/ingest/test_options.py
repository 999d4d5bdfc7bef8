"""What is declared of how files are read: checked, laid over each other, and a reason to read a refused file again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pipelines.errors import ReturnwatchError
from pipelines.ingest.declare import with_options
from pipelines.ingest.deliver import load_delivery, plan_delivery, stage_delivery
from pipelines.ingest.discover import discover
from pipelines.ingest.options import NOTHING_DECLARED, ReaderOptions
from pipelines.settings import Settings, load_settings
from pipelines.warehouse import Warehouse
from tests.ingest_tools import KEY, LOADED_AT, MEMORY, ORDERS

if TYPE_CHECKING:
    from tests.conftest import LandingWriter


def settings_of(folder: Path, text: str) -> Settings:
    place = folder / "given.toml"
    place.write_text(text, encoding="utf-8")
    return load_settings(place)


@pytest.mark.parametrize(
    "wrong", [{"date_order": "myd"}, {"decimal": ";"}, {"timezone": "Berlin"}, {"timezone": "../etc/passwd"}]
)
def test_what_no_reader_understands_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        NOTHING_DECLARED.over(wrong)


def test_equal_options_have_one_text_and_none_has_no_text() -> None:
    assert NOTHING_DECLARED.text == ""
    assert ReaderOptions(decimal=",", nulls=("x",)).text == NOTHING_DECLARED.over({"nulls": ["x"]}).over(
        {"decimal": ",", "quote": None}
    ).text == '{"decimal": ",", "nulls": ["x"]}'  # fmt: skip


def test_a_kind_goes_before_its_source_and_both_before_the_manifest(tmp_path: Path) -> None:
    settings = settings_of(
        tmp_path, '[sources.canonical]\ndecimal = ","\ntimezone = "UTC"\n[sources.canonical.orders]\ndecimal = "."\n'
    )
    source, manifest = (
        settings.sources["canonical"],
        ReaderOptions(date_order="dmy", decimal=",", timezone="Asia/Tokyo"),
    )
    assert source.options_of("orders", manifest) == ReaderOptions(date_order="dmy", decimal=".", timezone="UTC")
    assert source.options_of("returns", manifest) == ReaderOptions(date_order="dmy", decimal=",", timezone="UTC")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[sources.canonical]\ndate = "dmy"\n', "unknown key 'date'"),
        ('[sources.canonical]\ndate_order = "dym"\n', "'sources.canonical.date_order': input should be"),
        ('[sources.canonical]\ntimezone = "Mars"\n', "'Mars' is no IANA name"),
        ("[sources.canonical.orders]\nfoo = 1\n", "unknown key 'sources.canonical.orders.foo'"),
    ],
)
def test_a_wrong_declaration_is_told_with_its_key(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(ReturnwatchError) as caught:
        settings_of(tmp_path, text)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[sources.cannonical]\ndecimal = ","\n', r"\[sources.cannonical\]: no such source; use one of"),
        ('[sources.canonical.order]\ndecimal = ","\n', r"\[sources.canonical.order\]: no such kind of file; .*orders"),
    ],
)
def test_a_source_or_kind_that_there_is_not_is_told(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(ReturnwatchError, match=words):
        with_options([], settings_of(tmp_path, text).sources)


def test_a_refused_file_is_read_again_once_its_options_change(write_landing: LandingWriter, tmp_path: Path) -> None:
    landing = write_landing({"orders.csv": ORDERS + "1,C1,03/04/2026,EUR\n", "customers.csv": "customer_id\nC1\n"})
    home = tmp_path / "home"
    home.mkdir()

    def loaded(text: str) -> list[tuple[Any, ...]]:
        with Warehouse(home, MEMORY) as warehouse:
            found = with_options(discover(landing), settings_of(tmp_path, text).sources)
            plan = plan_delivery(found, warehouse.select("raw/select_known_files"))
            rows = load_delivery(warehouse, stage_delivery(plan.new, home / "staging", KEY, MEMORY), LOADED_AT)
            warehouse.commit()
        return [(row["table"], row["status"], row["rows_loaded"], row["reader_options"]) for row in rows]

    assert loaded("") == [("customers", "loaded", 1, None), ("orders", "refused", 0, None)]
    assert loaded("") == []
    assert loaded('[sources.canonical.customers]\ndate_order = "dmy"\n') == []
    assert loaded('[sources.canonical]\ndate_order = "dmy"\n') == [("orders", "loaded", 1, '{"date_order": "dmy"}')]
    assert loaded('[sources.canonical]\ndate_order = "mdy"\n') == []


def test_a_ledger_without_options_gets_the_column(tmp_path: Path) -> None:
    with Warehouse(tmp_path, MEMORY) as warehouse:
        warehouse.connection.execute("alter table raw.ingest_ledger drop column reader_options")
        warehouse.commit()
    with Warehouse(tmp_path, MEMORY) as warehouse:
        assert "reader_options" in warehouse.frame("raw.ingest_ledger").columns
