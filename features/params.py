"""The figures by which features are computed: how much evidence outweighs what is usual."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FeatureParams:
    """How strongly rates are pulled towards what is usual; ValueError where a figure makes no sense.

    A rate of ``r`` returned of ``n`` bought lines becomes ``(r + weight * usual) / (n + weight)``, so a
    weight is the number of lines after which own experience counts as much as the usual rate.

    The defaults come from a fashion shop's 100,000 real order lines, the first 70 % in time predicting
    the rest: for items shrunken towards their brand, weights of 15 to 50 lines lose least (log loss
    0.677, against 0.686 at 5 and 0.680 at 100); for shoppers shrunken towards the shop, 5 (0.673,
    against 0.690 at 2 and 0.680 at 20). The sizes and colours of a style come back alike: on the lines
    between 40 % and 70 % in time, 100 lines of a style's rate in that of one of them lose less than 20,
    and the predictions are better calibrated on the 30 % after them (docs/expected_returns.md).
    """

    item_prior_lines: float = 35.0
    """Weight of the category's rate in an item's, and of the whole shop's rate in a category's, in order lines."""
    variant_prior_lines: float = 100.0
    """Weight of a style's rate in that of one of its sizes and colours, in order lines."""
    prior_lines: float = 5.0
    """Weight of the population's rate in a shopper's, where the shoppers so far cannot tell it, in order lines."""
    min_prior_lines: float = 1.0
    """The least that the estimated weight may be: few shoppers can look more unlike each other than they are."""
    max_prior_lines: float = 100.0
    """The most that the estimated weight may be: no shop's shoppers are so alike that more would be credible."""
    initial_return_rate: float = 0.15
    """The shop's return rate before its exports tell one: about what online retail as a whole takes back."""
    least_surprise: float = 1.0
    """A sign that more than one in ``10 ** least_surprise`` peers show tells nothing."""
    least_excess: float = 0.5
    """So many signs of one owner as chance brings to one in ``10 ** least_excess`` owners are no excess."""
    least_again: float = 1.0
    """The same where the owner's RMA at hand shows the sign, too: that counts as a fact, and has to be surer."""
    least_deviation: float = 2.0
    """Up to so many standard deviations off what is usual are nothing unusual."""
    least_events: float = 30.0
    """Before the shop told so many events, nothing is called usual or unusual."""

    def __post_init__(self) -> None:
        """Refuse figures that would divide by zero or turn the bounds round."""
        if min(self.item_prior_lines, self.variant_prior_lines, self.prior_lines, self.min_prior_lines) <= 0:
            raise ValueError("the prior weights must be above 0 order lines")
        if self.max_prior_lines < self.min_prior_lines:
            raise ValueError("max_prior_lines must not be below min_prior_lines")
        if not 0 <= self.initial_return_rate <= 1:
            raise ValueError("initial_return_rate must lie between 0 and 1")
