import numpy as np
import polars as pl
import pytest

from models.baselines import ecod, simple_rules


def test_ecod_adds_up_the_rarer_tail_of_each_column() -> None:
    # Skewed to the right: the upper tail counts. One of four reaches 9: -ln(1/4); all reach 1: 0.
    column = np.array([1.0, 1.0, 1.0, 9.0])
    np.testing.assert_allclose(ecod(column[:, None])[3], np.log(4))
    np.testing.assert_allclose(ecod(np.column_stack([column, column]))[3], 2 * np.log(4))


def test_ecod_sees_the_lower_tail_too_and_takes_the_rarest_side_as_a_whole() -> None:
    column = np.array([-9.0, 1.0, 1.0, 1.0])
    found = ecod(column[:, None])
    assert found.argmax() == 0
    assert found[0] == pytest.approx(np.log(4))


def test_what_is_not_known_or_never_varies_tells_ecod_nothing() -> None:
    column = np.array([1.0, 1.0, np.nan, 9.0])
    constant, never = np.full(4, 5.0), np.full(4, np.nan)
    found = ecod(np.column_stack([column, constant, never]))
    np.testing.assert_allclose(found, ecod(column[:, None]))
    assert found[2] == 0.0


def test_each_rule_is_a_point_and_the_amount_decides_between_equals() -> None:
    frame = pl.DataFrame(
        {
            "return_rate_ever": [0.9, 0.1, None, 0.1],
            "lines_returned_90d": [9.0, 0.0, None, 0.0],
            "rma_amount": [10.0, 400.0, 20.0, 50.0],
            "days_past_window": [0.0, 0.0, None, 0.0],
            "unmatched_unit_share": [0.0, 0.0, 0.0, 0.0],
        }
    )
    assert np.argsort(-simple_rules(frame)).tolist() == [0, 1, 3, 2]
