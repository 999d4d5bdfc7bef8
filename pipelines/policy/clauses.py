"""The clauses that can be changed, and what is assumed of each.

Belongs here: names, settings and assumptions. Does not: what a clause does to a line
(``sql/reports/replay_policy.sql``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from pipelines.errors import WrongArgumentError

Setting = int | bool | Decimal
Row = dict[str, Setting | str | None]
"""One policy, as a row of the published grid of settings."""

MOST_DAYS = 36_500
MOST_MONEY = Decimal(1_000_000_000)
PLACES = -4
"""Settings have four decimals, as money has."""
TOGETHER = "together"


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: how its setting is read (ValueError where it cannot), what it may be, what is assumed."""

    name: str
    read: Callable[[str], Setting]
    accepts: str
    assumption: str


def _days(text: str) -> int:
    """Return a whole number of days."""
    days = int(text)
    if not 0 <= days <= MOST_DAYS:
        raise ValueError(text)
    return days


def _number(text: str, most: Decimal) -> Decimal:
    """Return a number from 0 to ``most`` with at most four decimals."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(text) from None
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or exponent < PLACES or not 0 <= number <= most:
        raise ValueError(text)
    return number


def _share(text: str) -> Decimal:
    """Return a share."""
    return _number(text, Decimal(1))


def _money(text: str) -> Decimal:
    """Return an amount of the reporting currency."""
    return _number(text, MOST_MONEY)


def _yes(text: str) -> bool:
    """Return true; a clause that only ``yes`` changes."""
    if text != "yes":
        raise ValueError(text)
    return True


def _no(text: str) -> bool:
    """Return false; a clause that only ``no`` changes."""
    if text != "no":
        raise ValueError(text)
    return False


DAYS, SHARE = "a whole number of days, 0 or more", "a share from 0 to 1, with at most four decimals"

CLAUSES = (
    Clause(
        "window_days",
        _days,
        DAYS,
        "window_days holds for every product and without exception: an ordinary return requested later is refused at "
        "the request, and so are those that were accepted late. What was denied as late and would be in time is "
        "accepted, at an estimated cost.",
    ),
    Clause(
        "warranty_days",
        _days,
        DAYS,
        "warranty_days holds for warranty claims as window_days does for ordinary returns.",
    ),
    Clause(
        "unopened_only",
        _yes,
        "yes (what was refused because it was opened is not known, so that no cannot be replayed)",
        "unopened_only refuses opened goods at the inspection, unless the reason lies with the shop: label, handling "
        "and support are spent, and sending the goods back costs the outbound shipping that is won.",
    ),
    Clause(
        "restocking_fee_share",
        _share,
        SHARE,
        "restocking_fee_share is taken of the refund before fees, on ordinary returns that came back opened or arrived "
        "without an authorization, unless the reason lies with the shop; it takes the place of the fee charged.",
    ),
    Clause(
        "store_credit_from_day",
        _days,
        DAYS,
        "store_credit_from_day turns refunds into store credit from that day after delivery on (0: all), unless the "
        "reason lies with the shop. The credit is spent in full, so that only payment fees are saved.",
    ),
    Clause(
        "keep_it_below",
        _money,
        "an amount of the reporting currency, with at most four decimals",
        "keep_it_below refunds RMAs that ask back less than that without their goods: label, handling, refurbishing "
        "and write-off are saved, the resale is lost. Nobody asks more often because of it.",
    ),
    Clause(
        "free_label",
        _no,
        "no (what shoppers paid for labels is not known, so that yes cannot be replayed)",
        "free_label=no has shoppers pay the label of ordinary returns, unless the reason lies with the shop.",
    ),
)
"""Every clause, in the order of the columns of the grid of settings."""

GENERAL = (
    "Everybody buys and returns as they did: nobody returns sooner to be in time, gives another reason, or stays away.",
    "A line saves its own rows of the ledger, shared costs as the ledger splits them.",
    "Support contacts are never saved: people write all the same.",
    "RMAs that are still open count with what they have cost so far.",
    "The law is not looked at: rights of withdrawal and of warranty may forbid a clause.",
)


def read_changes(changes: Sequence[str]) -> dict[str, Setting]:
    """Return the setting of each changed clause, in the order of the clauses; WrongArgumentError for a wrong one."""
    known = {clause.name: clause for clause in CLAUSES}
    found: dict[str, Setting] = {}
    for change in changes:
        name, equals, text = (part.strip() for part in change.partition("="))
        if name not in known or not equals:
            raise WrongArgumentError(f"--change {change}: not a clause=setting; there are {', '.join(known)}")
        if name in found:
            raise WrongArgumentError(f"--change {change}: {name} is given twice; give it once")
        try:
            found[name] = known[name].read(text)
        except ValueError:
            raise WrongArgumentError(f"--change {change}: {name} is {known[name].accepts}") from None
    return {name: found[name] for name in known if name in found}


def read_loss(text: str) -> Decimal:
    """Return the assumed share of purchases that is lost; WrongArgumentError for what is none."""
    try:
        return _share(text)
    except ValueError:
        raise WrongArgumentError(f"--assumed-loss {text}: is {SHARE}") from None


def shown(setting: Setting) -> str:
    """Return a setting as it is written on the command line."""
    if isinstance(setting, bool):
        return "yes" if setting else "no"
    return f"{setting:f}" if isinstance(setting, Decimal) else str(setting)


def policies(changes: dict[str, Setting], loss: Decimal) -> list[Row]:
    """Return the policies to replay: each change alone, and all of them together."""
    alone = [_row(f"{name}={shown(value)}", name, shown(value), {name: value}, loss) for name, value in changes.items()]
    return [*alone, _row(TOGETHER, TOGETHER, "all", changes, loss)]


def _row(scenario: str, clause: str, setting: str, changes: dict[str, Setting], loss: Decimal) -> Row:
    """Return one policy."""
    unchanged: Row = dict.fromkeys(clause.name for clause in CLAUSES)
    named: Row = {"scenario": scenario, "clause": clause, "setting": setting}
    switches: Row = {"unopened_only": False, "free_label": True}
    return {**named, **unchanged, **switches, **changes, "assumed_loss_share": loss}


def assumptions(changes: dict[str, Setting], loss: Decimal) -> list[str]:
    """Return what a replay of these changes takes for granted."""
    of_clauses = [clause.assumption for clause in CLAUSES if clause.name in changes]
    at_risk = (
        f"Sales at risk assume that honest shoppers who are refused, charged or given credit give up "
        f"{(100 * loss).normalize():f} % of what they bought in the last 365 days: sales, not margin."
    )
    return [*GENERAL, *of_clauses, at_risk]
