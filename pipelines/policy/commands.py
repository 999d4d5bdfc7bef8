"""The command ``returnwatch policy replay``: what changed clauses would have saved, for people and for programs."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from pipelines.commands import published_folder
from pipelines.console import print_json
from pipelines.policy.clauses import assumptions, policies, read_changes, read_loss, shown
from pipelines.policy.replay import Figure, Figures, Replay, replay
from pipelines.publish import read_manifest

MONEY = {
    "saved": "saved",
    "saved_refund": "  refund",
    "saved_outbound_shipping": "  outbound shipping",
    "saved_label": "  label",
    "saved_handling": "  handling",
    "saved_refurbish": "  refurbish",
    "saved_write_off": "  write-off",
    "saved_payment_fee": "  payment fee",
    "saved_restocking_fee": "  restocking fee",
    "saved_resale": "  resale",
    "saved_other": "  other",
    "saved_suspicious": "  of which on suspicious RMAs",
    "admitted_cost_estimate": "cost of admitted lines (estimate)",
    "credited_amount": "refunds that become credit",
    "sales_at_risk": "sales at risk (assumption)",
}
COUNTS = {
    "n_rmas_refused": "RMAs refused",
    "n_lines_refused": "lines refused",
    "n_lines_kept": "lines whose goods are kept",
    "n_lines_charged": "lines charged",
    "n_lines_credited": "lines credited",
    "n_lines_admitted": "lines admitted",
    "n_lines_not_handled": "parcels' lines not handled",
    "honest_shoppers_affected": "honest shoppers affected",
    "honest_shoppers_refused": "  refused",
    "honest_shoppers_charged": "  charged",
    "honest_shoppers_credited": "  credited",
    "queue_change": "flagged RMAs to look at",
    "n_unknown": "lines that exports do not tell",
}
ALWAYS = frozenset({"saved", "n_rmas_refused", "honest_shoppers_affected", "queue_change", "sales_at_risk"})
"""Rows that are shown even where nothing changes."""
LABEL_WIDTH = 34


def replay_policy(home: Path, changes: Sequence[str], loss: str, *, as_json: bool) -> None:
    """Replay changes of the policy on the published set and print what comes out."""
    asked, share = read_changes(changes), read_loss(loss)
    folder = published_folder(home)
    found = replay(folder, policies(asked, share))
    manifest = read_manifest(folder)
    told = assumptions(asked, share)
    if as_json:
        print_json(
            {
                "published": str(folder),
                "as_of": manifest["as_of"],
                "currency": manifest["reporting_currency"],
                "changes": {name: shown(setting) for name, setting in asked.items()},
                "base": _plain(found.base),
                "alone": [_plain(row) for row in found.alone],
                "together": _plain(found.together),
                "interaction": _plain(found.interaction),
                "assumptions": told,
            }
        )
        return
    sys.stdout.write("\n".join([*_head(found, manifest), *_table(found), "", "Assumed:", *_listed(told), ""]))


def _plain(figures: Figures) -> dict[str, Figure]:
    """Return figures as JSON has them: decimals as numbers."""
    return {name: float(figure) if isinstance(figure, Decimal) else figure for name, figure in figures.items()}


def _head(found: Replay, manifest: dict[str, object]) -> list[str]:
    """Return what was replayed on."""
    base = found.base
    money = f"{base['cost']:,.2f} {manifest['reporting_currency']}"
    return [
        f"{base['n_lines']:,} lines of {base['n_rmas']:,} RMAs, accepted or denied, that cost {money} net,",
        f"as of {manifest['as_of']}. Money is in {manifest['reporting_currency']}; what costs more is negative.",
        "",
    ]


def _table(found: Replay) -> list[str]:
    """Return one row a figure and one column a policy: each change alone, what they do to each other, and all."""
    columns = {str(row["scenario"]): row for row in found.alone}
    if len(found.alone) > 1:
        columns |= {"interaction": found.interaction, "together": found.together}
    widths = {name: max(len(name), 12) + 2 for name in columns}
    lines = [" " * LABEL_WIDTH + "".join(f"{name:>{width}}" for name, width in widths.items())]
    for figure, label in (MONEY | COUNTS).items():
        cells = [row[figure] for row in columns.values()]
        if figure in ALWAYS or any(cells):
            kind = ",.2f" if figure in MONEY else ",d"
            shown_cells = (f"{cell:{kind}}" for cell in cells)
            padded = (f"{cell:>{width}}" for cell, width in zip(shown_cells, widths.values(), strict=True))
            lines.append(f"{label:<{LABEL_WIDTH}}" + "".join(padded))
    return lines


def _listed(lines: Sequence[str]) -> list[str]:
    """Return lines as a list."""
    return [f"- {line}" for line in lines]
