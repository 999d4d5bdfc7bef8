"""Components on a small cluster: chains, stars, cycles and what is apart, against a walk over the graph."""

from __future__ import annotations

from random import Random

import polars as pl
import pytest

from engines.spark.components import join_components
from engines.spark.engine import SparkEngine
from engines.spark.work import read

pytestmark = pytest.mark.slow

Edge = tuple[str, str]


def components(edges: list[Edge]) -> set[frozenset[str]]:
    """Return the components of a graph by walking over it."""
    neighbours: dict[str, set[str]] = {}
    for a, b in edges:
        neighbours.setdefault(a, set()).add(b)
        neighbours.setdefault(b, set()).add(a)
    found, left = set(), set(neighbours)
    while left:
        reached, ahead = set(), {left.pop()}
        while ahead:
            reached |= ahead
            ahead = {other for account in ahead for other in neighbours[account]} - reached
        found.add(frozenset(reached))
        left -= reached
    return found


def joined(cluster: SparkEngine, edges: list[Edge]) -> tuple[set[frozenset[str]], int]:
    """Return the components that the cluster finds, and the turns that it took."""
    work = cluster.work
    place = work.folder / "test_links.parquet"
    pl.DataFrame(edges, schema={"a": pl.String, "b": pl.String}, orient="row").write_parquet(place)
    work.view("links", place)
    turns = join_components(work)
    stars = read(work.keep("test_stars", work.spark.table("stars")), {"a": pl.String, "b": pl.String})
    members = stars.group_by("b").agg("a").iter_rows()
    return {frozenset({least, *others}) for least, others in members}, turns


def name(number: int) -> str:
    return f"c{number:04d}"


def test_a_long_chain_takes_few_turns(cluster: SparkEngine) -> None:
    numbers = list(range(300))
    Random(3).shuffle(numbers)  # noqa: S311 - test data, not a secret
    chain = [(name(numbers[place]), name(numbers[place + 1])) for place in range(299)]
    found, turns = joined(cluster, chain)
    assert found == {frozenset(map(name, range(300)))}
    assert turns <= 10


def test_cycles_stars_and_what_is_apart(cluster: SparkEngine) -> None:
    cycle = [(name(place), name((place + 1) % 7)) for place in range(7)]
    star = [(name(100), name(101 + ray)) for ray in range(20)]
    pair = [(name(200), name(201)), (name(201), name(200))]
    edges = cycle + star + pair
    assert joined(cluster, edges)[0] == components(edges)


@pytest.mark.parametrize("seed", range(2))
def test_random_graphs(cluster: SparkEngine, seed: int) -> None:
    draw = Random(seed)  # noqa: S311 - as above
    edges = [(name(draw.randrange(200)), name(200 + draw.randrange(200))) for _ in range(170)]
    expected = components(edges)
    assert len(expected) > 10
    assert joined(cluster, edges)[0] == expected


def test_no_links_join_nobody(cluster: SparkEngine) -> None:
    assert joined(cluster, []) == (set(), 1)
