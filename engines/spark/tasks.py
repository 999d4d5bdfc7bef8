"""What runs on the cluster: the functions of ``features`` and ``models`` on the blocks of one bucket.

Each maker returns a task (``work.Task``). What a task knows of the whole shop was broadcast to it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

import polars as pl
import pyarrow as pa

from engines.parts import Rows, ShopWide, part_of, shop_of, tell
from engines.spark.blocks import packed, unpack
from engines.spark.types import Schema, to_arrow
from features.assemble import request_lines
from features.contracts import AT, CORE_FRAMES, MONEY, feature_schema
from features.learning import Gatherers
from features.rings import MEMBERSHIPS, links_between, memberships, shared_identifiers
from features.sightings import account_starts, sightings
from features.stages import with_knowledge
from models.params import DecisionParams

if TYPE_CHECKING:
    from models.detector import Detector

Known_co = TypeVar("Known_co", covariant=True)

SIGHTING: Schema = {"customer_id": pl.String, "kind": pl.String, "value": pl.String, "seen_at": AT}
ACCOUNT = "account"
"""The kind of the row that tells since when an account is known, beside the kinds of identifiers."""
GATHERED: Schema = {"step": pl.String(), "name": pl.String(), "rows": pl.Binary()}
"""Frames that a step gathered of a bucket, packed, by their names."""
PAIR: Schema = {"a": pl.String, "b": pl.String, "kind": pl.String, "since": AT}
LINK: Schema = {"since": AT, "a": pl.String, "b": pl.String}
RING: Schema = {**MEMBERSHIPS, "part": pl.String}
JUDGED: Schema = {
    "rma_id": pl.String,
    "customer_id": pl.String,
    "requested_at": AT,
    "stage": pl.String,
    "stage_at": AT,
    "ring_id": pl.String,
    "refund_amount": MONEY,
    "amount": MONEY,
    "raw_score": pl.Float64,
    "fraud_probability": pl.Float64,
    "has_evidence": pl.Boolean,
    "has_hard_evidence": pl.Boolean,
    "risk_score": pl.Float64,
    "risk_score_at_request": pl.Float64,
}
"""What the decision on an RMA among all others needs of it."""


class Broadcast(Protocol, Generic[Known_co]):
    """What Spark sends once to every worker."""

    @property
    def value(self) -> Known_co:
        """The thing itself."""


def _task(of_rows: Callable[[Rows], pl.DataFrame], schema: Schema) -> Callable[[pa.Table], pa.Table]:
    """Return the task that makes rows of a bucket's rows."""

    def run(blocks: pa.Table) -> pa.Table:
        """Unpack, compute, and hand over as Spark takes it."""
        return to_arrow(of_rows(unpack(blocks)), schema)

    return run


@dataclass(frozen=True, slots=True)
class Gathering:
    """What is gathered of each bucket, by name, and the products, which all need."""

    steps: Gatherers
    products: pl.DataFrame


def gathering(known: Broadcast[Gathering]) -> Callable[[pa.Table], pa.Table]:
    """Return the task that gathers of a bucket what families learn from."""
    return _task(lambda rows: gather(rows, known.value), GATHERED)


def gather(rows: Rows, known: Gathering) -> pl.DataFrame:
    """Return what each step gathers of a bucket (``GATHERED``)."""
    part = part_of(rows, known.products)
    found = [(name, table, packed(frame)) for name, step in known.steps.items() for table, frame in step(part).items()]
    return pl.DataFrame(found, schema=dict(GATHERED), orient="row")


def telling(known: Broadcast[ShopWide]) -> Callable[[pa.Table], pa.Table]:
    """Return the task that tells the features of a bucket's RMAs."""
    return _task(lambda rows: tell(part_of(rows, known.value.products), known.value), feature_schema())


def seeing() -> Callable[[pa.Table], pa.Table]:
    """Return the task that tells since when accounts are known, and their sightings."""
    return _task(see, SIGHTING)


def see(rows: Rows) -> pl.DataFrame:
    """Return the first sightings of a bucket's accounts, and a row of the kind ``ACCOUNT`` for each."""
    frames = {name: pl.DataFrame(schema=frame.schema) for name, frame in CORE_FRAMES.items()}
    shop = shop_of({**frames, **rows})
    shop = replace(shop, rma_lines=with_knowledge(request_lines(shop.rma_lines)))
    starts = account_starts(shop)
    known = starts.select("customer_id", kind=pl.lit(ACCOUNT), value=pl.lit(""), seen_at="since")
    return pl.concat([sightings(shop, starts), known])


def pairing() -> Callable[[pa.Table], pa.Table]:
    """Return the task that tells which accounts share the identifiers of a bucket."""
    return _task(lambda rows: shared_identifiers(rows["sightings"]), PAIR)


def linking() -> Callable[[pa.Table], pa.Table]:
    """Return the task that tells which pairs of a bucket share enough."""
    return _task(lambda rows: links_between(rows["shared"]), LINK)


def merging() -> Callable[[pa.Table], pa.Table]:
    """Return the task that merges a bucket's linked accounts in order of time."""
    return _task(merge, RING)


def merge(rows: Rows) -> pl.DataFrame:
    """Return the rings of a bucket's accounts; ``part`` is the bucket's own: rings are numbered within it."""
    links = rows["links"].sort("since", "a", "b")
    return memberships(links).with_columns(part=pl.lit(links["a"].min()))


def judging(detector: Broadcast[Detector], decision: DecisionParams) -> Callable[[pa.Table], pa.Table]:
    """Return the task that judges a bucket's RMAs by themselves."""

    def judged(rows: Rows) -> pl.DataFrame:
        """Return ``JUDGED`` of the RMAs of a bucket."""
        from models.score import judge  # noqa: PLC0415 - scikit-learn loads where RMAs are judged

        features = rows.get("features")
        if features is None:  # amounts of RMAs that have no features
            return pl.DataFrame(schema=JUDGED)
        no_amounts = pl.DataFrame(schema={"rma_id": pl.String, "refund_amount": MONEY})
        return judge(features, rows.get("amounts", no_amounts), detector.value, decision)

    return _task(judged, JUDGED)


def explaining(
    detector: Broadcast[Detector], decision: DecisionParams, schema: Schema
) -> Callable[[pa.Table], pa.Table]:
    """Return the task that gives reasons for a bucket's RMAs, in the columns of ``schema``."""

    def explained(rows: Rows) -> pl.DataFrame:
        """Return reasons and archetype of the RMAs of a bucket."""
        from models.score import explain_rmas  # noqa: PLC0415 - as above

        return explain_rmas(rows["features"], detector.value, decision)

    return _task(explained, schema)
