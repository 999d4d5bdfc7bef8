"""Signs of RMA lines, each weighed by how seldom it shows among peers, and counted in the shopper's ledger.

What belongs here: which yes-or-no facts of an RMA line are signs, when each was known, and who its peers are. What
does not: the counting itself (``ledger``), facts with a size (the families' own modules).

A sign weighs ``-log10`` of the chance that the shop's rate among the line's peers gave it: a worn coat among coats
that come back unworn says much, a worn shoe among worn shoes nothing. A shop where all do so has no sign.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import polars as pl

from features.learning import Gathered, Learner, Part
from features.ledger import SignRates, daily_signs, ledger_excess, rates_of, with_chance
from features.params import FeatureParams
from features.policy import LEAST_RATIO
from features.stages import Cases
from features.windows import CHANCE_UNITS

_KEY = ["rma_id", "stage"]


@dataclass(frozen=True, slots=True)
class Sign:
    """A yes-or-no fact of an RMA line (with its purchase): null where it could not show.

    ``weight`` and ``ledger`` name the features that it becomes (and ``before_of`` the ledger's second); ``known_at``
    dates it, ``by`` names its peers.
    """

    shows: pl.Expr
    known_at: str
    by: tuple[str, ...] = ()
    weight: str | None = None
    ledger: str | None = None


def before_of(ledger: str) -> str:
    """Return what the feature is called that tells a ledger where this RMA does not show the sign."""
    return f"{ledger.removesuffix('_ledger')}_before"


def _where(possible: pl.Expr, shows: pl.Expr) -> pl.Expr:
    """Return a sign that can only show where it is possible."""
    return pl.when(possible).then(shows.fill_null(value=False))


_REFUNDED = (pl.col("refund_amount") > 0) & pl.col("refunded_at").is_not_null()
_GRADE = pl.col("condition_grade")
NOT_THE_GOODS = ("wrong_item", "empty_box", "missing")
"""Grades that say that the goods are not in the parcel."""
_BACK = pl.col("is_return") & _GRADE.is_not_null()


MISCOUNT = 0.05
"""Of many units one in twenty may be missing by a slip of who counted, here or there."""

LATE_HOURS_A_DAY = 14
"""Late in the window is beyond so many hours of each of its days: the last two fifths of it."""


def is_short_of_units() -> pl.Expr:
    """Return whether more units of a line are missing than a miscount explains."""
    return pl.col("quantity") - pl.col("received_quantity") > MISCOUNT * pl.col("quantity")


SIGNS = (
    Sign(
        # A claim of loss speaks against a delivery: the better it is proven, the seldomer it is made.
        _where(pl.col("proven_at").is_not_null(), pl.col("claim_type") == "item_not_received"),
        "requested_at",
        ("delivery_proof",),
        weight="loss_claim_surprise",
        ledger="loss_claim_ledger",
    ),
    Sign(
        # A refund for which nothing has to be sent back.
        _where(pl.col("return_method").is_not_null() & pl.col("is_return"), pl.col("return_method") == "keep_it"),
        "requested_at",
        ("category",),
        weight="kept_goods_surprise",
        ledger="kept_goods_ledger",
    ),
    Sign(
        pl.col("claim_type").is_in(("missing_item", "damaged_in_transit")).fill_null(value=False),
        "requested_at",
        ("category",),
        weight="damage_claim_surprise",
        ledger="damage_claim_ledger",
    ),
    Sign(
        _where(
            pl.col("return_window_days") > 0,
            pl.col("is_return")
            & (
                pl.col("requested_at") - pl.coalesce("proven_at", "ordered_at")
                > pl.duration(
                    days=pl.when(pl.col("claim_type") == "warranty")
                    .then("warranty_days")
                    .otherwise("return_window_days")
                )
            ),
        ),
        "requested_at",
        ledger="late_request_ledger",
    ),
    Sign(
        _where(
            pl.col("received_quantity").is_not_null() & pl.col("is_return"),
            is_short_of_units(),
        ),
        "parcel_known_at",
        ledger="short_parcel_ledger",
    ),
    Sign(
        _where(pl.col("dock_received").is_not_null() & pl.col("is_return"), ~pl.col("dock_received")),
        "parcel_known_at",
        ("return_method",),
        weight="no_dock_receipt_surprise",
        ledger="no_dock_receipt_ledger",
    ),
    Sign(
        _where(_BACK, _GRADE.is_in(("C", "D"))),
        "inspection_known_at",
        ("category", "reason_code"),
        weight="poor_grade_surprise",
        ledger="poor_grade_ledger",
    ),
    Sign(
        # Used for an occasion: kept for most of the window, and used. Each alone is what everybody does, and who says
        # that the goods are broken has used them.
        _where(
            (pl.col("return_window_days") > 0)
            & pl.col("is_return")
            & (_GRADE.is_not_null() | pl.col("is_opened").is_not_null()),
            pl.when(_GRADE.is_not_null()).then(_GRADE.is_in(("B", "C", "D"))).otherwise("is_opened")
            & (
                pl.col("requested_at") - pl.coalesce("proven_at", "ordered_at")
                > pl.duration(hours=pl.col("return_window_days") * LATE_HOURS_A_DAY)
            ),
        ),
        "inspection_known_at",
        ("category", "reason_code"),
        weight="used_late_surprise",
        ledger="used_late_ledger",
    ),
    Sign(
        _where(_BACK, _GRADE == "D"),
        "inspection_known_at",
        ("category",),
        weight="scrap_surprise",
        ledger="scrap_ledger",
    ),
    Sign(
        _where(_BACK, _GRADE.is_in(NOT_THE_GOODS)),
        "inspection_known_at",
        ("reason_code",),
        weight="wrong_content_surprise",
        ledger="wrong_content_ledger",
    ),
    Sign(
        # Where several units were bought, the order line holds the serial of one of them.
        _where(
            pl.col("is_other_serial").is_not_null() & (pl.col("line_units") == 1),
            pl.col("is_other_serial"),
        ),
        "inspection_known_at",
        weight="serial_mismatch_surprise",
        ledger="serial_mismatch_ledger",
    ),
    Sign(
        _where(
            pl.col("refund_payment_fingerprint_hash").is_not_null() & pl.col("payment_fingerprint_hash").is_not_null(),
            (pl.col("refund_payment_fingerprint_hash") != pl.col("payment_fingerprint_hash"))
            & (pl.col("own_card_at") <= pl.col("requested_at")).fill_null(value=False).not_(),
        ),
        "outcome_known_at",
        ("payment_method",),
        weight="other_card_surprise",
        ledger="other_card_ledger",
    ),
    Sign(
        # Shops give credit for gifts, so gifts are peers of their own.
        _where(pl.col("refund_method").is_not_null(), pl.col("refund_method").is_in(("gift_card", "store_credit"))),
        "outcome_known_at",
        ("payment_method", "is_gift"),
        ledger="credit_refund_ledger",
    ),
    Sign(
        # A card that the account had not used before pays, and credit that anybody can spend comes out.
        _where(
            pl.col("refund_method").is_not_null() & pl.col("paid_by_new_card").is_not_null(),
            pl.col("refund_method").is_in(("gift_card", "store_credit")) & pl.col("paid_by_new_card"),
        ),
        "outcome_known_at",
        ("is_gift",),
        ledger="new_card_credit_ledger",
    ),
    Sign(
        # A refund of more than was paid, where all units were bought.
        _where(
            _REFUNDED & (pl.col("quantity") <= pl.col("matched_quantity")) & (pl.col("paid_amount") > 0),
            pl.col("refund_amount").cast(pl.Float64) > LEAST_RATIO * pl.col("paid_amount").cast(pl.Float64),
        ),
        "outcome_known_at",
        ledger="above_paid_ledger",
    ),
    Sign(
        _where(pl.col("is_return"), ~pl.col("is_matched")),
        "requested_at",
        ledger="no_purchase_ledger",
    ),
    Sign(
        _where(
            _REFUNDED & pl.col("is_mailed") & pl.col("is_return"),
            pl.col("received_at").is_null() | (pl.col("received_at") > pl.col("refunded_at")),
        ),
        "outcome_known_at",
        ("return_method",),
        weight="refund_before_receipt_surprise",
        ledger="refund_before_receipt_ledger",
    ),
    Sign(
        _where(_REFUNDED & pl.col("is_return") & pl.col("restocking_fee").is_not_null(), pl.col("restocking_fee") == 0),
        "outcome_known_at",
        ("category", "reason_code"),
        weight="fee_waived_surprise",
    ),
)


def _gather(part: Part) -> Gathered:
    """Return how often each sign (by its number) could show, and did, by day and peers."""
    return {str(number): daily_signs(_events(part.purchased, sign), sign.by) for number, sign in enumerate(SIGNS)}


def _learn(gathered: Gathered, params: FeatureParams) -> partial[pl.DataFrame]:
    """Learn how often each sign shows among its peers."""
    rates = tuple(rates_of(gathered[str(number)], sign.by, params) for number, sign in enumerate(SIGNS))
    return partial(_tell_signs, rates=rates, least_surprise=params.least_surprise)


LEARNER = Learner(_gather, _learn)


def _events(lines: pl.DataFrame, sign: Sign) -> pl.DataFrame:
    """Return the lines as events of a sign."""
    return lines.select(
        "rma_id", "customer_id", pl.col(sign.known_at).alias("known_at"), sign.shows.alias("sign"), *sign.by
    )


def _tell_signs(cases: Cases, rates: tuple[SignRates, ...], least_surprise: float) -> pl.DataFrame:
    """Return the surprise of each sign, the highest of an RMA's lines, and the shopper's ledger of it."""
    now = cases.purchased
    past = cases.past_purchased
    told = cases.rows
    for sign, rate in zip(SIGNS, rates, strict=True):
        # As of the day when it was known: not even the RMA's own fact is in the rate then.
        day = pl.min_horizontal(pl.col(sign.known_at).dt.date(), "day").alias("day")
        own = now.select(*_KEY, day, sign.shows.alias("sign"), *sign.by)
        if sign.weight:
            told = told.join(
                _surprise(own, rate, least_surprise).rename({"surprise": sign.weight}),
                on=_KEY,
                how="left",
                maintain_order="left",
            )
        if sign.ledger:
            excess = ledger_excess(cases.rows, own, _events(past, sign), rate)
            told = told.with_columns(excess["again"].alias(sign.ledger), excess["before"].alias(before_of(sign.ledger)))
    return told.drop("stage_at", "customer_id", "requested_at", "day")


def _surprise(own: pl.DataFrame, rates: SignRates, least: float) -> pl.DataFrame:
    """Return how seldom a shown sign shows among peers, as a power of ten; 0 where it did not, or up to ``least``.

    An RMA of many lines has many chances to show something seldom. So the chance of a line that shows it is that of
    all of the RMA's lines that would have surprised as much, over how many of these do: one worn coat among twenty says
    a twentieth of what one alone says, twenty worn ones as much.
    """
    told = own.drop_nulls("sign")
    showing = told.join(told.filter("sign").select(_KEY).unique(), on=_KEY, how="semi")
    weighed = with_chance(showing, rates).sort(*_KEY, "chance")
    running = weighed.select(
        *_KEY,
        "chance",
        "sign",
        chances=pl.col("chance").cast(pl.Int64).cum_sum().over(_KEY),
        shown=pl.col("sign").cast(pl.Int64).cum_sum().over(_KEY),
    ).with_columns(pl.col("chances", "shown").max().over(*_KEY, "chance"))
    share = (pl.col("chances") / pl.col("shown") / CHANCE_UNITS).clip(upper_bound=1)
    surprise = -share.log10()
    weight = pl.when(surprise > least).then(surprise).otherwise(0.0)
    found = running.filter("sign").group_by(_KEY).agg(surprise=weight.max())
    all_of = told.select(_KEY).unique().join(found, on=_KEY, how="left")
    return all_of.with_columns(pl.col("surprise").fill_null(0.0))
