"""Simulated reviewers, who decide from one queue over the network, and what they saw of the server."""

from __future__ import annotations

import random
import secrets
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

import requests

QUEUE_PAGE, DECISION = "queue page", "decision"
FRONT = 60
"""Cases from the front of the queue that a reviewer picks one of, so that people want the same ones."""


@dataclass
class Seen:
    """What all reviewers saw together."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: {QUEUE_PAGE: [], DECISION: []})
    statuses: Counter[int] = field(default_factory=Counter)
    decided: dict[str, str] = field(default_factory=dict)
    twice: list[str] = field(default_factory=list)
    broken: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answered(self, what: str, took: float, status: int) -> None:
        with self.lock:
            self.statuses[status] += 1
            if status == 200:
                self.seconds[what].append(took)

    def p95(self, what: str) -> float:
        """Return the time within which 95 of 100 answers came, in seconds."""
        ordered = sorted(self.seconds[what])
        return ordered[int(len(ordered) * 0.95)] if ordered else float("inf")


class Reviewer(threading.Thread):
    """One who reads a page of the queue, decides a case of it, thinks, and goes on until it is time to stop."""

    def __init__(  # noqa: PLR0917 - what a reviewer needs to know
        self, number: int, address: str, token: str, seen: Seen, until: float, pause: float
    ) -> None:
        super().__init__()
        self._person = f"p{number}"
        self._draw = random.Random(number)  # noqa: S311 - which case is taken, nothing secret
        self._address = f"{address}/api/v1"
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {token}"
        self._seen = seen
        self._until = until
        self._pause = pause

    def run(self) -> None:
        time.sleep(self._draw.uniform(0, self._pause))
        while time.monotonic() < self._until:
            page = self._send(QUEUE_PAGE, "GET", "/queue?state=open&limit=100")
            cases = page.json()["cases"] if page is not None else []
            if cases:
                self._decide(self._draw.choice(cases[:FRONT])["case_id"])
            time.sleep(self._draw.uniform(0.5, 1.5) * self._pause)
        self._session.close()

    def _decide(self, case_id: str) -> None:
        key = secrets.token_hex(8)
        body: dict[str, str | int] = {"verdict": "approve", "reason": "fine with us", "version": 1}
        answer = self._send(DECISION, "POST", f"/cases/{case_id}/decisions", body, key)
        if answer is not None:
            with self._seen.lock:
                if case_id in self._seen.decided:
                    self._seen.twice.append(case_id)
                self._seen.decided[case_id] = self._person

    def _send(
        self, what: str, method: str, path: str, body: dict[str, str | int] | None = None, key: str = ""
    ) -> requests.Response | None:
        """Send a request, again where the server breaks off or is busy; None where it is refused for good."""
        while True:
            started = time.monotonic()
            try:
                answer = self._session.request(
                    method, self._address + path, json=body, headers={"Idempotency-Key": key}, timeout=30
                )
            except requests.RequestException:
                with self._seen.lock:
                    self._seen.broken += 1
                if what == QUEUE_PAGE and time.monotonic() > self._until:
                    return None
                time.sleep(0.3)
                continue
            self._seen.answered(what, time.monotonic() - started, answer.status_code)
            if answer.status_code == 200:
                return answer
            if answer.status_code not in {429, 503} or (what == QUEUE_PAGE and time.monotonic() > self._until):
                return None
            time.sleep(self._draw.uniform(0.2, 1))
