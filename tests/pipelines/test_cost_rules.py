from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from pipelines.core import store_cost_rules
from pipelines.cost_model import CostSettings
from pipelines.cost_rules import CostRule, rule_rows
from pipelines.errors import ReturnwatchError
from pipelines.settings import load_settings
from pipelines.warehouse import Warehouse

GLOBAL = {"assumed_contacts_per_return", "refund_is_net_of_restocking_fee"}
"""Rates that hold for a shop as a whole."""


def loaded(folder: Path, rule: str) -> tuple[CostRule, ...]:
    """Return the rules of a settings file with one rule."""
    place = folder / "given.toml"
    place.write_text(f"[[costs.rules]]\n{rule}\n", encoding="utf-8")
    return load_settings(place).costs.rules


def test_a_rule_becomes_a_row_for_each_rate_and_variant(tmp_path: Path) -> None:
    rules = loaded(
        tmp_path,
        'from = 2026-01-01\nto = 2026-12-31\ncarrier = " DHL "\nlabel = 4.39\nresale_share = { grade_b = 0.7 }',
    )
    head = (1, date(2026, 1, 1), date(2026, 12, 31), None, None, "dhl", None)
    ways = ("keep_it", "locker", "mail", "not_given", "pickup", "store")
    assert rule_rows(rules) == [
        *((*head, "label", way, Decimal("4.39")) for way in ways),
        (*head, "resale_share", "B", Decimal("0.7")),
    ]


def test_every_rate_that_can_differ_by_line_can_be_in_a_rule() -> None:
    assert CostSettings.model_fields.keys() - GLOBAL <= CostRule.model_fields.keys()
    assert not GLOBAL & CostRule.model_fields.keys()


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ('category = "Shirts"', r"costs\.rules\.0': the rule gives no rate"),
        ("from = 2026-02-01\nto = 2026-01-31\nlabel = 1", "ends on 2026-01-31, before it begins on 2026-02-01"),
        ("label = -1", r"costs\.rules\.0\.label"),
        ("salvage_share = 1.5", r"costs\.rules\.0\.salvage_share"),
        ('colour = "red"\nlabel = 1', "unknown key 'costs.rules.0.colour'"),
        ('return_method = "drone"\nlabel = 1', r"costs\.rules\.0\.return_method"),
        ("refurbish = { grade_z = 1 }", r"costs\.rules\.0\.refurbish"),
        ('from = "soon"\nlabel = 1', r"costs\.rules\.0\.from"),
        ('category = " "\nlabel = 1', r"costs\.rules\.0\.category"),
        ("assumed_contacts_per_return = 1", "unknown key"),
    ],
)
def test_a_rule_that_cannot_be_is_one_clear_error(tmp_path: Path, rule: str, told: str) -> None:
    with pytest.raises(ReturnwatchError, match=told) as error:
        loaded(tmp_path, rule)
    assert "\n" not in str(error.value)


def test_a_rule_can_come_from_a_variable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RETURNWATCH_COSTS__RULES", '[{"country": "DE", "label": "4.39"}]')
    (rule,) = load_settings().costs.rules
    assert (rule.country, rule.label) == ("de", Decimal("4.39"))


def test_rules_are_stored_in_their_order(tmp_path: Path) -> None:
    rules = [CostRule.model_validate({"category": "Bags", "support_cost": 1}), CostRule(support_cost=Decimal(2))]
    with Warehouse(tmp_path, "500MB") as warehouse:
        assert store_cost_rules(warehouse, rules) == 2
        stored = warehouse.frame("core.cost_rules")
        assert store_cost_rules(warehouse, []) == 0
        assert warehouse.frame("core.cost_rules").schema == stored.schema
    assert stored["category"].to_list() == ["bags", None]
    assert stored["value"].to_list() == [Decimal(1), Decimal(2)]
    assert stored.schema["valid_from"] == pl.Date
