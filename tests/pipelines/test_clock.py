from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pipelines.clock import now
from pipelines.errors import ReturnwatchError


def test_now_is_this_moment_in_utc_to_the_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    moment = now()
    assert moment.tzinfo is None
    assert moment.microsecond == 0
    assert abs(datetime.now(UTC).replace(tzinfo=None) - moment) < timedelta(minutes=1)


def test_an_epoch_stands_in_for_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    assert now() == datetime.fromisoformat("2026-01-01")


def test_an_empty_epoch_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "")
    assert now().year >= 2026


@pytest.mark.parametrize("text", ["soon", "1.5", "9" * 30])
def test_an_epoch_that_is_no_moment_is_an_error(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", text)
    with pytest.raises(ReturnwatchError, match=f"SOURCE_DATE_EPOCH={text}: not a number of seconds"):
        now()
