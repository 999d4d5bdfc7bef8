"""How fast pages are on a large set: ``python -m benchmarks.pages SET --rmas 1500000 [--folder DIR]``.

SET is the folder of a published set, which is made large (``large_set``). The real server shows it; each page is asked
for as a browser does, first cold, then with filters that nobody asked for before. Printed are seconds, and the memory
of all processes of the server.
"""

from __future__ import annotations

import argparse
import logging
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import polars as pl
import requests

from benchmarks.large_set import enlarge

PASSWORD = "a password of the benchmark"  # noqa: S105 - of an account that lives as long as the benchmark
FILTERED = ("/costs", "/operations", "/shoppers", "/rates")
"""Pages whose filters change what is drawn."""
LOG = logging.getLogger("pages")
Part = dict[str, Any]
"""A property of a part of the page, as Dash's scripts send it."""


@dataclass
class Asked:
    """A browser's session and what it measured, by what was asked: seconds of each answer, and of the processors.

    The second figure is what an answer costs whatever else the machine does.
    """

    address: str
    group: int
    session: requests.Session = field(default_factory=requests.Session)
    seconds: dict[str, list[tuple[float, float]]] = field(default_factory=dict)

    def log_in(self, name: str) -> None:
        """Log in as a person does."""
        page = self.session.get(f"{self.address}/login", timeout=60).text
        found = re.search(r'name="csrf" value="([0-9a-f]+)"', page)
        form = {"csrf": found[1] if found else "", "name": name, "password": PASSWORD, "next": "/"}
        self.session.post(f"{self.address}/login", data=form, timeout=60).raise_for_status()

    @cached_property
    def outputs(self) -> dict[str, str]:
        """The names of the callbacks' outputs."""
        told = self.session.get(f"{self.address}/_dash-dependencies", timeout=60).json()
        wanted = {"show": "page.children", "rows": "queue.getRowsResponse"}
        return {key: next(one["output"] for one in told if part in one["output"]) for key, part in wanted.items()}

    def page(self, path: str, search: str = "", name: str = "") -> str:
        """Ask for a page at an address; return the answer's text."""
        inputs: list[Part] = [
            {"id": "url", "property": "pathname", "value": path},
            {"id": "url", "property": "search", "value": search},
            {"id": "refresh", "property": "data", "value": None},
        ]
        outputs = [{"id": part, "property": "children"} for part in ("page", "nav", "set-status")]
        return self._call("show", outputs, inputs, [], name or path)

    def rows(self, search: str, start: int, name: str) -> str:
        """Ask for a block of the queue."""
        request = {"startRow": start, "endRow": start + 100, "sortModel": [], "filterModel": {}}
        inputs: list[Part] = [{"id": "queue", "property": "getRowsRequest", "value": request}]
        state: list[Part] = [{"id": "url", "property": "search", "value": search}]
        return self._call("rows", {"id": "queue", "property": "getRowsResponse"}, inputs, state, name)

    def _call(self, callback: str, outputs: object, inputs: list[Part], state: list[Part], name: str) -> str:
        """Call a callback as Dash's scripts do; note how long it took."""
        body: dict[str, Any] = {
            "output": self.outputs[callback], "outputs": outputs, "inputs": inputs, "state": state,
            "changedPropIds": [f"{one['id']}.{one['property']}" for one in inputs],
        }  # fmt: skip
        headers = {"X-CSRFToken": self.session.cookies.get("_csrf_token") or "", "Origin": self.address}
        begun, worked = time.perf_counter(), processor_seconds(self.group)
        answer = self.session.post(f"{self.address}/_dash-update-component", json=body, headers=headers, timeout=120)
        took = time.perf_counter() - begun, processor_seconds(self.group) - worked
        self.seconds.setdefault(name, []).append(took)
        answer.raise_for_status()
        return answer.text


