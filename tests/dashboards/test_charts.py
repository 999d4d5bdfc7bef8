"""Labels beside bars: long ones in two lines, so that a telephone shows bar and label."""

from __future__ import annotations

import pytest

from dashboards.charts import in_lines


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", ""),
        ("Window (days): 14", "Window (days): 14"),
        ("Rücknahmegebühr (Anteil): 20 %", "Rücknahmegebühr<br>(Anteil): 20 %"),
        ("a label of 24 characters", "a label of 24 characters"),
        ("a label of 24 characters, and one more", "a label of 24<br>characters, and one more"),
        ("a" * 30, "a" * 24 + "<br>" + "a" * 6),
        ("Lamp " + "b" * 40, "Lamp<br>" + "b" * 23 + "…"),
        ("<i>no mark of a reader's</i>", "&lt;i&gt;no mark of a<br>reader's&lt;/i&gt;"),
    ],
)
def test_a_long_label_stands_in_two_lines(text: str, told: str) -> None:
    assert in_lines(text) == told
