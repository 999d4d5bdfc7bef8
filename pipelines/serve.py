"""``returnwatch serve``: the dashboards and the review queue behind gunicorn, several processes with threads each.

Belongs here: what the settings mean for the server, and starting it. Does not: what it answers (``dashboards``).
"""

from __future__ import annotations

import ipaddress
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication

from dashboards.reviews.database import open_database
from dashboards.reviews.rules import ReviewRules
from dashboards.secrets import chain_key, session_key
from dashboards.serving import LOCAL_HOSTS, Desk, OidcSettings, ServeSettings
from pipelines.console import print_json
from pipelines.errors import ReturnwatchError
from pipelines.reviews import store_url
from pipelines.serve_settings import OidcSection, ServeSection
from pipelines.settings import Settings, load_settings

SPARE_THREADS = 8
"""Threads beside those that work or wait: they turn further requests away at once."""

SWITCH_SECONDS = 0.0005
"""How long a thread may go on while others want the interpreter: who decides waits for it at each statement."""


@dataclass(frozen=True, slots=True)
class ServeRequest:
    """What the command line asks; None where the settings say it."""

    home: Path
    config: Path | None = None
    host: str | None = None
    port: int | None = None


def serve(request: ServeRequest, *, as_json: bool = False) -> None:
    """Serve until a signal ends it. ReturnwatchError or StoreError, before anybody is let in, for what a user can mend.

    HUP begins anew with fresh processes, each when the old one has answered what it had; TERM ends in the same way.
    """
    settings = load_settings(request.config)
    place = settings.serve.model_copy(
        update={name: getattr(request, name) for name in ("host", "port") if getattr(request, name) is not None}
    )
    check_place(place)
    told = serve_settings(settings, place)
    open_database(request.home, told.reviews_url).dispose()
    chain_key(request.home)
    session_key(request.home)
    sys.stderr.write(f"Serving {request.home} on {address(place)}\n")
    if as_json:
        print_json({"address": address(place), "home": str(request.home)})
        sys.stdout.flush()
    Served(lambda: _server(request.home, told), options(place)).run()


def _server(home: Path, settings: ServeSettings) -> Any:  # noqa: ANN401 - what gunicorn calls is any WSGI application
    """Return the server, made in the process that answers.

    Pages read millions of lines: in batches that takes half the time and a fraction of the memory.
    """
    import polars as pl  # noqa: PLC0415 - as below

    from dashboards.app import mount  # noqa: PLC0415 - threads must begin after the process has
    from dashboards.server import create_server  # noqa: PLC0415 - as above

    pl.Config.set_engine_affinity("streaming")
    sys.setswitchinterval(SWITCH_SECONDS)
    return create_server(home, settings, mount)


def check_place(place: ServeSection) -> None:
    """Raise ReturnwatchError where passwords would go over a network in clear text."""
    is_safe = place.tls_certificate is not None or place.proxies > 0
    if not is_loopback(place.host) and not is_safe:
        raise ReturnwatchError(
            f"--host {place.host}: others would send passwords in clear text; set [serve] tls_certificate and tls_key, "
            "or put a proxy with TLS before it and set [serve] proxies = 1 (docs/security.md)"
        )
    if not is_loopback(place.host) and not place.names:
        raise ReturnwatchError(
            f"--host {place.host}: set [serve] names to what browsers call this server by; other names get no answer"
        )
    for file in (place.tls_certificate, place.tls_key):
        if file is not None and not file.is_file():
            raise ReturnwatchError(f"{file}: no such file; mend [serve] tls_certificate and tls_key")


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def address(place: ServeSection) -> str:
    """Return what to type into a browser."""
    host = f"[{place.host}]" if ":" in place.host.strip("[]") else place.host
    return f"{'https' if place.tls_certificate else 'http'}://{host}:{place.port}/"


def serve_settings(settings: Settings, place: ServeSection) -> ServeSettings:
    """Return what the server is told. ReturnwatchError where the provider's secret cannot be read."""
    reviews = settings.reviews
    rules = ReviewRules(
        reviews.four_eyes_above, timedelta(minutes=reviews.claim_minutes), timedelta(minutes=reviews.undo_minutes)
    )
    return ServeSettings(
        hosts=(*LOCAL_HOSTS, *place.names),
        is_https=place.tls_certificate is not None or place.proxies > 0,
        proxies=place.proxies,
        session=timedelta(hours=place.session_hours),
        idle=timedelta(minutes=place.idle_minutes),
        active=place.active,
        waiting=place.waiting,
        reviews_url=store_url(reviews),
        rules=rules,
        desk=Desk(reviews.cases_a_day, timedelta(days=float(reviews.due_days))),
        oidc=_oidc(settings.oidc),
    )


def _oidc(section: OidcSection) -> OidcSettings | None:
    """Return the identity provider; None where there is none."""
    if section.issuer is None or section.client_secret_file is None:
        return None
    try:
        secret = section.client_secret_file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ReturnwatchError(
            f"{section.client_secret_file}: cannot be read ({error.strerror}); mend [oidc] client_secret_file"
        ) from None
    named = {"name_claim": section.name_claim, "role_claim": section.role_claim, "roles": dict(section.roles)}
    return OidcSettings(section.issuer, section.client_id, secret, **named)  # type: ignore[arg-type]


def options(place: ServeSection) -> dict[str, object]:
    """Return what gunicorn is told."""
    return {
        "bind": f"{place.host}:{place.port}",
        "workers": place.workers,
        "worker_class": "gthread",
        "threads": place.active + place.waiting + SPARE_THREADS,
        "backlog": 512,
        "timeout": 120,
        "graceful_timeout": 30,
        "keepalive": 5,
        "certfile": str(place.tls_certificate) if place.tls_certificate else None,
        "keyfile": str(place.tls_key) if place.tls_key else None,
        "forwarded_allow_ips": "127.0.0.1,::1",
        "loglevel": "warning",
        "control_socket_disable": True,
        "proc_name": "returnwatch",
        "worker_exit": _end_worker,
    }


def _end_worker(_: object, worker: Any) -> None:  # noqa: ANN401 - gunicorn's, without types
    """End a process that has answered all it had at once, without unloading its libraries.

    Threads of theirs that still run would abort it then, which reads as a crash. Gunicorn calls this in that process
    while it ends, and in its own for one that was gone already.
    """
    ending = sys.exception()
    if worker.pid == os.getpid() and isinstance(ending, SystemExit) and ending.code in {0, None}:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


class Served(BaseApplication):  # type: ignore[misc]
    """Gunicorn with our options; each process makes the application for itself."""

    def __init__(self, make: Callable[[], object], given: dict[str, object]) -> None:
        self._make = make
        self._given = given
        super().__init__()

    def load_config(self) -> None:
        """Take the options; no file and no variable of gunicorn's own is read."""
        for name, value in self._given.items():
            self.cfg.set(name, value)

    def load(self) -> object:
        """Return the application."""
        return self._make()
