from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.sql.reports.conftest import Shop


def test_codes_are_summed_up_the_most_common_first(shop: Shop) -> None:
    shop.connection.execute("insert into source_facts values ('a', 'a', 3), ('b', 'b', 1)")
    shop.connection.execute(
        "insert into delivered_unknown_codes values "
        "('a', 'reasons', 'X', 2), ('b', 'reasons', 'X', 4), ('a', 'reasons', 'X', 3), ('a', 'statuses', 'Y', 1)"
    )
    shop.build()
    assert [tuple(row.values()) for row in shop.table("report_unknown_codes")] == [
        ("a", "reasons", "X", 5, 3),
        ("b", "reasons", "X", 4, 1),
        ("a", "statuses", "Y", 1, 3),
    ]


def test_where_every_code_is_known_there_are_no_rows(shop: Shop) -> None:
    shop.build()
    assert shop.table("report_unknown_codes") == []
