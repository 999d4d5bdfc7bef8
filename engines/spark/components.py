"""Which accounts a chain of links joins together, however many there are and however long the chains.

Stars are made in turns (Kiveris et al. 2014, "Connected Components in MapReduce and Beyond"): each account tells its
greater neighbours of the least account that it knows, then its lesser ones. The number of turns grows with the
logarithm of the accounts, no turn needs more than joins of edges, and at the end every account has one edge, to the
least of its component.
"""

from __future__ import annotations

from engines.spark.work import Work

EDGES, STARS = "edges", "stars"


def join_components(work: Work) -> int:
    """Make the view ``stars`` of the view ``links``: ``a``, and ``b``, the least of its component; return the turns.

    The least account of a component has no row.
    """
    place = work.keep("edges_0", work.statement("start_edges"))
    turns, before = 0, None
    while True:
        work.view(EDGES, place)
        found = work.statement("sum_up_edges").first()
        if found == before:
            work.view(STARS, place)
            return turns
        before, turns = found, turns + 1
        work.view(EDGES, work.keep(f"large_{turns}", work.statement("make_large_stars")))
        place = work.keep(f"edges_{turns}", work.statement("make_small_stars"))
