"""The asset keys are an interface: schedules, dashboards and people's notes use them."""

from __future__ import annotations

from pathlib import Path

from pipelines.definitions import JOB, defs

SNAPSHOT = Path(__file__).parent / "asset_keys.txt"


def test_asset_keys_are_those_of_the_snapshot() -> None:
    keys = sorted(key.to_user_string() for key in defs().resolve_asset_graph().get_all_asset_keys())
    assert keys == SNAPSHOT.read_text(encoding="utf-8").split()


def test_every_asset_says_what_it_is_and_whose() -> None:
    graph = defs().resolve_asset_graph()
    nodes = [graph.get(key) for key in graph.get_all_asset_keys()]
    silent = [
        node.key.to_user_string()
        for node in nodes
        if not (node.description and node.owners and node.kinds and node.group_name != "default")
    ]
    assert silent == []


def test_the_job_holds_every_asset_and_check() -> None:
    graph = defs().resolve_asset_graph()
    job = defs().resolve_job_def(JOB)
    assert set(job.asset_layer.selected_asset_keys) == set(graph.get_all_asset_keys())
