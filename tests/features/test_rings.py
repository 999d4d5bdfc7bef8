from __future__ import annotations

from datetime import datetime

import polars as pl
import pytest

from features.contracts import AT
from features.rings import MOST_ACCOUNTS, MOST_MEMBERS, Rings, rings_of
from tests.factories import at

Seen = tuple[str, str, str, float]


def seen(*rows: Seen) -> pl.DataFrame:
    dated = [(account, kind, value, at(day)) for account, kind, value, day in rows]
    schema: dict[str, pl.DataType | type[pl.DataType]] = {"customer_id": pl.String, "kind": pl.String}
    schema |= {"value": pl.String, "seen_at": AT}
    return pl.DataFrame(dated, schema=schema, orient="row")


def ring_of(rings: Rings, account: str, day: float) -> str | None:
    asked = pl.DataFrame({"customer_id": [account], "stage_at": [at(day)]}).with_columns(pl.col("stage_at").cast(AT))
    name = rings.of(asked)["name"].item()
    assert name is None or isinstance(name, str)
    return name


def linked(*rows: Seen) -> bool:
    return ring_of(rings_of(seen(*rows)), "a", 100) is not None


def both(kind: str, value: str = "v", day: float = 1) -> tuple[Seen, Seen]:
    return ("a", kind, value, 0), ("b", kind, value, day)


@pytest.mark.parametrize(
    ("kinds", "is_linked"),
    [
        (["payment"], True),
        (["email"], True),
        (["device"], False),
        (["phone"], False),
        (["device", "ip"], True),
        (["phone", "address"], True),
        (["device", "phone"], True),
        (["address", "ip"], False),
        (["address"], False),
    ],
)
def test_a_strong_identifier_links_alone_and_weak_ones_only_together(kinds: list[str], *, is_linked: bool) -> None:
    assert linked(*(row for kind in kinds for row in both(kind))) is is_linked


def test_two_values_of_one_kind_are_one_kind() -> None:
    assert not linked(*both("device", "d1"), *both("device", "d2"))


def test_a_link_begins_strictly_after_the_sighting_that_completes_it() -> None:
    rings = rings_of(seen(*both("device", day=3), *both("address", day=7)))

    assert [ring_of(rings, "a", day) for day in (3, 6, 7)] == [None] * 3
    assert ring_of(rings, "a", 7.5) == ring_of(rings, "b", 7.5) is not None
    assert ring_of(rings, "c", 7.5) is None


def test_a_ring_keeps_its_name_as_it_grows_and_the_older_ring_gives_it() -> None:
    rings = rings_of(
        seen(
            ("m", "payment", "f1", 0), ("n", "payment", "f1", 1), ("a", "payment", "f1", 5),
            ("c", "email", "e1", 0), ("d", "email", "e1", 3), ("d", "payment", "f1", 9),
        )
    )  # fmt: skip

    old = ring_of(rings, "m", 2)
    young = ring_of(rings, "c", 4)
    assert old is not None
    assert young is not None
    assert old != young
    assert [ring_of(rings, account, 6) for account in "mnacd"] == [old, old, old, young, young]
    assert {ring_of(rings, account, 10) for account in "mnacd"} == {old}


def test_a_place_for_many_links_only_the_first_few() -> None:
    most = MOST_ACCOUNTS["address"]
    crowd = [f"x{number:02}" for number in range(most + 2)]
    doors = [(account, "address", "forwarder", float(day)) for day, account in enumerate(crowd)]
    devices = [(account, "device", f"d{day // 2}", float(day)) for day, account in enumerate(crowd)]

    rings = rings_of(seen(*doors, *devices))

    # Neighbours share a device each two: those within the first few are linked, the last two are not.
    assert [ring_of(rings, account, 99) is not None for account in crowd] == [True] * most + [False] * 2


def test_a_ring_grows_to_no_more_than_its_most() -> None:
    chain: list[Seen] = [("a000", "email", "e0", 0)]
    for number in range(1, MOST_MEMBERS + 5):
        chain += [
            (f"a{number:03}", "email", f"e{number - 1}", number),
            (f"a{number:03}", "email", f"e{number}", number),
        ]

    held = rings_of(seen(*chain)).memberships

    assert held.group_by("ring").len()["len"].max() == MOST_MEMBERS


def test_links_of_one_moment_make_one_ring_whatever_the_order_of_rows() -> None:
    rows = [("a", "email", "e", 0), ("b", "email", "e", 2), ("b", "payment", "f", 0), ("c", "payment", "f", 2)]
    rings, mixed = rings_of(seen(*rows)), rings_of(seen(*reversed(rows)))

    names = [ring_of(rings, account, 3) for account in "abc"]
    assert len(set(names)) == 1
    assert names == [ring_of(mixed, account, 3) for account in "abc"]
    assert rings.memberships.filter(pl.col("from_at") == datetime(2024, 1, 3))["customer_id"].is_unique().all()  # noqa: DTZ001
