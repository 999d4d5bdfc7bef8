import numpy as np
import polars as pl
import pytest
from sklearn.metrics import average_precision_score

from models.measures import BoolArray
from models.taught import WORDS_MOST, raw_matrix, taught_scores


def test_words_become_their_rank_by_frequency_and_the_unknown_stays_so() -> None:
    raw = pl.DataFrame({"rma_id": ["a", "b", "c", "d"], "num_x": [1, None, 3, 4], "word_y": ["u", "v", "v", None]})
    matrix, are_words = raw_matrix(raw)
    np.testing.assert_array_equal(matrix, [[1, 1], [np.nan, 0], [3, 0], [4, np.nan]])
    assert are_words.tolist() == [False, True]


def test_rare_words_are_one() -> None:
    raw = pl.DataFrame({"word_y": [f"w{number:03d}" for number in range(WORDS_MOST + 50)]})
    assert np.unique(raw_matrix(raw)[0]).size == WORDS_MOST + 1


@pytest.fixture(scope="module")
def shop() -> tuple[pl.DataFrame, BoolArray]:
    """600 RMAs of 200 shoppers: a grade tells half of the fraud; a shopper's number tells nothing to others."""
    rng = np.random.default_rng(4)
    fraud = np.repeat(rng.random(200) < 0.2, 3)
    told = fraud & (rng.random(600) < 0.5)
    raw = pl.DataFrame(
        {"num_shopper": np.repeat(np.arange(200.0), 3), "word_grade": np.where(told, "wrong_item", "A").tolist()}
    )
    return raw, fraud


def test_what_is_delivered_is_learnt(shop: tuple[pl.DataFrame, BoolArray]) -> None:
    raw, fraud = shop
    scores = taught_scores(raw, fraud, np.repeat(np.arange(200), 3), 1)
    told = (raw["word_grade"] == "wrong_item").to_numpy()
    assert average_precision_score(fraud, scores) > fraud.mean() + 0.1
    assert scores[told].mean() > 0.6
    assert scores[~told].mean() < 0.3


def test_no_model_has_seen_the_shopper_that_it_scores(shop: tuple[pl.DataFrame, BoolArray]) -> None:
    raw, fraud = shop
    blind = raw.select("num_shopper")
    rng = np.random.default_rng(5)
    shuffled = pl.DataFrame({"num_shopper": np.repeat(rng.permutation(200).astype(float), 3)})
    # A model that had seen a shopper's other RMAs would know the shopper's number; folds by shopper leave chance.
    for frame in (blind, shuffled):
        scores = taught_scores(frame, fraud, np.repeat(np.arange(200), 3), 1)
        assert average_precision_score(fraud, scores) < 0.35


def test_folds_without_fraud_give_its_share() -> None:
    raw = pl.DataFrame({"num_x": [1.0, 2.0, 3.0]})
    assert taught_scores(raw, np.array([False] * 3), np.arange(3), 1).tolist() == [0.0, 0.0, 0.0]


def test_a_column_without_any_value_says_nothing_and_breaks_nothing(shop: tuple[pl.DataFrame, BoolArray]) -> None:
    raw, fraud = shop
    shoppers = np.repeat(np.arange(200), 3)
    empty = raw.with_columns(num_empty=pl.lit(None, pl.Float64), word_empty=pl.lit(None, pl.String))
    np.testing.assert_allclose(taught_scores(empty, fraud, shoppers, 1), taught_scores(raw, fraud, shoppers, 1))


def test_without_any_column_each_rma_has_the_share_of_fraud(shop: tuple[pl.DataFrame, BoolArray]) -> None:
    _, fraud = shop
    scores = taught_scores(
        pl.DataFrame({"rma_id": [str(n) for n in range(600)]}), fraud, np.repeat(np.arange(200), 3), 1
    )
    assert scores.tolist() == [fraud.mean()] * 600
