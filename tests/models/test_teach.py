"""A detector is taught where verdicts say that it gets better, and stays as it is where they do not."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from features.contracts import Feature
from models.artifact import load, save
from models.detector import Detector, fit_detector
from models.faithful import faithfulness
from models.feedback import FeedbackParams
from models.params import DetectorParams
from models.rate import probability, rated, rated_raw
from models.reasons import reasons_for
from models.teach import teach

PARAMS = FeedbackParams()
IS_FRAUD = 0.35
"""Fraud has more unmatched units than this."""
AT = datetime(2026, 6, 1)  # noqa: DTZ001 - core timestamps are UTC without a zone


@pytest.fixture(scope="module")
def many() -> pl.DataFrame:
    """Return RMAs whose amounts tell nothing and whose unmatched units tell fraud."""
    rng = np.random.default_rng(5)
    return pl.DataFrame(
        {
            "rma_id": [f"r{k}" for k in range(3000)],
            "stage": ["request"] * 3000,
            "customer_id": [f"c{k % 400}" for k in range(3000)],
            "requested_at": [AT] * 3000,
            "orders_ever": [1.0] * 3000,
            "rma_amount": rng.lognormal(3, 1, 3000),
            "rma_units": rng.lognormal(3, 1, 3000),
            "unmatched_unit_share": rng.beta(0.3, 3, 3000),
            "hours_kept": rng.exponential(200, 3000),
        },
        schema_overrides={"requested_at": pl.Datetime("us")},
    )


@pytest.fixture(scope="module")
def plain(many: pl.DataFrame, catalogue: tuple[Feature, ...]) -> Detector:
    return fit_detector(many, DetectorParams(n_trees=25), catalogue)


def verdicts(many: pl.DataFrame, detector: Detector, n: int, seed: int | None = None) -> pl.DataFrame:
    """Return verdicts on the top of the queue: right ones, or by the toss of a coin."""
    order = np.argsort(-rated_raw(detector, many), kind="stable")[:n]
    asked = many[order]
    said = (asked["unmatched_unit_share"] > IS_FRAUD).cast(pl.Float64)
    if seed is not None:
        said = pl.Series(np.random.default_rng(seed).integers(0, 2, n).astype(np.float64))
    return pl.DataFrame({"rma_id": asked["rma_id"], "fraud_share": said, "decided_at": [AT] * n})


def test_the_sign_that_was_right_ranks_higher_afterwards(many: pl.DataFrame, plain: Detector) -> None:
    taught, found = teach(plain, many, many, verdicts(many, plain, 200), PARAMS, may_use=True)

    assert found.is_used
    assert found.n_verdicts == 200
    is_fraud = (many["unmatched_unit_share"] > IS_FRAUD).to_numpy()
    after, before = (np.argsort(-rated_raw(detector, many), kind="stable")[:150] for detector in (taught, plain))
    assert is_fraud[after].sum() > is_fraud[before].sum()
    assert taught.version != plain.version


def test_shadow_measures_and_leaves_the_score(many: pl.DataFrame, plain: Detector) -> None:
    same, found = teach(plain, many, many, verdicts(many, plain, 200), PARAMS, may_use=False)

    assert same is plain
    assert not found.is_used
    assert found.worth is not None
    assert found.worth.is_better


def test_few_verdicts_and_tossed_ones_leave_the_score(many: pl.DataFrame, plain: Detector) -> None:
    assert teach(plain, many, many, verdicts(many, plain, 12), PARAMS, may_use=True)[0] is plain
    tossed = [teach(plain, many, many, verdicts(many, plain, 200, seed), PARAMS, may_use=True)[1] for seed in range(8)]
    # one in twenty agrees with a coin as surely as is asked for, by chance, and there are two challengers
    assert sum(found.is_used for found in tossed) <= 2


def test_the_order_of_rows_changes_nothing(many: pl.DataFrame, plain: Detector) -> None:
    given = verdicts(many, plain, 200)
    one, _ = teach(plain, many, many, given, PARAMS, may_use=True)
    other, _ = teach(
        plain, many.sample(fraction=1, shuffle=True, seed=3), many.reverse(), given.reverse(), PARAMS, may_use=True
    )

    assert one.version == other.version


def test_the_taught_score_is_the_sum_of_its_parts_and_comes_back_from_disk(
    many: pl.DataFrame, plain: Detector, catalogue: tuple[Feature, ...], tmp_path: Path
) -> None:
    taught, _ = teach(plain, many, many, verdicts(many, plain, 200), PARAMS, may_use=True)
    rating = rated(taught, many)
    np.testing.assert_allclose(rating.base + rating.parts.sum(axis=1), rating.raw, rtol=0, atol=1e-9)

    save(taught, tmp_path / "taught.skops")
    again = load(tmp_path / "taught.skops", catalogue)

    np.testing.assert_array_equal(rated_raw(again, many), rating.raw)
    assert 0 < probability(again, rating.raw).min() < probability(again, rating.raw).max() < 1


def repeated(many: pl.DataFrame) -> pl.DataFrame:
    """Return verdicts on two RMAs of each of 80 shoppers, half of whom always cheat."""
    asked = many.head(80)["rma_id"].to_list() + many[400:480]["rma_id"].to_list()
    said = [float(int(rma[1:]) % 400 % 2 == 0) for rma in asked]
    return pl.DataFrame({"rma_id": asked, "fraud_share": said, "decided_at": [AT] * len(asked)})


def test_other_rmas_of_who_was_confirmed_come_first_and_say_why(many: pl.DataFrame, plain: Detector) -> None:
    taught, found = teach(plain, many, many, repeated(many), PARAMS, may_use=True)
    assert found.is_used

    others = many[800:880]
    rating = rated(taught, others)
    confirmed = np.arange(80) % 2 == 0
    assert np.median(rating.raw[confirmed]) > np.median(rating.raw[~confirmed]) + 3
    reasons = reasons_for(others, rating.parts, taught)
    told = [[reason["code"] for reason in found] for found in reasons]
    assert all(("FRAUD_CONFIRMED_BEFORE" in codes) == cheats for codes, cheats in zip(told, confirmed, strict=True))
    assert reasons[0][0]["value"] == pytest.approx(2.0, abs=0.3)
    faithful = faithfulness(taught, others, reasons)
    assert faithful.n_rmas_true == faithful.n_rmas > 70


def test_a_verdict_of_later_does_not_count_at_the_request(many: pl.DataFrame, plain: Detector) -> None:
    taught, _ = teach(plain, many, many, repeated(many), PARAMS, may_use=True)
    asked = many[800:801]
    later = asked.with_columns(requested_at=pl.lit(datetime(2026, 7, 1)))  # noqa: DTZ001 - as above

    assert rated_raw(taught, asked, at_request=True)[0] < rated_raw(taught, asked)[0]
    assert rated_raw(taught, later, at_request=True)[0] == rated_raw(taught, later)[0]


def test_contributions_of_another_detector_are_refused(many: pl.DataFrame, plain: Detector) -> None:
    taught, _ = teach(plain, many, many, repeated(many), PARAMS, may_use=True)
    with pytest.raises(ValueError, match="explain with that one"):
        reasons_for(many.head(3), rated(taught, many.head(3)).parts, plain)
