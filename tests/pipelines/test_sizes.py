from __future__ import annotations

import pytest

from pipelines.sizes import bytes_of


@pytest.mark.parametrize(
    ("text", "n_bytes"),
    [("3GB", 3_000_000_000), ("800MiB", 838_860_800), ("1.5 KB", 1_500), ("2TiB", 2_199_023_255_552)],
)
def test_a_size_in_bytes(text: str, n_bytes: int) -> None:
    assert bytes_of(text) == n_bytes
