"""What no page would send: a callback with parts gone or of another kind is turned away, and never a failure."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from tests.dashboards.visitor import Node, Visitor, of_type
from tests.desk_shop import page_tables

if TYPE_CHECKING:
    from pathlib import Path

    from werkzeug.test import TestResponse

    from tests.dashboards.pages.conftest import ServerMaker

PAGES = ("costs", "rates", "products", "shoppers", "operations", "policy", "model", "quality", "queue")
JUNK: tuple[Any, ...] = (
    None, True, -1, 10**30, 1.5, "", "..", "nonsense", "{", "%00", "?rows=x&from=9&to=2026-13-01", "x" * 5_000,
    [], [[]], {}, {"a": 1}, [None], ["x", 1], {"id": {}, "property": []}, {"case_id": "", "version": -1},
)  # fmt: skip


def places(tree: object, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Return where something stands in a body."""
    if at:
        yield at
    inside = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in inside:
        yield from places(value, (*at, key))


def spoilt(body: Node, draw: Random, *, is_well_formed: bool) -> Node:
    """Return a body with one to three places gone or changed; of a well-formed one, only its values are."""
    body = copy.deepcopy(body)
    for _ in range(draw.choice([1, 1, 2, 3])):
        found = [at for at in places(body) if "value" in at or not is_well_formed]
        if not found:
            break
        *way, last = draw.choice(found)
        parent: Any = body
        for key in way:
            parent = parent[key]
        if draw.random() < 0.3:
            del parent[last]
        else:
            parent[last] = copy.deepcopy(draw.choice(JUNK))
    return body


def sent_by(visitor: Visitor) -> list[Node]:
    """Walk the pages, use what stands on them, and return one body of each callback and what made it be called."""
    bodies: dict[str, Node] = {}
    post = visitor.browser.post

    def record(path: str, body: Node) -> TestResponse:
        bodies.setdefault(f"{body['output']} {body['changedPropIds']}", copy.deepcopy(body))
        return post(path, body)

    visitor.browser.post = record  # type: ignore[method-assign,assignment]
    for page in ("", *PAGES, "case/C-7"):
        visitor.go(f"/{page}")
        for node in of_type(visitor.page, "Slider")[:1]:
            visitor.put(node["props"]["id"], "value", 1)
    visitor.act("claim")
    visitor.act("comment", comment="seen")
    visitor.go("/queue")
    visitor.put("queue", "selectedRows", [{"case_id": "C-7", "position": 1}])
    visitor.click("bulk-claim")
    visitor.put(
        "queue", "getRowsRequest", {"startRow": 0, "endRow": 50, "sortModel": [{"colId": "due", "sort": "asc"}]}
    )
    visitor.browser.post = post  # type: ignore[method-assign]
    return list(bodies.values())


@pytest.mark.parametrize("is_well_formed", [False, True])
def test_a_spoilt_callback_is_never_a_failure(tmp_path: Path, serve: ServerMaker, *, is_well_formed: bool) -> None:
    visitor, draw = Visitor.arrive(serve(tmp_path, page_tables()), "reviewer"), Random(20_261_129)  # noqa: S311 - bodies, not secrets
    bodies = sent_by(visitor)
    assert len(bodies) > len(PAGES)
    codes, failed = [], {}
    for _ in range(1_000):
        body = spoilt(draw.choice(bodies), draw, is_well_formed=is_well_formed)
        answer = visitor.browser.post("/_dash-update-component", body)
        codes.append(answer.status_code)
        if answer.status_code >= 500:
            failed[json.dumps(body)[:600]] = answer.get_data(as_text=True)
    assert failed == {}
    assert codes.count(400) > 100
