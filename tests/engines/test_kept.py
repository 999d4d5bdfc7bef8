"""What is put away comes back as it was, from memory and from files."""

from __future__ import annotations

import pickle
from functools import partial
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from engines.kept import Kept, PutAway, put_away
from features.assemble import learn, prepare
from features.stages import Cases, case_lines, case_rows
from features.windows import Timeline, timeline, view
from tests.factories import at
from tests.random_shop import SENSITIVE, random_shop

EVENTS = pl.DataFrame({"who": ["a", "b", "a"], "at": [at(1), at(2), at(3)], "n": [1, 2, 2**40]})
ASKED = pl.DataFrame({"who": ["a", "b", "z"], "at": [at(9)] * 3})


def told(cases: pl.DataFrame, known: Timeline) -> pl.DataFrame:
    """Return the totals of who is asked for: a teller in small."""
    return cases.select("who", view(known, cases, "at").total("n"))


@pytest.mark.parametrize("is_in_files", [False, True], ids=["memory", "files"])
def test_what_parts_gave_stands_one_below_the_other_until_it_is_taken(is_in_files: bool, tmp_path: Path) -> None:
    kept = Kept(tmp_path if is_in_files else None)
    kept.add("signs", {"0": pl.DataFrame({"n": [1]}), "1": pl.DataFrame({"day": ["x"]})})
    kept.add("signs", {"0": pl.DataFrame({"n": [2, 3]}), "1": pl.DataFrame({"day": ["y"]})})
    kept.add("text", {"0": pl.DataFrame({"said": ["no"]})})
    found = kept.take("signs")
    assert {name: frame.rows() for name, frame in found.items()} == {"0": [(1,), (2,), (3,)], "1": [("x",), ("y",)]}

    assert dict(kept.take("signs")) == {}
    assert bool(list(tmp_path.iterdir())) is is_in_files
    assert kept.take("text")["0"].rows() == [("no",)]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("events", [EVENTS, EVENTS.clear()], ids=["some", "none"])
def test_a_teller_in_a_file_tells_as_it_did(events: pl.DataFrame, tmp_path: Path) -> None:
    teller = partial(told, known=timeline(events, ["who"], "at", ["n"]))
    away = put_away(teller, tmp_path / "who.teller")
    assert_frame_equal(away(ASKED), teller(ASKED))  # type: ignore[arg-type]
    # its arrays lie in the file and nowhere else
    assert sum(end - first for first, end in away.places) == bytes_of(teller.keywords["known"])


def bytes_of(known: Timeline) -> int:
    """Return how many bytes the arrays of a timeline take."""
    arrays = (known.owners, known.moments, known.places, known.firsts, *known.totals.values())
    return sum(array.nbytes for array in arrays)


def test_a_put_away_teller_goes_to_other_processes_by_its_file(tmp_path: Path) -> None:
    teller = partial(told, known=timeline(EVENTS, ["who"], "at", ["n"]))
    away = put_away(teller, tmp_path / "who.teller")
    again: PutAway = pickle.loads(pickle.dumps(away))  # noqa: S301 - made by this very test
    assert_frame_equal(again(ASKED), teller(ASKED))  # type: ignore[arg-type]


def test_every_familys_teller_can_be_put_away(tmp_path: Path) -> None:
    prepared = prepare(random_shop(1))
    rows = case_rows(prepared.rma_lines, prepared.chargebacks)
    cases = Cases(rows, case_lines(rows, prepared.rma_lines), prepared)
    for number, teller in enumerate(learn(prepared, SENSITIVE).families):
        key = ["rma_id", "stage"]
        away = put_away(teller, tmp_path / f"{number}.teller")
        assert_frame_equal(away(cases).sort(key), teller(cases).sort(key), check_exact=True)
