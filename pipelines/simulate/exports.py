"""The simulation as a whole: a shop, what comes back to it, and the files that tell of both."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polars as pl

from pipelines.simulate.abuse import commit_abuse
from pipelines.simulate.baskets import lines_table
from pipelines.simulate.contacts import chargebacks_table, contacts_table
from pipelines.simulate.draw import Step, generator
from pipelines.simulate.honest import honest_plan
from pipelines.simulate.orders import orders_table
from pipelines.simulate.params import SimulationParams, SimulationSummary
from pipelines.simulate.parcels import send_back
from pipelines.simulate.plan import Plan
from pipelines.simulate.rebuy import buy_again
from pipelines.simulate.requests import Requests, make_requests
from pipelines.simulate.returns_table import returns_table, truth_table
from pipelines.simulate.rings import share_identities
from pipelines.simulate.settlement import settle
from pipelines.simulate.shop import Shop, open_shop
from pipelines.simulate.shoppers import customers_table
from pipelines.simulate.tenders import pay_with_others_cards
from pipelines.simulate.verdicts import verdicts_table
from pipelines.simulate.write import by_month, month_keys, write_csv

FOLDER = "canonical"
VERDICTS = "review_labels"


def simulate(out: Path, truth: Path, params: SimulationParams) -> SimulationSummary:
    """Write a made-up shop's exports under ``out/canonical`` and the truth about its RMAs at ``truth``.

    Files of the same names are replaced, others are left alone. ValueError where the truth would lie among
    the exports; OSError where a folder cannot be written.
    """
    folder = out / FOLDER
    if truth.resolve().is_relative_to(folder.resolve()):
        raise ValueError(f"the truth must lie apart from the exports: choose a path outside {folder}, not {truth}")
    shop, requests, tables = _tables(open_shop(params))
    files = _files(shop, tables)
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda item: write_csv(item[1], folder / item[0]), files.items()))
    write_csv(truth_table(requests), truth)
    rows = {name: table.height for name, table in tables.items() if name != VERDICTS}
    return SimulationSummary(
        **rows,
        rmas=len(requests.number),
        abuse_rmas=int((requests.archetype >= 0).sum()),
        files=len(files),
    )


def plan_returns(opened: Shop) -> tuple[Shop, Plan]:
    """Return what comes back, and the shop with the traces of abuse that were left before anything came back."""
    seed = opened.params.seed
    plan = commit_abuse(generator(seed, Step.ABUSE), opened, honest_plan(generator(seed, Step.RETURNS), opened))
    rng = generator(seed, Step.DISGUISES)
    shop = pay_with_others_cards(rng, share_identities(rng, opened, plan), plan)
    return buy_again(rng, shop, plan), plan


def _tables(opened: Shop) -> tuple[Shop, Requests, dict[str, pl.DataFrame]]:
    """Draw what comes back, and return the shop, the RMAs and every table to be exported, by name."""
    seed = opened.params.seed
    shop, plan = plan_returns(opened)
    requests = make_requests(generator(seed, Step.REQUESTS), shop, plan)
    parcels = send_back(generator(seed, Step.PARCELS), shop, requests)
    settlement = settle(generator(seed, Step.SETTLEMENT), shop, requests, parcels)
    rng = generator(seed, Step.CONTACTS)
    tables = {
        "orders": orders_table(shop.orders, shop.shoppers, shop.params),
        "order_lines": lines_table(shop.lines, shop.catalogue, shop.orders),
        "returns": returns_table(shop, requests, parcels, settlement),
        "products": shop.catalogue.table.sort("sku"),
        "customers": customers_table(shop.shoppers, shop.params),
        "support_contacts": contacts_table(rng, shop, requests),
        "chargebacks": chargebacks_table(rng, shop, requests, parcels),
    }
    if shop.params.verdict_share > 0:
        tables[VERDICTS] = verdicts_table(generator(seed, Step.VERDICTS), shop.params, requests)
    return shop, requests, tables


def _files(shop: Shop, tables: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Return the files by name: one a month for orders, their lines (the bulk, gzipped) and returns, else one."""
    months = month_keys(shop.params.start, shop.params.end)
    ordered = tables["orders"]["ordered_at"]
    dated = {
        "orders": (ordered, "csv"),
        "order_lines": (ordered.gather(shop.lines.order), "csv.gz"),
        "returns": (tables["returns"]["requested_at"], "csv"),
    }
    files = {
        f"{name}_{month}.{ending}": part
        for name, (moment, ending) in dated.items()
        for month, part in by_month(tables[name], moment, months).items()
    }
    return files | {f"{name}.csv": table for name, table in tables.items() if name not in dated}
