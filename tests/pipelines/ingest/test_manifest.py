from __future__ import annotations

import pytest

from pipelines.errors import ReturnwatchError
from pipelines.ingest.manifest import read_manifest

KIND = 'files = "o*"\ntable = "shop_orders"\nkey = ["id"]\n'
COLUMNS = '[orders.columns]\nId = { name = "id", kind = "id", required = true }\n'


def test_a_manifest_says_its_kinds_and_what_holds_for_all() -> None:
    found = read_manifest("shop", f'namespace = "both"\nmaps_version = 3\n[orders]\n{KIND}{COLUMNS}')
    assert (list(found.kinds), found.namespace, found.maps_version) == (["orders"], "both", 3)
    assert read_manifest("shop", "").namespace == "shop"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[orders", "not valid TOML"),
        ('colour = "red"', "unknown key 'colour'"),
        ('namespace = "A b"', "'namespace' must be"),
        ('maps_version = "x"', "'maps_version' must be a whole number"),
        (f"[orders]\n{KIND}fils = 1\n{COLUMNS}", r"\[orders\] unknown key 'fils'"),
        (f"[orders]\n{KIND}", r"\[orders\] 'columns' is missing"),
        (f"[orders]\n{KIND.replace('shop_orders', 'Shop Orders')}{COLUMNS}", "'table' must be a name"),
        (f"[orders]\n{KIND.replace('id', 'no|id')}{COLUMNS}", "'key' names 'no', which is no column"),
        (f'[orders]\n{KIND}{COLUMNS}X = {{ kind = "id" }}', "column 'X' needs a name"),
        (
            f'[orders]\n{KIND}{COLUMNS}X = {{ name = "x", kind = "colour" }}',
            "column 'X' has no kind that there is: id,",
        ),
        (f'[orders]\n{KIND}{COLUMNS}X = {{ name = "x", kind = "id", mop = 1 }}', "column 'X': unknown key 'mop'"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(text: str, message: str) -> None:
    with pytest.raises(ReturnwatchError, match=rf"^shop/manifest.toml: .*{message}"):
        read_manifest("shop", text)


def test_the_folder_of_a_source_has_a_plain_name() -> None:
    with pytest.raises(ReturnwatchError, match="the folder's name 'My Shop'"):
        read_manifest("My Shop", "")
