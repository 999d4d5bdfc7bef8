"""Paths into JSON objects, as manifests write them: which value of an object a column holds.

``billing.email`` goes by names, ``lines[0].sku`` by place, ``meta[key=colour].value`` to the first element
whose ``key`` says so; ``street[*]`` joins all elements with a blank, ``first + last`` joins two values,
``parent_id | order_id`` is the first that is given. ``lines[].sku`` is a value of each element of a list that
the kind explodes (``shape.py``). Names are told apart in any case.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

STEP = re.compile(
    r"(?P<name>[^.\[\]|+=]+)|\[(?P<place>\d+)\]|\[(?P<all>\*)\]|\[(?P<key>[^\[\]=]+)=(?P<value>[^\[\]]*)\]"
)
EMPTY: tuple[object, ...] = (None, "", [], {})
"""What stands for "nothing here"; PHP writes ``[]`` for an object without members."""


class ShapeError(ValueError):
    """A value is of another shape than its path says: a list or an object where one value belongs, or the reverse."""

    code = "nested_value"


class MissingError(ShapeError):
    """A row of a list lacks a value that it must have."""

    code = "missing_value"


@dataclass(frozen=True, slots=True)
class Element:
    """A step to the first element of a list that has ``value`` under ``key``."""

    key: str
    value: str


class Everything:
    """A step to all elements of a list, joined with blanks."""


Step = str | int | Element | type[Everything]
Steps = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class JsonPath:
    """A parsed path: alternatives, of which the first given counts; each is a sum of steps that are joined."""

    text: str
    ways: tuple[tuple[Steps, ...], ...]

    @property
    def roots(self) -> frozenset[str]:
        """The names of the object that the path begins with."""
        return frozenset(str(steps[0]) for way in self.ways for steps in way)

    def value_in(self, item: dict[str, object]) -> object:
        """Return the value of an object (names in lower case); None where it is not given. Raises ShapeError."""
        for way in self.ways:
            given = [value for value in (_follow(item, steps, self.text) for steps in way) if value not in EMPTY]
            if given:
                return given[0] if len(given) == 1 else " ".join(map(str, given))
        return None


def parse_path(text: str) -> JsonPath:
    """Return a path; ValueError where it is none."""
    ways = tuple(tuple(_steps(part.strip()) for part in way.split("+")) for way in text.split("|"))
    return JsonPath(text, ways)


def _steps(text: str) -> Steps:
    """Return the steps of one path without alternatives; it begins with a name."""
    steps: list[Step] = []
    place = 0
    while place < len(text):
        place += text[place] == "." and bool(steps)
        found = STEP.match(text, place)
        if found is None:
            raise ValueError(f"'{text}' is no path")
        steps.append(_step(found))
        place = found.end()
    if not steps or not isinstance(steps[0], str):
        raise ValueError(f"'{text}' begins with no name")
    return tuple(steps)


def _step(found: re.Match[str]) -> Step:
    """Return the step that a piece of a path says."""
    if found["place"]:
        return int(found["place"])
    if found["all"]:
        return Everything
    return Element(found["key"].strip().lower(), found["value"]) if found["key"] else found["name"].strip().lower()


def _follow(value: object, steps: Steps, text: str) -> object:
    """Return what the steps lead to; what is empty on the way is not given."""
    for step in steps:
        if value in EMPTY:
            return None
        value = _member(value, step, text) if isinstance(step, str) else _chosen(value, step, text)
    if isinstance(value, list | dict) and value:
        raise ShapeError(f"{text} holds a list or an object")
    return value


def _member(value: object, name: str, text: str) -> object:
    """Return the member of an object."""
    if not isinstance(value, dict):
        raise ShapeError(f"{text}: {name} is looked for in what is no object")
    return value.get(name)


def _chosen(value: object, step: Step, text: str) -> object:
    """Return the element of a list that a step leads to."""
    if not isinstance(value, list):
        raise ShapeError(f"{text}: an element is looked for in what is no list")
    if isinstance(step, int):
        return value[step] if step < len(value) else None
    if isinstance(step, Element):
        return next((one for one in value if isinstance(one, dict) and one.get(step.key) == step.value), None)
    if any(isinstance(one, list | dict) for one in value):
        raise ShapeError(f"{text} holds a list or an object")
    return " ".join(str(one) for one in value if one not in EMPTY)
