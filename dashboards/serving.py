"""What the serving side is told: plain values, checked by whoever reads the settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from dashboards.reviews.rules import ReviewRules

ANALYST, REVIEWER, ADMIN = "analyst", "reviewer", "admin"
ROLES = (ANALYST, REVIEWER, ADMIN)
LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True, slots=True)
class OidcSettings:
    """An identity provider that vouches for people. ``roles`` maps what ``role_claim`` says to a role of ours."""

    issuer: str
    client_id: str
    client_secret: str
    name_claim: str = "email"
    role_claim: str = "groups"
    roles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Desk:
    """What the review desk can do.

    ``capacity``: cases that the team looks at a day. ``due_within``: how long a case may wait for a decision.
    """

    capacity: int = 50
    due_within: timedelta = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ServeSettings:
    """How the dashboards are served.

    ``hosts`` are the names that browsers may call the server by; ``is_https`` is whether they speak TLS to it or to
    the proxy before it; ``proxies`` is how many proxies of one's own stand before it. ``active`` requests are worked
    on at a time in a worker, ``waiting`` more wait up to ``patience`` seconds; further ones are turned away with 503.
    """

    hosts: tuple[str, ...] = LOCAL_HOSTS
    is_https: bool = False
    proxies: int = 0
    session: timedelta = timedelta(hours=12)
    idle: timedelta = timedelta(minutes=60)
    active: int = 8
    waiting: int = 32
    patience: float = 5
    reviews_url: str | None = None
    rules: ReviewRules = field(default_factory=ReviewRules)
    desk: Desk = field(default_factory=Desk)
    oidc: OidcSettings | None = None
