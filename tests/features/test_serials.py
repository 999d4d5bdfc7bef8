from __future__ import annotations

import polars as pl
import pytest

from features.serials import is_other_serial


def compared(received: str | None, sold: str | None) -> bool | None:
    found: bool | None = is_other_serial(
        pl.Series([received, "X1234567"], dtype=pl.String), pl.Series([sold, "X1234567"], dtype=pl.String)
    )[0]
    return found


@pytest.mark.parametrize(
    ("received", "sold", "is_other"),
    [
        ("SN 12-345-678", "sn12345678", False),
        ("SN12345679", "SN12345678", False),
        ("SN12845679", "SN12345678", True),
        ("SN1234567", "SN12345678", True),
        ("SN87654321", "SN12345678", True),
        ("AB13", "AB12", True),
        ("AB12", "AB12", False),
        (None, "SN12345678", None),
        ("SN12345678", None, None),
    ],
)
def test_another_number_and_a_slip_of_the_pen(received: str | None, sold: str | None, is_other: bool | None) -> None:
    assert compared(received, sold) is is_other


def test_rows_keep_their_order() -> None:
    received = pl.Series(["SN00000002", None, "SN99999999", "SN00000001"])
    sold = pl.Series(["SN00000001", "SN00000001", "SN00000001", "SN00000001"])

    assert is_other_serial(received, sold).to_list() == [False, None, True, False]


def test_nothing_to_compare() -> None:
    empty = pl.Series([], dtype=pl.String)

    assert is_other_serial(empty, empty).to_list() == []
