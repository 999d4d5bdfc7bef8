from __future__ import annotations

import contextlib
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipelines.ingest import sandbox
from pipelines.ingest.sandbox import SLOW_TO_PLAN, SharedSandbox
from pipelines.ingest.stage import stage_file
from tests.ingest_tools import KEY, MEMORY, delivered

RETURNS = "rma_id,sku,quantity,requested_at,status,reason_code,is_opened,refund_amount,currency\n" + "".join(
    f"R{n},00{n},{n % 3 + 1},2026-01-{n % 28 + 1:02d},{status},{reason},{opened},{n}.5,EUR\n"
    for n in range(40)
    for status, reason, opened in [
        (("refunded", "Received", "lost?")[n % 3], ("defective", "n/a", "")[n % 3], ("yes", "0", "maybe")[n % 3])
    ]
)


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    (tmp_path / "staging").mkdir()
    delivered(tmp_path, "returns.csv", RETURNS.encode())
    return tmp_path


def staged_rows(landing: Path) -> tuple[int, list[dict[str, object]]]:
    """Stage the file as a reader does; return its refused rows, and all rows as they were staged."""
    file = delivered(landing, "returns.csv", RETURNS.encode())
    with contextlib.closing(SharedSandbox(landing.resolve())) as shared:
        staged = stage_file(file, landing.resolve() / "staging", KEY, MEMORY, open_duckdb=shared.open)
    assert staged.place is not None
    return staged.rows_quarantined, pq.read_table(staged.place).to_pylist()


def test_small_and_large_files_are_read_alike(landing: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small = staged_rows(landing)
    monkeypatch.setattr(sandbox, "SMALL_BYTES", 0)
    assert staged_rows(landing) == small
    assert small[0] == 13


def test_a_small_file_gets_a_duckdb_that_plans_quickly_and_a_large_one_another(landing: Path) -> None:
    large = landing / "large.csv"
    large.write_bytes(b"x" * (sandbox.SMALL_BYTES + 1))
    seen = []
    with contextlib.closing(SharedSandbox(landing.resolve())) as shared:
        for file in (landing / "small.csv", large, landing / "small.csv"):
            with shared.open(landing / "staging", file.resolve(), KEY, MEMORY) as connection:
                ((off,),) = connection.execute("select current_setting('disabled_optimizers')").fetchall()
                seen.append((id(connection), off))
    assert [off for _, off in seen] == [SLOW_TO_PLAN, "", SLOW_TO_PLAN]
    assert seen[0] == seen[2]
