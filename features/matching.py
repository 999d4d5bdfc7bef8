"""Which purchase an RMA line gives back.

What belongs here: finding the order lines of returned units, surest way first. What does not: what the
purchase cost or when it arrived (core joins that on).

Three ways, the first that applies to an RMA line:

1. ``keys``: its order_id and line_id were delivered and that order line exists. What the export says
   stands, even where the units were returned before.
2. ``order_sku``: its order_id was delivered and that order exists. Lines of the order with that SKU and
   units still unreturned.
3. ``shopper_sku``: no order_id was delivered, and the shopper is known. The shopper's latest purchases of
   that SKU with units still unreturned.

A return that names an order is never priced from another one: where no such order exists, or only one that
was placed after the request, its purchase is unknown.

Requests are served in order of time, then of rma_id and rma_line_id, and every allocation takes its units
off the shelf for those after it. A purchase exists for a request when it was made by then, so what is
allocated never depends on later rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from features.contracts import MatchMethod

_ALLOCATIONS = {
    "rma_id": pl.String,
    "rma_line_id": pl.String,
    "order_id": pl.String,
    "line_id": pl.String,
    "quantity": pl.Int64,
    "match_method": pl.String,
}

_WAYS = {MatchMethod.ORDER_SKU: ("order_id", "sku"), MatchMethod.SHOPPER_SKU: ("customer_id", "sku")}
"""The ways that look for units on a shelf, and what names the shelf."""


def match_rma_lines(rma_lines: pl.DataFrame, order_lines: pl.DataFrame) -> pl.DataFrame:
    """Return one row an allocation of an RMA line's units to an order line; none where nothing was found.

    ``rma_lines``: rma_id, rma_line_id, customer_id, sku, quantity, requested_at, and order_id and line_id as
    delivered (nullable). ``order_lines``: order_id, line_id, customer_id, sku, quantity, ordered_at. The
    result (rma_id, rma_line_id, order_id, line_id, quantity, match_method) is sorted by its first four
    columns. Units that were asked for and not allocated have no known purchase.
    """
    asks, lines = _asks(rma_lines), _candidates(order_lines, rma_lines)
    keyed = _by_keys(asks, lines)
    searches = _searches(asks.join(keyed, on="ask", how="anti"), lines)
    allocations = pl.concat([keyed, _serve(keyed, searches, lines)])
    named = allocations.join(asks.select("ask", "rma_id", "rma_line_id"), on="ask").join(
        lines.select("line", "order_id", "line_id"), on="line"
    )
    return named.select(pl.col(name).cast(dtype) for name, dtype in _ALLOCATIONS.items()).sort(
        "rma_id", "rma_line_id", "order_id", "line_id"
    )


def _asks(rma_lines: pl.DataFrame) -> pl.DataFrame:
    """Return RMA lines in the order in which they are served, numbered (``ask``)."""
    order = ["requested_at", "rma_id", "rma_line_id", "sku", "order_id", "line_id", "quantity"]
    return rma_lines.select("customer_id", *order).filter(pl.col("quantity") > 0).sort(order).with_row_index("ask")


def _candidates(order_lines: pl.DataFrame, rma_lines: pl.DataFrame) -> pl.DataFrame:
    """Return the order lines that any RMA line could mean, numbered (``line``)."""
    columns = order_lines.select("order_id", "line_id", "customer_id", "sku", "quantity", "ordered_at")
    wanted = rma_lines.select("customer_id", "sku").unique().with_columns(is_wanted=pl.lit(value=True))
    named = rma_lines.select("order_id").unique().with_columns(is_named=pl.lit(value=True))
    marked = columns.join(wanted, on=["customer_id", "sku"], how="left").join(named, on="order_id", how="left")
    candidates = marked.filter((pl.col("is_named") | pl.col("is_wanted")) & (pl.col("quantity") > 0))
    return candidates.drop("is_wanted", "is_named").sort("order_id", "line_id").with_row_index("line")


def _by_keys(asks: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Allocate what the exports' own keys say: ``ask``, ``line``, ``quantity`` (no more than bought) and method."""
    bought = lines.select("line", "order_id", "line_id", "ordered_at", bought=pl.col("quantity"))
    return (
        asks.join(bought, on=["order_id", "line_id"])
        .filter(pl.col("ordered_at") <= pl.col("requested_at"))
        .select(
            "ask",
            "line",
            pl.min_horizontal("quantity", "bought").alias("quantity"),
            match_method=_method(MatchMethod.KEYS),
        )
    )


def _method(method: MatchMethod) -> pl.Expr:
    """Return a method's name as a column."""
    return pl.lit(method.value)


