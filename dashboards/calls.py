"""What a page may send when it calls back: the parts that the callback asks for, each of its kind.

Dash takes what comes as it is, and a body that no page sends would be a failure of the server in the middle of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import flask
from dash import Dash
from flask_login import current_user

from dashboards import access
from dashboards.errors import DashboardError

NOT_A_CALL = "the page sent what this server does not understand; load the page again"
LARGEST = 1_000_000_000
"""Numbers beyond it stand in no control."""

Spec = Mapping[str, Any]


def install(server: flask.Flask, app: Dash) -> None:
    """Have a server turn away bodies that no page of the application sends, by people who are logged in."""

    def check() -> None:
        if flask.request.endpoint == access.UPDATE and current_user.is_authenticated:
            body = flask.request.get_json(silent=True)
            if not is_call(body, app.callback_map):
                raise DashboardError(NOT_A_CALL)

    server.before_request(check)


def is_call(body: object, callbacks: Mapping[str, Spec]) -> bool:
    """Whether a body calls one of the callbacks with the parts that it asks for."""
    if not isinstance(body, dict) or not isinstance(body.get("output"), str):
        return False
    spec, changed = callbacks.get(body["output"]), body.get("changedPropIds", [])
    return (
        spec is not None
        and isinstance(changed, list)
        and all(isinstance(one, str) for one in changed)
        and _are_outputs(body.get("outputs"), body["output"])
        and all(_are_given(body.get(part, []), spec[part]) for part in ("inputs", "state"))
    )


def _are_outputs(given: object, output: str) -> bool:
    """Whether the outputs are those that the callback is named after."""
    is_several = output.startswith("..")
    told = given if is_several else [given]
    names = output.strip(".").split("...")
    if not isinstance(told, list) or len(told) != len(names):
        return False
    return all(
        isinstance(one, dict) and f"{one.get('id')}.{one.get('property')}" == name
        for one, name in zip(told, names, strict=True)
    )


def _are_given(given: object, specs: Sequence[Spec]) -> bool:
    """Whether inputs or states are those that a callback asks for, in its order."""
    if not isinstance(given, list) or len(given) != len(specs):
        return False
    return all(_is_given(one, spec) for one, spec in zip(given, specs, strict=True))


def _is_given(given: object, spec: Spec) -> bool:
    """Whether a part is what was asked for: one element's property, or that of all elements of a pattern."""
    if not spec["id"].startswith("{"):
        return isinstance(given, dict) and given.get("id") == spec["id"] and _is_valued(given, spec["property"])
    pattern = json.loads(spec["id"])
    return isinstance(given, list) and all(
        isinstance(one, dict) and _is_one_of(one.get("id"), pattern) and _is_valued(one, spec["property"])
        for one in given
    )


def _is_one_of(id_: object, pattern: Mapping[str, object]) -> bool:
    """Whether an id is one of those that a pattern means."""
    return (
        isinstance(id_, dict)
        and id_.keys() == pattern.keys()
        and all(isinstance(id_[key], str) and value in (id_[key], ["ALL"]) for key, value in pattern.items())
    )


def _is_valued(given: Mapping[str, object], name: str) -> bool:
    """Whether a part has the property asked for, with nothing or a value of its kind."""
    value = given.get("value")
    return given.get("property") == name and (value is None or KINDS.get(name, _is_plain)(value))


def _is_plain(value: object) -> bool:
    """Whether a value is a text, a number, a choice, or several of these."""
    if isinstance(value, list):
        return all(not isinstance(one, list) and _is_plain(one) for one in value)
    return isinstance(value, str) or (isinstance(value, int | float) and abs(value) < LARGEST)


def _are_rows(value: object) -> bool:
    """Whether a value is a list of rows, each with what stands in its columns."""
    return isinstance(value, list) and all(
        isinstance(row, dict) and all(one is None or _is_plain(one) for one in row.values()) for row in value
    )


def _is_case(value: object) -> bool:
    """Whether a value is a row that names a case, in the version that the page shows where it tells one."""
    return (
        isinstance(value, dict)
        and _are_rows([value])
        and isinstance(value.get("case_id"), str)
        and isinstance(value.get("version", 0), int)
    )


def _is_kept(value: object) -> bool:
    """Whether a value is what a page keeps: a plain one, or a case."""
    return _is_plain(value) or _is_case(value)


def _are_cases(value: object) -> bool:
    """Whether a value is a list of rows of the queue."""
    return isinstance(value, list) and all(_is_case(row) for row in value)


def _is_block(value: object) -> bool:
    """Whether a value asks for a block of a table's rows."""
    return (
        isinstance(value, dict)
        and all(isinstance(value.get(key, 0), int) and _is_plain(value.get(key, 0)) for key in ("startRow", "endRow"))
        and _are_rows(value.get("sortModel") or [])
    )


def _is_of(kind: type) -> Callable[[object], bool]:
    """Return whether a value is of a kind."""
    return lambda value: isinstance(value, kind)


KINDS: Mapping[str, Callable[[object], bool]] = {
    "pathname": _is_of(str),
    "search": _is_of(str),
    "n_clicks": _is_of(int),
    "checked": _is_of(bool),
    "id": _is_of(dict),
    "data": _is_kept,
    "selectedRows": _are_cases,
    "getRowsRequest": _is_block,
}
"""What a property's value is; every other is a plain one."""
