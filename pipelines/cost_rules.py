"""Rules of the cost model: rates of their own for some lines of RMAs, by period, goods, way, carrier and country.

Belongs here: what a rule may say, and the rows of ``core.cost_rules`` that it becomes. Does not: the rates themselves
(``cost_model.py``), which rule holds for a line (``sql/reports/list_cost_rates.sql``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from pipelines.cost_model import Amount, CostSettings, LabelRates, Rates, Share, variant_of

RuleRow = tuple[int, date | None, date | None, str | None, str | None, str | None, str | None, str, str, Decimal]
"""One row of ``core.cost_rules``: the rule, its first and last day, what it names, the rate, its variant, its value."""

Word = Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, min_length=1)]
Method = Literal["mail", "pickup", "locker", "store", "keep_it", "not_given"]
Grade = Literal["grade_a", "grade_b", "grade_c", "grade_d", "not_given"]
NAMES = ("category", "return_method", "carrier", "country")
"""What a rule can name of a line: the more of them, the more specific it is."""


class CostRule(Rates):
    """Rates of their own for the RMA lines that a rule names, requested in its period.

    Of several rules that hold for a line and give the same rate, the one that names most of it wins; of those that
    name as much, the one that began later, then the one that stands later in the file. Words are compared without case.
    """

    since: date | None = Field(
        None, alias="from", description="First day of request (UTC); without it, every earlier day."
    )
    until: date | None = Field(None, alias="to", description="Last day of request (UTC); else all after.")
    category: Word | None = Field(None, description="Category of the goods.")
    return_method: Method | None = Field(None, description="How the goods come back.")
    carrier: Word | None = Field(None, description="Carrier that brings the goods back.")
    country: Word | None = Field(None, description="Country that the order was sent to, as it is delivered.")
    outbound_shipping: Amount | None = Field(None, description="As in `[costs]`.")
    label: Amount | None = Field(None, description="What a parcel costs, whatever its return method.")
    handling_per_line: Amount | None = Field(None, description="As in `[costs]`.")
    handling_per_unit: Amount | None = Field(None, description="As in `[costs]`.")
    handling_units_max: Amount | None = Field(None, description="As in `[costs]`.")
    refurbish: dict[Grade, Amount] = Field({}, description="As in `[costs.refurbish]`.")
    resale_share: dict[Grade, Share] = Field({}, description="As in `[costs.resale_share]`.")
    payment_fee_share: Share | None = Field(None, description="As in `[costs]`.")
    payment_fee_fixed: Amount | None = Field(None, description="As in `[costs]`.")
    gift_wrap: Amount | None = Field(None, description="As in `[costs]`.")
    markdown_per_day: Share | None = Field(None, description="As in `[costs]`.")
    salvage_share: Share | None = Field(None, description="As in `[costs]`.")
    supplier_claim_share: Share | None = Field(None, description="As in `[costs]`.")
    carrier_claim_share: Share | None = Field(None, description="As in `[costs]`.")
    credit_retained_share: Share | None = Field(None, description="As in `[costs]`.")
    chargeback_fee: Amount | None = Field(None, description="As in `[costs]`.")
    support_cost: Amount | None = Field(None, description="As in `[costs]`.")
    unit_cost_share: Share | None = Field(None, description="As in `[costs]`.")
    restocking_share: Share | None = Field(None, description="As in `[costs]`.")

    @model_validator(mode="after")
    def _possible(self) -> Self:
        """Refuse a rule that ends before it begins, or that gives no rate."""
        if self.since and self.until and self.until < self.since:
            told = {"since": str(self.since), "until": str(self.until)}
            raise PydanticCustomError("no_days", "the rule ends on {until}, before it begins on {since}", told)
        if not list(self.rates()):
            raise PydanticCustomError("no_rate", "the rule gives no rate, such as label = 4.95")
        return self

    def rates(self) -> Iterator[tuple[str, str, Decimal]]:
        """Yield each rate that the rule gives: its name, its variant, its value."""
        for name in CostRule.model_fields.keys() & CostSettings.model_fields.keys():
            value = getattr(self, name)
            if isinstance(value, dict):
                yield from ((name, variant_of(grade), one) for grade, one in value.items())
            elif value is not None:
                yield from (
                    (name, variant, value) for variant in (LabelRates.model_fields if name == "label" else ("",))
                )


class CostSection(CostSettings):
    """What a return costs where the export does not give the figure itself."""

    rules: tuple[CostRule, ...] = Field((), description="Rates of their own for some lines and days.")


def rule_rows(rules: Sequence[CostRule]) -> list[RuleRow]:
    """Return the rows of ``core.cost_rules``; rules are numbered from 1 in the order of the settings."""
    return [
        (number, rule.since, rule.until, rule.category, rule.return_method, rule.carrier, rule.country, *rate)
        for number, rule in enumerate(rules, 1)
        for rate in sorted(rule.rates())
    ]