def _searches(asks: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Return which way each RMA line without keys looks for its purchase; those that cannot look are left out."""
    orders = lines.group_by("order_id").agg(pl.col("ordered_at").min().alias("order_at"))
    known = asks.join(orders, on="order_id", how="left")
    is_order = (pl.col("order_at") <= pl.col("requested_at")).fill_null(value=False)
    way = (
        pl.when(is_order)
        .then(_method(MatchMethod.ORDER_SKU))
        .when(pl.col("order_id").is_null() & pl.col("customer_id").is_not_null())
        .then(_method(MatchMethod.SHOPPER_SKU))
    )
    return known.with_columns(match_method=way).drop_nulls("match_method").drop("order_at", "line_id")


@dataclass(frozen=True, slots=True)
class _Shelf:
    """The order lines that one way can reach, by owner and from the earliest to the latest purchase.

    Position 0 is empty. ``skip[p]`` is ``p`` while the line there may hold units, else a position below it
    from which to look on, so that emptied lines are not walked over again and again.
    """

    lines: list[int]
    skip: list[int]

    def latest(self, position: int) -> int:
        """Return the highest position at or below this one that may hold units."""
        skip = self.skip
        while skip[position] != position:
            skip[position] = skip[skip[position]]
            position = skip[position]
        return position

    def take(self, first: int, last: int, asked: int, left: list[int]) -> Iterator[tuple[int, int]]:
        """Take units from the latest line of a range down, off ``left`` (units a line); yield line and units."""
        while asked and (position := self.latest(last)) >= first:
            line = self.lines[position]
            units = min(asked, left[line])
            if units:
                left[line] -= units
                asked -= units
                yield line, units
            if not left[line]:
                self.skip[position] = position - 1


def _serve(keyed: pl.DataFrame, searches: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Serve the searching RMA lines one after the other; keyed ones only take their units off in between.

    This is the one part that no column arithmetic can do: what is left for a request depends on all before it.
    """
    shelved = {way: _shelf_lines(lines, searches.filter(match_method=way.value), keys) for way, keys in _WAYS.items()}
    shelves = {way.value: _Shelf([-1, *frame["line"]], list(range(frame.height + 1))) for way, frame in shelved.items()}
    reached = pl.concat([frame.select("line") for frame in shelved.values()]).unique()
    ranges = [_ranges(searches.filter(match_method=way.value), frame, _WAYS[way]) for way, frame in shelved.items()]
    taken = keyed.join(reached, on="line", how="semi").select(
        "ask", "match_method", first=pl.col("line").cast(pl.Int64), last=pl.lit(0, pl.Int64), asked="quantity"
    )
    left: list[int] = lines["quantity"].to_list()
    rows: list[tuple[int, int, int, str]] = []
    for ask, way, first, last, asked in pl.concat([taken, *ranges]).sort("ask").iter_rows():
        if way == MatchMethod.KEYS:
            left[first] = max(0, left[first] - asked)
        else:
            rows.extend((ask, line, units, way) for line, units in shelves[way].take(first, last, asked, left))
    return pl.DataFrame(rows, schema=keyed.schema, orient="row")


def _shelf_lines(lines: pl.DataFrame, searches: pl.DataFrame, keys: tuple[str, str]) -> pl.DataFrame:
    """Return the lines that these searches can reach, in order of owner and purchase, at positions from 1 on.

    Of lines bought at the same moment the first by its keys comes last, so that it is taken first.
    """
    order = [*keys, "ordered_at", "order_id", "line_id"]
    reachable = lines.join(searches.select(keys).unique(), on=keys, how="semi")
    by = list(dict.fromkeys(order))
    ordered = reachable.sort(by, descending=[name in {"order_id", "line_id"} and name not in keys for name in by])
    return ordered.with_row_index("position", offset=1).with_columns(pl.col("position").cast(pl.Int64))


def _ranges(searches: pl.DataFrame, shelf: pl.DataFrame, keys: tuple[str, str]) -> pl.DataFrame:
    """Return for each search the positions of its owner's first line and of the last one bought by then."""
    firsts = shelf.group_by(keys).agg(pl.col("position").min().alias("first"))
    lasts = shelf.select(*keys, "ordered_at", last="position")
    return (
        searches.join(firsts, on=keys)
        .sort("requested_at")
        .join_asof(
            lasts.sort("ordered_at", maintain_order=True),
            left_on="requested_at",
            right_on="ordered_at",
            by=list(keys),
            check_sortedness=False,
        )
        .drop_nulls("last")
        .select("ask", "match_method", "first", "last", asked="quantity")
    )
