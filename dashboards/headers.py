"""What every answer carries: headers that keep a browser from doing what no page here needs."""

from __future__ import annotations

from collections.abc import Sequence

import flask

FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
YEAR = 31_536_000


def policy(script_hashes: Sequence[str]) -> str:
    """Return the content security policy: scripts of this server alone, inline ones by their hash.

    Styles may stand in a page, because the components and the charts write theirs there; they cannot run anything,
    and nothing is loaded from elsewhere that could carry data out.
    """
    parts = {
        "default-src": "'none'",
        "script-src": " ".join(["'self'", *script_hashes]),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "manifest-src": "'self'",
        "worker-src": "'self' blob:",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in parts.items())


def install(server: flask.Flask, script_hashes: Sequence[str], *, is_https: bool) -> None:
    """Have every answer of a server carry the headers."""
    said = policy(script_hashes)

    @server.after_request
    def guard(answer: flask.Response) -> flask.Response:
        for name, value in FIXED.items():
            answer.headers.setdefault(name, value)
        answer.headers["Content-Security-Policy"] = said
        if not flask.request.path.startswith(("/assets/", "/_dash-component-suites/", "/auth.css")):
            answer.headers["Cache-Control"] = "no-store"
        if is_https:
            answer.headers["Strict-Transport-Security"] = f"max-age={YEAR}"
        return answer
