from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipelines.errors import ReturnwatchError
from pipelines.ingest.discover import DeliveredFile, describe, discover, stamp_of

if TYPE_CHECKING:
    from tests.conftest import LandingWriter


def by_path(landing: Path) -> dict[str, DeliveredFile]:
    return {file.path: file for file in discover(landing)}


def test_files_are_found_at_any_depth_in_the_order_of_their_paths(write_landing: LandingWriter) -> None:
    names = ["orders_2.csv", "orders_10.csv", "canonical/2026/11/returns.parquet", "online_retail/x/any name.csv.gz"]
    landing = write_landing(dict.fromkeys(names, "x"))
    assert list(by_path(landing)) == [
        "canonical/2026/11/returns.parquet", "canonical/orders_2.csv", "canonical/orders_10.csv",
        "online_retail/x/any name.csv.gz",
    ]  # fmt: skip
    assert all(file.reason is None for file in discover(landing))


def test_what_is_still_written_or_hidden_is_left_alone(write_landing: LandingWriter) -> None:
    left = [
        "orders.csv.tmp",
        "orders.csv.PART",
        "orders.crdownload",
        ".orders.csv",
        "canonical/.git/orders.csv",
        "canonical/a/.b/orders.csv",
    ]
    assert list(by_path(write_landing(dict.fromkeys([*left, "orders.csv"], "x")))) == ["canonical/orders.csv"]


@pytest.mark.parametrize(
    ("name", "table", "format_", "compression"),
    [
        ("orders_2026-11.csv.gz", "orders", "csv", "gz"),
        ("Order_Lines.TSV.Zst", "order_lines", "tsv", "zst"),
        ("returns[1]*?.jsonl", "returns", "jsonl", None),
        ("review_labels 'x\".json", "review_labels", "json", None),
        ("products.v2.parquet", "products", "parquet", None),
    ],
)
def test_a_name_says_table_format_and_compression(
    write_landing: LandingWriter, name: str, table: str, format_: str, compression: str | None
) -> None:
    (file,) = discover(write_landing({name: "abc"}))
    assert (file.table, file.format, file.compression, file.reason) == (table, format_, compression, None)
    assert (file.source, file.n_bytes, file.sha256) == ("canonical", 3, hashlib.sha256(b"abc").hexdigest())


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("canonical/orders.xlsx", "not a known ending"),
        ("canonical/orders", "not a known ending"),
        ("canonical/orders.gz", "not a known ending"),
        ("canonical/orders.parquet.zst", "not a known ending"),
        ("canonical/invoices.csv", "begins with no table of source 'canonical'"),
        ("shopify/customers.csv", "begins with no table of source 'shopify'"),
        ("myshop/orders.csv", "'myshop' is no source; use one of adobe_commerce, amazon_fba"),
        ("../landing/orders.csv", "'the top folder' is no source"),
    ],
)
def test_why_a_name_cannot_be_used(write_landing: LandingWriter, name: str, reason: str) -> None:
    (file,) = discover(write_landing({name: "x"}))
    assert file.reason is not None
    assert reason in file.reason


def test_links_out_of_the_folder_are_refused_unread(write_landing: LandingWriter, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("order_id\n", encoding="utf-8")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "orders.csv").write_text("order_id\n", encoding="utf-8")
    landing = write_landing({"orders_1.csv": "x"})
    (landing / "canonical" / "orders_2.csv").symlink_to(secret)
    (landing / "canonical" / "orders_3.csv").symlink_to("orders_1.csv")
    (landing / "canonical" / "orders_4").symlink_to(outside)
    (landing / "canonical" / "orders_5.csv").symlink_to("nowhere.csv")
    found = by_path(landing)
    assert found["canonical/orders_3.csv"].reason is None
    assert found["canonical/orders_3.csv"].sha256 == found["canonical/orders_1.csv"].sha256
    for name in ("orders_2.csv", "orders_4"):
        assert found[f"canonical/{name}"].reason == "links out of the landing folder; deliver the file itself"
        assert found[f"canonical/{name}"].sha256 == ""
    assert set(found) == {f"canonical/orders_{name}" for name in ("1.csv", "2.csv", "3.csv", "4")}, (
        "a dead link is gone"
    )


