"""What identifies a run's request."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from pipelines.errors import WrongArgumentError
from pipelines.request import PACKAGES, parse_as_of, program_digest, request_digest
from pipelines.settings import Settings

ROOT = Path(__file__).parents[2]
SLOW = ("dagster", "sklearn", "alembic", "sqlalchemy", "plotly", "pandas", "great_expectations", "numpy")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-23", datetime(2026, 11, 23)),  # noqa: DTZ001 - UTC, as everywhere
        ("2026-11-23T06:00:00+02:00", datetime(2026, 11, 23, 4)),  # noqa: DTZ001 - UTC, as everywhere
        ("2026-11-23T06:00:00Z", datetime(2026, 11, 23, 6)),  # noqa: DTZ001 - UTC, as everywhere
    ],
)
def test_a_moment_is_taken_to_utc(text: str, moment: datetime) -> None:
    assert parse_as_of(text) == moment


def test_what_is_no_moment_is_told() -> None:
    with pytest.raises(WrongArgumentError, match="yesterday: not an ISO 8601 moment"):
        parse_as_of("yesterday")


def test_a_request_is_its_settings_its_moment_and_the_verdicts() -> None:
    settings = Settings()
    other = settings.model_copy(update={"review": settings.review.model_copy(update={"capacity": 7})})
    digests = {
        request_digest(settings, ""),
        request_digest(settings, "2026-01-01"),
        request_digest(settings, "", "some verdicts"),
        request_digest(other, ""),
    }
    assert len(digests) == 4
    assert request_digest(Settings(), "") in digests


def test_the_program_is_every_package() -> None:
    assert all((ROOT / package).is_dir() for package in PACKAGES)
    assert len(program_digest()) == 64


def test_whether_there_is_anything_to_do_is_known_without_what_takes_seconds_to_import() -> None:
    asked = f"import sys, pipelines.runner, pipelines.console; print([n for n in {SLOW} if n in sys.modules])"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, cwd=ROOT)
    assert told.stdout.strip() == "[]"
