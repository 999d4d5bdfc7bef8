"""When the sensor asks for a run: every rule on real files, with the moments given."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pipelines.errors import ReturnwatchError
from pipelines.ingest.discover import file_sha256
from pipelines.ingest.hashes import HashStore
from pipelines.ingest.watch import FORGOTTEN_SECONDS, Cursor, Verdict, judge_look, look_at

QUIET = 60
NOON = 1_700_000_000.0


@dataclass(slots=True)
class Watcher:
    """A landing folder that is looked at, with the cursor that the looks hand on as text."""

    landing: Path
    home: Path
    text: str | None = None
    published: dict[str, str] = field(default_factory=dict)
    budget_seconds: float = 20

    def put(self, path: str, content: str, at: float = NOON) -> Path:
        place = self.landing / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(content)
        os.utime(place, (at, at))
        return place

    def look(self, at: float) -> Verdict:
        store = HashStore(self.landing, self.home / "hashes.json", self.budget_seconds)
        verdict = judge_look(look_at(self.landing, at), Cursor.of(self.text), QUIET, store, self.published)
        self.text = verdict.cursor.text()
        return verdict

    def settle(self, at: float) -> Verdict:
        """Look twice, so far apart that the folder came to rest between."""
        self.look(at)
        return self.look(at + QUIET)


@pytest.fixture
def watcher(tmp_path: Path) -> Watcher:
    watched = Watcher(tmp_path / "landing", tmp_path / "home")
    watched.put("canonical/orders.csv", "a")
    return watched


def test_a_run_is_asked_for_once_when_nothing_changed_for_the_quiet_time(watcher: Watcher) -> None:
    assert watcher.look(NOON).reason == "files changed 0 s ago; waiting for 60 s without a change"
    assert watcher.look(NOON + 59).run_key is None
    asked = watcher.look(NOON + 60)
    assert asked.run_key is not None
    assert asked.run_key.startswith("1-")
    assert (
        asked.tags["returnwatch/new"]
        == f"canonical/orders.csv@{file_sha256(watcher.landing / 'canonical/orders.csv')[:12]}"
    )
    for later in (90, 120, 100_000):
        again = watcher.look(NOON + later)
        assert (again.run_key, again.reason) == (None, "nothing has changed since run request 1")


def test_every_change_begins_the_quiet_time_anew(watcher: Watcher) -> None:
    watcher.look(NOON)
    watcher.put("canonical/orders.csv", "ab", NOON)
    assert watcher.look(NOON + 50).run_key is None
    assert watcher.look(NOON + 100).run_key is None
    assert watcher.look(NOON + 110).run_key is not None


def test_a_file_being_written_holds_the_run_back_and_a_forgotten_one_does_not(watcher: Watcher) -> None:
    watcher.put("canonical/returns.csv.part", "x", NOON)
    watcher.look(NOON)
    assert watcher.look(NOON + 200).reason == "canonical/returns.csv.part is still being written"
    (watcher.landing / "canonical/returns.csv.part").rename(watcher.landing / "canonical/returns.csv")
    assert watcher.settle(NOON + 300).tags["returnwatch/landing_files"] == "2"

    watcher.put("canonical/more.csv.part", "x", NOON)
    watcher.put("canonical/more.csv", "y", NOON)
    assert watcher.settle(NOON + FORGOTTEN_SECONDS).run_key is not None


def test_new_times_on_old_contents_ask_for_nothing(watcher: Watcher) -> None:
    assert watcher.settle(NOON).run_key
    watcher.put("canonical/orders.csv", "a", NOON + 500)
    assert watcher.settle(NOON + 600).reason == "only times changed: a run was asked for these contents already"


def test_contents_that_come_back_are_asked_for_again_under_another_key(watcher: Watcher) -> None:
    keys = []
    for number, content in enumerate("aba"):
        watcher.put("canonical/orders.csv", content, NOON + number)
        keys.append(watcher.settle(NOON + 1000 * number).run_key)
    assert None not in keys
    assert len(set(keys)) == 3


def test_a_look_that_is_repeated_because_its_cursor_was_lost_gives_the_same_key(watcher: Watcher) -> None:
    watcher.look(NOON)
    before = watcher.text
    first = watcher.look(NOON + 60).run_key
    watcher.text = before
    assert watcher.look(NOON + 90).run_key == first


def test_what_is_published_already_asks_for_nothing(watcher: Watcher) -> None:
    watcher.published = {"canonical/orders.csv": file_sha256(watcher.landing / "canonical/orders.csv")}
    assert watcher.settle(NOON).reason == "everything here is in the published set already"
    watcher.put("canonical/returns.csv", "b")
    asked = watcher.settle(NOON + 1000)
    assert asked.tags["returnwatch/new_files"] == "1"
    assert asked.tags["returnwatch/new"].startswith("canonical/returns.csv@")


def test_a_folder_that_vanishes_and_comes_back_unchanged_asks_for_nothing_more(watcher: Watcher) -> None:
    assert watcher.settle(NOON).run_key
    away = watcher.landing.rename(watcher.landing.with_name("away"))
    with pytest.raises(ReturnwatchError, match="no such landing folder"):
        watcher.look(NOON + 100)
    away.rename(watcher.landing)
    assert watcher.look(NOON + 200).reason == "nothing has changed since run request 1"


def test_an_empty_folder_and_hidden_files_are_no_delivery(watcher: Watcher) -> None:
    shutil.rmtree(watcher.landing / "canonical")
    watcher.put(".hidden/orders.csv", "a")
    watcher.put("canonical/.orders.csv", "a")
    assert watcher.settle(NOON).reason == "no delivered files are here yet"


def test_a_link_that_leads_nowhere_is_no_file_yet(watcher: Watcher) -> None:
    (watcher.landing / "canonical/returns.csv").symlink_to(watcher.landing / "nowhere")
    assert watcher.settle(NOON).tags["returnwatch/landing_files"] == "1"


def test_reading_goes_on_in_the_next_look_where_time_runs_out(watcher: Watcher) -> None:
    for number in range(3):
        watcher.put(f"canonical/orders_{number}.csv", str(number))
    watcher.budget_seconds = 0
    reasons = [watcher.settle(NOON).reason, *(watcher.look(NOON + 100 + number).reason for number in range(2))]
    assert reasons == [f"reading new files: {number} of 4 are done" for number in (1, 2, 3)]
    assert watcher.look(NOON + 200).tags["returnwatch/landing_files"] == "4"


def test_a_text_that_is_no_cursor_begins_anew() -> None:
    assert Cursor.of("{") == Cursor.of('{"other": 1}') == Cursor.of(None) == Cursor()
    cursor = Cursor("shape", 1.5, "settled", "requested", 3)
    assert Cursor.of(cursor.text()) == cursor
