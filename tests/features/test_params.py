from __future__ import annotations

import pytest

from features.params import FeatureParams


def test_defaults_shrink_items_harder_than_shoppers() -> None:
    params = FeatureParams()

    assert params.item_prior_lines > params.prior_lines > params.min_prior_lines


@pytest.mark.parametrize(
    ("figures", "message"),
    [
        ({"item_prior_lines": 0.0}, "above 0"),
        ({"variant_prior_lines": 0.0}, "above 0"),
        ({"prior_lines": -1.0}, "above 0"),
        ({"min_prior_lines": 0.0}, "above 0"),
        ({"max_prior_lines": 0.5}, "max_prior_lines"),
        ({"initial_return_rate": 1.5}, "between 0 and 1"),
    ],
)
def test_figures_without_sense_are_refused(figures: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        FeatureParams(**figures)
