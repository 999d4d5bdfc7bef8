import numpy as np
import polars as pl
import pytest

from models.detector import Detector, raw_score
from models.explain import contributions
from models.faithful import Faithfulness, faithfulness
from models.reasons import FALLBACK_CODE, Reason, reasons_for


def told(code: str) -> Reason:
    return Reason(code=code, text="", value=None, typical=None, contribution=1.0, customer_text="")


def test_every_reason_of_the_riskiest_tenth_is_true_to_its_score(shop: pl.DataFrame, detector: Detector) -> None:
    riskiest = shop[np.argsort(-raw_score(detector, shop), kind="stable")[:30]]
    reasons = reasons_for(riskiest, contributions(detector, riskiest), detector)
    found = faithfulness(detector, riskiest, reasons)
    assert found.n_rmas_true == found.n_rmas == 30
    assert found.n_reasons == sum(len(each) for each in reasons) > 30
    assert found.n_reasons_true >= 0.99 * found.n_reasons


def test_a_reason_that_does_not_bear_the_score_is_found_out(shop: pl.DataFrame, detector: Detector) -> None:
    outlier = shop.tail(1).with_columns(unmatched_unit_share=pl.lit(0.0))
    reasons = [[told("HIGH_VALUE"), told("NO_PURCHASE_FOUND")]]
    assert faithfulness(detector, outlier, reasons) == Faithfulness(2, 1, 1, 1)
    assert faithfulness(detector, outlier, [[told("NO_PURCHASE_FOUND")]]) == Faithfulness(1, 0, 1, 0)


@pytest.mark.parametrize("reasons", [[], [told(FALLBACK_CODE)]])
def test_a_combination_tells_no_fact_and_is_not_counted(
    shop: pl.DataFrame, detector: Detector, reasons: list[Reason]
) -> None:
    assert faithfulness(detector, shop.head(1), [reasons]) == Faithfulness(0, 0, 0, 0)
