"""A shop's core frames together, as the features read them.

What belongs here: which frames there are, their columns and types, and taking out the rows of some shoppers.
What does not: what any row means for an RMA.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from features.contracts import CORE_FRAMES


@dataclass(frozen=True, slots=True)
class Shop:
    """The frames of ``contracts.CORE_FRAMES``; any may be empty."""

    order_lines: pl.DataFrame
    rma_lines: pl.DataFrame
    products: pl.DataFrame
    orders: pl.DataFrame
    customers: pl.DataFrame
    support_contacts: pl.DataFrame
    chargebacks: pl.DataFrame

    @staticmethod
    def of(frames: Mapping[str, pl.DataFrame]) -> Shop:
        """Return the shop of these frames; one that is not there is empty.

        ValueError names the columns that a frame lacks.
        """
        return Shop(**{name: core_frame(name, frames.get(name, _empty(name))) for name in CORE_FRAMES})

    def of_shoppers(self, shoppers: pl.Series, rma_lines: pl.DataFrame) -> Shop:
        """Return what some shoppers did, with these RMA lines and the orders that they name; products stay whole."""
        named = pl.DataFrame({"customer_id": shoppers.drop_nulls().unique()}, schema={"customer_id": pl.String})
        ordered = pl.concat(
            [
                self.orders.join(named, on="customer_id", how="semi").select("order_id"),
                self.order_lines.join(named, on="customer_id", how="semi").select("order_id"),
                rma_lines.select("order_id"),
            ]
        )
        orders = ordered.drop_nulls().unique()
        return replace(
            self,
            order_lines=_those(self.order_lines, orders),
            rma_lines=rma_lines,
            orders=_those(self.orders, orders),
            customers=_those(self.customers, named),
            support_contacts=_those(self.support_contacts, named),
            chargebacks=_those(self.chargebacks, orders),
        )


def _those(frame: pl.DataFrame, keys: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of a frame with one of the keys (a single column), in the frame's order."""
    return frame.join(keys, on=keys.columns, how="semi", maintain_order="left")


def core_frame(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Return the columns of a core frame in their types; ValueError names the columns that are missing."""
    schema = CORE_FRAMES[name].schema
    missing = [column for column in schema if column not in frame.columns]
    if missing:
        raise ValueError(f"features need the columns {', '.join(missing)} of {name}")
    return frame.select(pl.col(column).cast(dtype) for column, dtype in schema.items())


def _empty(name: str) -> pl.DataFrame:
    """Return a core frame without rows."""
    return pl.DataFrame(schema=CORE_FRAMES[name].schema)
