from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from pipelines.cost_model import CostSettings, LabelRates, Rates, rate_rows, variant_of

DOCS = Path(__file__).parents[2] / "docs" / "cost_model.md"


def settings_of(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the dotted name and the default of every setting of the cost model."""
    for name, field in model.model_fields.items():
        if isinstance(field.default, Rates):
            yield from settings_of(type(field.default), f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", field


def test_the_rows_of_the_rates_table_are_the_settings_in_their_order() -> None:
    rows = rate_rows(CostSettings(label=LabelRates(pickup=Decimal("8.5")), refund_is_net_of_restocking_fee=True))
    assert rows[:3] == [
        ("outbound_shipping", "", Decimal(6)),
        ("label", "mail", Decimal(6)),
        ("label", "pickup", Decimal("8.5")),
    ]
    assert rows[-1] == ("refund_is_net_of_restocking_fee", "", Decimal(1))
    assert [variant for rate, variant, _ in rows if rate == "resale_share"] == ["A", "B", "C", "D", "not_given"]


def test_every_row_is_one_rate_of_one_variant_as_a_decimal() -> None:
    rows = rate_rows(CostSettings())
    assert len({(rate, variant) for rate, variant, _ in rows}) == len(rows) == len(list(settings_of(CostSettings)))
    assert {type(value) for _, _, value in rows} == {Decimal}


@pytest.mark.parametrize(("field", "variant"), [("grade_a", "A"), ("not_given", "not_given"), ("keep_it", "keep_it")])
def test_variants_are_words_of_the_core_tables(field: str, variant: str) -> None:
    assert variant_of(field) == variant


@pytest.mark.parametrize(
    "values",
    [
        {"handling": 1},
        {"label": {"drone": 1}},
        {"outbound_shipping": -1},
        {"outbound_shipping": "0.0000001"},
        {"resale_share": {"grade_a": "1.01"}},
        {"payment_fee_share": "nan"},
        {"support_cost": "inf"},
    ],
)
def test_a_rate_that_cannot_be_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        CostSettings.model_validate(values)


def test_rates_read_from_a_settings_file_are_exact() -> None:
    # TOML hands 4.9 over as a float.
    assert CostSettings.model_validate({"outbound_shipping": 4.9}).outbound_shipping == Decimal("4.9")


def test_settings_are_frozen() -> None:
    with pytest.raises(ValidationError):
        CostSettings().support_cost = Decimal(1)  # type: ignore[misc]


def test_goods_lose_value_and_cost_more_with_every_grade() -> None:
    shares, work = CostSettings().resale_share, CostSettings().refurbish
    assert shares.grade_a == 1 > shares.grade_b > shares.grade_c > shares.grade_d == 0
    assert work.grade_a == 0 < work.grade_b < work.grade_c


def test_importing_the_cost_model_is_cheap() -> None:
    program = (
        "import sys, pipelines.cost_model; print(sorted({'dagster', 'duckdb', 'polars', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(("name", "field"), list(settings_of(CostSettings)))
def test_every_rate_is_documented_with_its_default(name: str, field: Any) -> None:  # noqa: ANN401 - pydantic's field
    default = str(field.default).lower()
    assert f"| `{name}` | {default} | {field.description}" in DOCS.read_text(encoding="utf-8")
