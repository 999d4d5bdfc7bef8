"""The commands for people's rights: what they print."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from pipelines.console import print_json
from pipelines.privacy.forget import ForgetRequest, forget
from pipelines.privacy.rotate import rotate


def erase_person(  # noqa: PLR0913 - the command's options
    home: Path, customer: str, landing: Path | None, config: Path | None, *, is_dry_run: bool, as_json: bool
) -> None:
    """Erase a person and print the receipt."""
    receipt = forget(ForgetRequest(home, customer, landing, config, is_dry_run))
    if as_json:
        print_json(receipt)
        return
    sys.stdout.write("\n".join(_lines(receipt)) + "\n")


def change_key(home: Path, config: Path | None, *, as_json: bool) -> None:
    """Change the key and print what was hashed anew."""
    done = rotate(home, config)
    if as_json:
        print_json(done)
        return
    sys.stdout.write("\n".join(_rotated(done)) + "\n")


def _lines(receipt: dict[str, Any]) -> list[str]:
    """Return a receipt for people."""
    if receipt["status"] == "already_erased":
        done = (
            "the warehouse was written anew, without deleted bytes" if "compacted" in receipt else "nothing was changed"
        )
        return [f"This person was already erased, on {receipt['erased_at']}; {done}."]
    done = receipt["status"] == "erased"
    lines = ["Erased:" if done else "Would be erased (nothing was changed):"]
    lines += [f"  {name}: {rows:,} rows" for name, rows in receipt["rows"].items()]
    for name, tables in receipt["published"].items():
        lines.append(f"  published set {name}: {sum(tables.values()):,} rows in {len(tables)} tables")
    if receipt["decisions"]:
        lines.append(f"  decisions and their history: {receipt['decisions']:,} rows")
    if not done:
        return lines
    lines += [f"  {name}: written anew" for name in receipt["files_rewritten"]]
    lines += [f"  {name}: removed, the next run makes its own" for name in receipt["models_removed"]]
    lines += [f"STILL NAMES THE PERSON, erase it yourself: {name}" for name in receipt["files_still_naming"]]
    lines.append(receipt["delivered_files"])
    lines += [f"  still names the person: {name}" for name in receipt.get("delivered_files_still_naming", ())]
    lines += [f"  could not be searched: {name}" for name in receipt.get("delivered_files_not_searched", ())]
    return [*lines, f"Receipt: {receipt['receipt']} in the home"]


def _rotated(done: dict[str, Any]) -> list[str]:
    """Return what a change of the key did, for people."""
    if done["status"] == "already_rotated":
        return ["The home is hashed under this key already; nothing was changed."]
    lines = [f"Hashed under the new key: {sum(done['rows'].values()):,} rows in {len(done['rows'])} tables"]
    lines += [f"  published set {name}: written anew" for name in done["published"]]
    return [*lines, done["next"]]
