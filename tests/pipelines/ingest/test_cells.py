from __future__ import annotations

import pytest

from pipelines.ingest import cells
from pipelines.ingest.cells import CellsBuilder, masked_text, safe_name


def test_masked_text_is_the_shape_of_a_row() -> None:
    assert masked_text('17,"Zoë",zoe@x.com,+44 7700 900123,10.1.2.3') == '99,"xxx",xxx@x.xxx,+99 9999 999999,99.9.9.9'


def test_masked_text_leaves_no_letter_of_any_script_and_no_control() -> None:
    assert masked_text("Ł 東京 ٣ é\u0301\0\udcff|") == "x xx x xxxx|"


def test_masked_text_is_short() -> None:
    assert len(masked_text("a," * 10_000)) == 200


@pytest.mark.parametrize("name", ["order_id", "Order ID", "Größe", "Line-No.", "VAT (net)", "a/b #2"])
def test_names_are_told_as_they_are(name: str) -> None:
    assert safe_name(name) == name


@pytest.mark.parametrize(
    "name", ["jane@example.com", "7700900123", "+44 20", "10.0.0.1", "ref 4111111111111111", "x" * 61]
)
def test_what_looks_like_data_is_not_told(name: str) -> None:
    shown = safe_name(name)
    assert shown.startswith("'")
    assert not set(shown) - set("'x9@.+ ")


def test_rows_are_packed_batch_by_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "BATCH", 2)
    built = CellsBuilder(("a", "b"))
    for number in range(1, 6):
        built.add(number, [str(number), None])
    assert len(built.frames) == 2
    frame = built.finish()
    assert frame.to_dict(as_series=False) == {"row_number": [1, 2, 3, 4, 5], "a": list("12345"), "b": [None] * 5}


def test_no_rows_make_an_empty_frame() -> None:
    assert CellsBuilder(("a",)).finish().shape == (0, 2)