@contextmanager
def served(home: Path) -> Iterator[tuple[str, int]]:
    """Serve a home by the real command; give its address and the number of its process."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = int(taken.getsockname()[1])
    program = [sys.executable, "-m", "pipelines"]
    if not (home / "reviews.sqlite").exists():
        add = [*program, "users", "add", "bench", "--role", "reviewer", "--home", str(home), "--password-stdin"]
        subprocess.run(add, input=f"{PASSWORD}\n".encode(), check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own program
    command = [*program, "serve", "--home", str(home), "--port", str(port)]
    process = subprocess.Popen(command, start_new_session=True)  # noqa: S603 - our own program
    try:
        _wait(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}", process.pid
    finally:
        process.terminate()
        process.wait()


def _wait(address: str) -> None:
    """Wait until a server answers."""
    for _ in range(300):
        try:
            if requests.get(f"{address}/health", timeout=5).ok:
                return
        except requests.RequestException:
            time.sleep(0.2)
    raise SystemExit("the server never answered")


def _places(group: int) -> Iterator[Path]:
    """Give the folders in which the kernel tells of the processes of a group."""
    for place in Path("/proc").iterdir():
        if place.name.isdigit() and _group(place) == group:
            yield place


def processor_seconds(group: int) -> float:
    """Return the seconds that processors spent on all processes of a group so far."""
    ticks = 0
    for place in _places(group):
        told = (place / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        ticks += int(told[11]) + int(told[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def memory_mb(group: int) -> tuple[float, float]:
    """Return the megabytes that all processes of a group hold: now, shared pages counted once, and at most each."""
    now = sum(_figure(place / "smaps_rollup", "Pss") for place in _places(group))
    peak = sum(_figure(place / "status", "VmHWM") for place in _places(group))
    return now / 1024, peak / 1024


def _group(place: Path) -> int:
    """Return the group of a process; 0 where it has ended meanwhile."""
    try:
        return os.getpgid(int(place.name))
    except ProcessLookupError:
        return 0


def _figure(file: Path, name: str) -> int:
    """Return a figure of the kernel's in kilobytes."""
    found = re.search(rf"^{name}:\s+(\d+)", file.read_text(encoding="utf-8"), re.MULTILINE)
    return int(found[1]) if found else 0


def filters(folder: Path, n: int) -> list[str]:
    """Return so many queries, each of days and values that no other asks for."""
    lines = pl.scan_parquet(folder / "report_return_lines.parquet")
    days = lines.select(pl.col("requested_at").dt.date().unique().sort()).collect().to_series().to_list()
    values = {
        name: lines.select(pl.col(name).drop_nulls().unique().sort()).collect().to_series().to_list()
        for name in ("channel", "category")
    }
    made = []
    for number in range(n):
        parts = [f"from={days[number % (len(days) // 2)]}", f"to={days[-1 - number % (len(days) // 3)]}"]
        name = ("channel", "category")[number % 2]
        parts += [f"{name}={values[name][number % len(values[name])]}"] if number % 3 else []
        made.append("?" + "&".join(parts).replace(" ", "+"))
    return made


def measure(asked: Asked, folder: Path, n: int) -> None:
    """Ask for every page, and for each change of a filter so many times."""
    from dashboards.pages.registry import ORDER  # noqa: PLC0415 - what it needs is slow to import

    for page in ORDER:
        asked.page(page.path, name=f"{page.path} first")
    for path in FILTERED:
        for search in filters(folder, n):
            asked.page(path, search, f"{path} filter")
    for number, by in enumerate(("reason", "sku", "carrier", "channel", "country", "condition_grade") * 2):
        asked.page("/costs", filters(folder, 40)[20 + number] + f"&by={by}", "/costs by")
    queue = pl.read_parquet(folder / "flagged_queue.parquet", columns=["case_id", "rma_id"])
    for number in range(n):
        asked.rows("", number * 100 % queue.height, "/queue rows")
        asked.rows(f"?q={queue['case_id'][number][:6]}{number}&status=all", 0, "/queue search")
        asked.page(f"/case/{queue['case_id'][number * 7]}", name="/case")
        asked.page(f"/rma/{queue['rma_id'][number * 7]}", name="/rma")


def told(seconds: dict[str, list[tuple[float, float]]]) -> Iterator[str]:
    """Give one line for each thing asked: how often, the median, the 95th of 100, the slowest, processors' median."""
    for name, pairs in seconds.items():
        each, worked = zip(*pairs, strict=True)
        p95 = quantiles(each, n=20, method="inclusive")[-1] if len(each) > 1 else each[0]
        yield (
            f"{name:<20}{len(each):>4} times  p50 {median(each):6.3f} s  p95 {p95:6.3f} s  max {max(each):6.3f} s  "
            f"processors {median(worked):5.2f} s"
        )


def main(arguments: Sequence[str]) -> None:
    """Make the set, serve it, measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path)
    parser.add_argument("--rmas", type=int, default=1_500_000)
    parser.add_argument("--folder", type=Path, help="where the large set is kept, and taken from if it is there")
    parser.add_argument("--times", type=int, default=12)
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    home = given.folder or Path(tempfile.mkdtemp())
    folder = home / "published" / f"large-{given.rmas}"
    if not (folder / "manifest.json").is_file():
        enlarge(given.source, home, given.rmas)
    with served(home) as (address, group):
        asked = Asked(address, group)
        asked.log_in("bench")
        measure(asked, folder, given.times)
        now, peak = memory_mb(group)
    for line in told(asked.seconds):
        LOG.info("%s", line)
    LOG.info("memory of all processes: %.0f MB now, %.0f MB at most", now, peak)


if __name__ == "__main__":
    main(sys.argv[1:])
