"""What identifies a run's request: its moment, its settings, the program.

What belongs here is light: the command line asks it whether there is anything to do before it loads the rest.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files

from engines.program import contents
from pipelines.errors import WrongArgumentError
from pipelines.settings import Settings
from sql import own_sources

PACKAGES = ("dashboards", "engines", "features", "models", "pipelines", "sql")


def parse_as_of(text: str) -> datetime:
    """Return an ISO 8601 moment in UTC, without zone; ReturnwatchError where it is none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise WrongArgumentError(f"--as-of {text}: not an ISO 8601 moment; write it as 2026-11-23T06:00:00Z") from None
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def request_digest(settings: Settings, as_of: str, verdicts: str = "") -> str:
    """Return what identifies a run's request: its settings, its moment, people's verdicts and the program itself.

    Two runs with the same digest on the same files publish the same tables. How pages are served changes none, nor
    on which engine features and scores are computed.
    """
    counted = settings.model_dump(mode="json", exclude={"serve", "reviews", "oidc", "spark"})
    asked = {"settings": counted, "as_of": as_of, "verdicts": verdicts, "program": program_digest()}
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


@cache
def program_digest() -> str:
    """Return a hash of the program's own files and the user's own sources.

    So what changed never takes old tables for new ones.
    """
    digest = hashlib.sha256()
    for package in PACKAGES:
        for name, content in contents(files(package), package):
            digest.update(name.encode() + b"\0" + content + b"\0")
    own = own_sources()
    for name, content in contents(own, "own") if own else ():
        digest.update(name.encode() + b"\0" + content + b"\0")
    return digest.hexdigest()
