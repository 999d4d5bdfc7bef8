"""Write a shop with abuse in it: ``python -m tests.injection --base bads --out DIR --truth FILE --seed 1``."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from tests.injection.fashion import bads
from tests.injection.inject import ABUSE_RATE, BOLDNESS, injected
from tests.injection.retail import online_retail
from tests.injection.write import Manner, write

BASES = {"online_retail": online_retail, "bads": bads}
DATA = Path(__file__).parents[3] / "shared" / "data"


def main(arguments: list[str]) -> None:
    """Write the landing folder and the truth, and say how many rows there are."""
    asked = argparse.ArgumentParser(prog="python -m tests.injection")
    asked.add_argument("--base", choices=sorted(BASES), required=True)
    asked.add_argument("--out", type=Path, required=True, help="landing folder")
    asked.add_argument("--truth", type=Path, required=True)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--orders", type=int, default=30_000)
    asked.add_argument("--abuse-rate", type=float, default=ABUSE_RATE)
    asked.add_argument("--boldness", type=float, default=BOLDNESS, help="how bold the least bold actors are, 0 to 1")
    asked.add_argument("--drop", nargs="*", default=[], help="columns that the shop does not have")
    asked.add_argument("--bare", action="store_true", help="orders, lines and bare returns only")
    asked.add_argument("--data", type=Path, default=DATA, help="folder of the real data")
    options = asked.parse_args(arguments)
    shop = injected(
        BASES[options.base](options.data), options.orders, options.seed, options.abuse_rate, options.boldness
    )
    rows = write(shop, options.out, options.truth, Manner(frozenset(options.drop), options.bare))
    sys.stdout.write(json.dumps(rows) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
