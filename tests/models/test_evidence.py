import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.evidence import TailEvidence
from models.matrix import FloatArray

COLUMN = np.array([0.0, 0.0, 0.0, 1.0, 2.0])
# Of 5 values 2 reach 1 and 1 reaches 2: evidence -log10(6/7) and -log10(4/7).
ONE, TWO = -np.log10(6 / 7), -np.log10(4 / 7)


def test_the_evidence_of_a_feature_is_its_tails() -> None:
    step = TailEvidence(("value", "timing")).fit(np.column_stack([COLUMN, COLUMN[::-1]]))
    np.testing.assert_allclose(step.evidence(np.array([[1.0, 2.0]])), [[ONE, TWO]])


def test_a_weight_multiplies_a_features_evidence() -> None:
    matrix = np.column_stack([COLUMN, COLUMN])
    step = TailEvidence(("value", "timing"), weights=(1.5, 0.5)).fit(matrix)
    np.testing.assert_allclose(step.evidence(np.array([[2.0, 2.0]])), [[1.5 * TWO, 0.5 * TWO]])


def test_what_clears_a_feature_leaves_a_share_of_its_evidence() -> None:
    matrix = np.column_stack([COLUMN, COLUMN, np.ones(5)])
    step = TailEvidence(("value", "timing"), cleared=(1,)).fit(matrix)
    asked = np.array([[2.0, 2.0, 1.0], [2.0, 2.0, 0.25], [2.0, 2.0, 0.0]])
    np.testing.assert_allclose(step.evidence(asked), [[TWO, TWO], [TWO, TWO / 4], [TWO, 0.0]])
    assert step.transform(asked)[:, 1].tolist() == [pytest.approx(TWO), pytest.approx(0.0, abs=0.1), 0.0]


def test_the_next_strongest_of_a_family_counts_less_and_less() -> None:
    step = TailEvidence(("a", "b", "a", "a"))
    evidence = np.array([[1.0, 5.0, 3.0, 2.0], [2.0, 0.0, 2.0, 0.0]])
    np.testing.assert_allclose(step.discounted(evidence), [[0.25, 5.0, 3.0, 1.0], [2.0, 0.0, 1.0, 0.0]])
    np.testing.assert_allclose(step.sums(evidence), [[4.25, 5.0], [3.0, 0.0]])


def test_a_family_of_one_has_its_features_evidence() -> None:
    step = TailEvidence(("value",)).fit(COLUMN[:, None])
    np.testing.assert_allclose(step.transform(COLUMN[:, None])[:, 0], [0.0, 0.0, 0.0, ONE, TWO])


def test_ten_equal_columns_of_a_family_are_one_piece_of_evidence() -> None:
    column = np.arange(20.0)
    one = TailEvidence(("value",)).fit(column[:, None]).transform(column[:, None])
    ten = np.tile(column[:, None], 10)
    np.testing.assert_allclose(TailEvidence(("value",) * 10).fit(ten).transform(ten), one, rtol=1e-9)


def test_a_family_of_many_features_is_no_more_often_suspicious_than_a_family_of_one() -> None:
    matrix = np.random.default_rng(5).normal(size=(20_000, 13))
    families = ("wide",) * 12 + ("narrow",)
    found = TailEvidence(families).fit(matrix).transform(matrix)
    # A tenth of the evidence reaches 0.699 (-log10 of 2 x 0.1), in each.
    np.testing.assert_allclose((found >= 0.699).mean(axis=0), [0.1, 0.1], atol=0.002)
    np.testing.assert_allclose((found > 0).mean(axis=0), [0.5, 0.5], atol=0.002)


def test_a_family_is_measured_among_the_rmas_for_which_it_is_known() -> None:
    # Known for 100 of 10,000 only: the largest is one in a hundred, not one in ten thousand.
    values = np.full((10_000, 1), np.nan)
    values[:100, 0] = np.arange(100.0)
    found = TailEvidence(("rare",), tail_min=1_000).fit(values).transform(values)
    assert found[99, 0] == pytest.approx(-np.log10(4 / 102))
    assert not found[100:].any()


@pytest.mark.parametrize(("share", "least", "most"), [(0.003, 2.0, 2.4), (0.2, 0.3, 0.5), (0.6, 0.0, 0.0)])
def test_a_flag_is_evidence_by_its_rarity(share: float, least: float, most: float) -> None:
    flags = (np.arange(10_000) < share * 10_000).astype(np.float64)[:, None]
    found = TailEvidence(("flag",)).fit(flags).transform(np.array([[1.0], [0.0]]))
    assert least <= found[0, 0] <= most
    assert found[1, 0] == 0.0


def test_a_row_does_not_depend_on_its_company() -> None:
    matrix = np.random.default_rng(6).normal(size=(500, 9))
    step = TailEvidence(("a",) * 6 + ("b",) * 3).fit(matrix)
    together = step.transform(matrix)
    np.testing.assert_array_equal(np.vstack([step.transform(matrix[[row]]) for row in range(0, 500, 9)]), together[::9])


def test_a_column_that_is_hardly_known_gives_no_evidence() -> None:
    matrix = np.array([[0.0], [0.0], [0.0], [5.0], [np.nan]])
    assert TailEvidence(("value",), min_known=5).fit(matrix).evidence(np.array([[5.0]])).tolist() == [[0.0]]
    assert TailEvidence(("value",), min_known=4).fit(matrix).evidence(np.array([[5.0]]))[0, 0] > 0


def test_a_column_that_was_never_known_gives_no_evidence() -> None:
    step = TailEvidence(("value",)).fit(np.full((8, 1), np.nan))
    assert step.evidence(np.array([[1e9], [np.nan]])).tolist() == [[0.0], [0.0]]


@pytest.fixture(scope="module")
def learned() -> TailEvidence:
    """Return the evidence of two families of two columns, learnt from 300 RMAs."""
    matrix: FloatArray = np.random.default_rng(8).lognormal(size=(300, 4))
    return TailEvidence(("a", "a", "b", "b")).fit(matrix)


@given(st.lists(st.floats(0, 50), min_size=4, max_size=4), st.integers(0, 3), st.floats(0, 1e9))
@settings(max_examples=150, deadline=None)
def test_a_higher_value_never_lowers_its_familys_evidence(
    learned: TailEvidence, values: list[float], column: int, by: float
) -> None:
    before = np.array([values])
    after = before.copy()
    after[0, column] += by
    assert (learned.transform(after) >= learned.transform(before) - 1e-9).all()
