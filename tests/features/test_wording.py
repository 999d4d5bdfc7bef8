from __future__ import annotations

import polars as pl
import pytest

from features.wording import wordings


def keys(*comments: str | None) -> list[set[int]]:
    told = wordings(pl.Series(comments, dtype=pl.String))
    return [set(told.filter(pl.col("comment") == comment)["key"]) for comment in comments]


def alike(one: str, other: str) -> bool:
    first, second = keys(one, other)
    return bool(first & second)


def test_case_accents_digits_and_punctuation_make_no_difference() -> None:
    first, second = keys("Größe 42 zu klein!!", "grosse  17 ZU klein.".replace("ss", "ß"))
    assert first == second
    assert len(first) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "The parcel was open and the watch inside was missing when it arrived, please refund",
            "The parcel was open and the watch inside was mising when it arrived, please refund me",
        ),
        (
            "leider nicht wie beschrieben, die Farbe weicht stark vom Bild ab und der Stoff ist dünn",
            "Leider nicht wie beschrieben die Farbe weicht stark vom Bild ab, und der Stoff ist dünn!",
        ),
    ],
)
def test_a_copy_with_a_slip_is_found(one: str, other: str) -> None:
    assert alike(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("zu klein", "zu kurz"),
        ("never worn and I changed my mind about it", "broken on arrival, please send another one"),
        ("the sleeves are too long for me, sadly", "the zip broke on the first day of wearing"),
    ],
)
def test_different_comments_have_nothing_in_common(one: str, other: str) -> None:
    assert not alike(one, other)


def test_a_comment_alone_has_the_keys_that_it_has_among_others() -> None:
    long = "broken on arrival, please refund the whole order at once"
    assert keys(long)[0] == keys("another comment of some length, indeed", long, "short")[1]
    assert len(keys(long)[0]) == 4


def test_comments_without_words_have_no_key() -> None:
    told = wordings(pl.Series([None, "!!", "  ", "ok"], dtype=pl.String))
    assert told.select("comment", "is_words").rows() == [("ok", True)]
    assert wordings(pl.Series([], dtype=pl.String)).is_empty()
