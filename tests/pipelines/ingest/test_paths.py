from __future__ import annotations

import pytest

from pipelines.ingest.paths import ShapeError, parse_path

ORDER: dict[str, object] = {
    "id": "7",
    "billing": {"email": "a@x.com", "street": ["1 Main St", "", "Flat 2"], "first": "Ann", "last": "Berg", "tags": []},
    "shipping": [],
    "lines": [{"sku": "A"}, {"sku": "B"}],
    "meta": [{"key": "colour", "value": "red"}, {"key": "Size", "value": "XL"}, "odd"],
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("id", "7"),
        ("ID", "7"),
        ("billing.email", "a@x.com"),
        ("billing.nothing", None),
        ("shipping.email", None),
        ("nothing.at.all", None),
        ("lines[1].sku", "B"),
        ("lines[2].sku", None),
        ("meta[key=colour].value", "red"),
        ("meta[key=Size].value", "XL"),
        ("meta[key=size].value", None),
        ("billing.street[*]", "1 Main St Flat 2"),
        ("billing.tags[*]", None),
        ("billing.first + billing.last", "Ann Berg"),
        ("billing.first + billing.middle", "Ann"),
        ("number | id", "7"),
        ("id | number", "7"),
        ("number | name", None),
    ],
)
def test_a_path_leads_to_a_value(path: str, value: object) -> None:
    assert parse_path(path).value_in(ORDER) == value


@pytest.mark.parametrize(
    "path", ["billing", "lines", "lines[0]", "id.x", "id[0]", "lines.sku", "lines[*]", "billing[0]"]
)
def test_a_value_of_another_shape_is_told(path: str) -> None:
    with pytest.raises(ShapeError) as caught:
        parse_path(path).value_in(ORDER)
    assert "Ann" not in str(caught.value)


@pytest.mark.parametrize("path", ["", "[0]", "a[x", "a..b", "a + ", "a[]", "a | [0]"])
def test_what_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match=r"is no path|begins with no name"):
        parse_path(path)


def test_a_path_begins_with_the_names_of_its_object() -> None:
    assert parse_path("a.b + c[0] | d").roots == {"a", "c", "d"}