def test_a_link_to_itself_cannot_be_read(write_landing: LandingWriter) -> None:
    landing = write_landing({"canonical/orders_1.csv": "a\n"})
    (landing / "canonical" / "orders_2.csv").symlink_to("orders_2.csv")
    reasons = {file.path: file.reason for file in discover(landing)}
    assert reasons["canonical/orders_1.csv"] is None
    assert str(reasons["canonical/orders_2.csv"]).startswith("cannot be read (Too many levels of symbolic links)")


def test_the_landing_folder_itself_may_be_a_link(write_landing: LandingWriter, tmp_path: Path) -> None:
    write_landing({"orders.csv": "x"})
    (tmp_path / "link").symlink_to("landing")
    assert [file.reason for file in discover(tmp_path / "link")] == [None]


def test_a_file_that_vanishes_meanwhile_is_no_delivery(write_landing: LandingWriter) -> None:
    landing = write_landing({"orders.csv": "x"})
    (landing / "canonical/orders.csv").unlink()
    assert describe(landing / "canonical/orders.csv", landing) is None


def test_a_name_that_is_no_text_can_be_told(write_landing: LandingWriter) -> None:
    landing = write_landing({"orders.csv": "x"})
    (landing / "canonical/orders.csv").rename(os.fsdecode(bytes(landing) + b"/canonical/orders_\xff.csv"))
    (file,) = discover(landing)
    assert file.path == "canonical/orders_\\xff.csv"
    assert file.n_bytes == 1


def test_a_folder_that_is_not_there_or_empty_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ReturnwatchError, match="no such landing folder"):
        discover(tmp_path / "none")
    with pytest.raises(ReturnwatchError, match="no delivered files; put exports below"):
        discover(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser can read everything")
def test_what_cannot_be_read_is_told(write_landing: LandingWriter) -> None:
    landing = write_landing({"orders.csv": "x", "canonical/a/orders.csv": "x"})
    (landing / "canonical/orders.csv").chmod(0)
    assert [str(file.reason)[:14] for file in discover(landing)] == ["None", "cannot be read"]
    (landing / "canonical/a").chmod(0)
    with pytest.raises(ReturnwatchError, match="cannot be listed"):
        discover(landing)


def test_a_pipe_or_a_device_is_told_and_never_waited_for(write_landing: LandingWriter) -> None:
    landing = write_landing({"orders_1.csv": "x"})
    os.mkfifo(landing / "canonical/orders_2.csv")
    os.mkfifo(landing / ".pipe")
    (landing / "canonical/orders_3.csv").symlink_to("../.pipe")
    (landing / "canonical/orders_4.csv").symlink_to("/dev/zero")
    found = by_path(landing)
    assert found["canonical/orders_1.csv"].reason is None
    for name in ("orders_2.csv", "orders_3.csv"):
        assert found[f"canonical/{name}"].reason == "cannot be read (not a regular file); check its permissions"
    assert found["canonical/orders_4.csv"].reason == "links out of the landing folder; deliver the file itself"
    assert len(found) == 4


def test_a_file_knows_its_landing_folder_and_what_would_tell_it_from_another(write_landing: LandingWriter) -> None:
    landing = write_landing({"canonical/a/b/orders.csv": "x", "orders.csv": "x"})
    deep, flat = discover(landing)
    assert deep.landing == flat.landing == landing
    assert deep.stamp == stamp_of(deep.place) != flat.stamp
    deep.place.write_text("xy", encoding="utf-8")
    assert stamp_of(deep.place) != deep.stamp
    assert stamp_of(landing / "nothing") == ()
