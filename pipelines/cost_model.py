"""The cost model: the ``[costs]`` section of the settings, the rates where an export gave no figure.

Belongs here: each rate, its default and its meaning. Does not: how a rate becomes an amount of the ledger
(``sql/reports/price_return_claims.sql``) or where the defaults come from (``docs/cost_model.md``). Every amount
is in the reporting currency. The defaults are starting points that a retailer replaces with figures of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

RateRow = tuple[str, str, Decimal]
"""One row of ``core.cost_rates``: the rate, its variant (empty where the rate has none), its value."""

Amount = Annotated[Decimal, Field(ge=0, max_digits=18, decimal_places=6)]
"""An amount of the reporting currency, or a count; zero or more, to six decimals."""

Share = Annotated[Decimal, Field(ge=0, le=1, decimal_places=6)]
"""A share, from 0 to 1, to six decimals."""


class Rates(BaseModel):
    """What all tables of rates share: they are frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class LabelRates(Rates):
    """What the shop pays to bring one parcel back, by return method."""

    mail: Amount = Field(Decimal("6.00"), description="A parcel handed to a carrier with the shop's label.")
    pickup: Amount = Field(Decimal("9.00"), description="A parcel fetched at the shopper's door.")
    locker: Amount = Field(Decimal("4.50"), description="A parcel left at a locker or a parcel shop.")
    store: Amount = Field(Decimal("0.00"), description="Goods handed in at a store.")
    keep_it: Amount = Field(Decimal("0.00"), description="Nothing is sent back.")
    not_given: Amount = Field(Decimal("6.00"), description="The export does not say how the goods came back.")


class RefurbishRates(Rates):
    """What it costs to make one unit fit for sale again, by the condition it came back in."""

    grade_a: Amount = Field(Decimal("0.00"), description="As new: back on the shelf as it is.")
    grade_b: Amount = Field(Decimal("2.00"), description="Light traces: cleaned and packed again.")
    grade_c: Amount = Field(Decimal("5.00"), description="Worn or opened: repaired, tested or sold elsewhere.")
    grade_d: Amount = Field(Decimal("0.00"), description="Scrap: nothing is done to it.")
    not_given: Amount = Field(Decimal("0.00"), description="The export does not grade what came back.")


class ResaleShares(Rates):
    """The share of a unit's cost that it is still worth, by the condition it came back in; the rest is lost."""

    grade_a: Share = Field(Decimal("1.00"), description="As new.")
    grade_b: Share = Field(Decimal("0.80"), description="Light traces.")
    grade_c: Share = Field(Decimal("0.40"), description="Worn or opened.")
    grade_d: Share = Field(Decimal("0.00"), description="Scrap.")
    not_given: Share = Field(Decimal("0.80"), description="The export does not grade what came back.")


class CostSettings(Rates):
    """The ``[costs]`` section: what a return costs where the export does not give the figure itself."""

    outbound_shipping: Amount = Field(
        Decimal("6.00"), description="Sending one order to the shopper; lost for the share of its units that returned."
    )
    label: LabelRates = LabelRates()
    handling_per_line: Amount = Field(Decimal("2.00"), description="Receiving one line of an RMA.")
    handling_per_unit: Amount = Field(Decimal("1.00"), description="Inspecting one unit received.")
    handling_units_max: Amount = Field(
        Decimal(20), description="Units of one line that are inspected at most: of more, a sample is."
    )
    refurbish: RefurbishRates = RefurbishRates()
    resale_share: ResaleShares = ResaleShares()
    payment_fee_share: Share = Field(
        Decimal("0.02"), description="Fees of the sale that are not given back, as a share of the refund."
    )
    payment_fee_fixed: Amount = Field(
        Decimal("0.25"), description="The fixed part of those fees, once for an RMA that is refunded."
    )
    gift_wrap: Amount = Field(
        Decimal("0.00"), description="Wrapping one gift order; lost for the share of its units that returned."
    )
    markdown_per_day: Share = Field(
        Decimal("0.00"),
        description="Share of what the goods are still worth that each day from sale to inspection takes.",
    )
    salvage_share: Share = Field(
        Decimal("0.00"), description="What scrap (grade D) brings, as a share of its unit cost."
    )
    supplier_claim_share: Share = Field(
        Decimal("0.00"), description="Share of what defective goods lost that suppliers pay."
    )
    carrier_claim_share: Share = Field(
        Decimal("0.00"), description="Share of what goods damaged or lost on the way cost that carriers pay."
    )
    credit_retained_share: Share = Field(
        Decimal("0.00"),
        description="Share of store credit and gift cards that stays with the shop: the margin of what is bought with "
        "them, and what is never spent.",
    )
    chargeback_fee: Amount = Field(
        Decimal("15.00"), description="What the bank charges for one chargeback, however it ends."
    )
    support_cost: Amount = Field(Decimal("5.00"), description="One contact with customer support.")
    assumed_contacts_per_return: Amount = Field(
        Decimal("0.30"), description="Contacts an RMA causes, used where no support contacts are exported at all."
    )
    unit_cost_share: Share = Field(
        Decimal("0.50"), description="A unit's cost as a share of the price paid, where no unit cost was delivered."
    )
    restocking_share: Share = Field(
        Decimal("0.00"), description="Restocking fee as a share of the refund, where the export gives no fee."
    )
    refund_is_net_of_restocking_fee: bool = Field(
        default=False,
        description="Whether exported refunds are already less the restocking fee, so that it is not counted again.",
    )


def rate_rows(costs: CostSettings) -> list[RateRow]:
    """Return the rows of ``core.cost_rates``, in the order of the settings; a yes is 1, a no is 0."""
    return [row for name, _ in CostSettings.model_fields.items() for row in _rows(name, getattr(costs, name))]


def _rows(name: str, value: Rates | Decimal | bool) -> Iterator[RateRow]:  # noqa: FBT001 - a setting's value, not a switch
    """Yield one row for a plain rate, and one for each variant of a table of rates."""
    if isinstance(value, Rates):
        for field in type(value).model_fields:
            yield name, variant_of(field), getattr(value, field)
    else:
        yield name, "", Decimal(value)


def variant_of(field: str) -> str:
    """Return the word that the core tables use for a setting: ``grade_a`` is grade ``A``."""
    return field.removeprefix("grade_").upper() if field.startswith("grade_") else field
