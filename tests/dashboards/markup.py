"""What could be live in a document of Dash: judged by its elements, their attributes and what Plotly is given.

React shows children and attributes letter by letter. What is left are elements that load or run something, attributes
that bring markup along, addresses that lead elsewhere, and the tags that Plotly knows in texts of a chart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tests.dashboards.visitor import Node, nodes, of_type

INERT = {
    "A", "Button", "Code", "Dd", "Details", "Div", "Dl", "Dt", "H1", "H2", "H3", "Kbd", "Li", "Nav", "Ol", "P", "Pre",
    "Section", "Span", "Strong", "Summary", "Table", "Tbody", "Td", "Th", "Thead", "Tr", "Ul",
    "Graph", "Link", "Location", "Store", "AgGrid",
    "AppShell", "AppShellHeader", "AppShellMain", "AppShellNavbar", "Checkbox", "DateInput", "DatesProvider", "Group",
    "MantineProvider", "MultiSelect", "Radio", "RadioGroup", "Select", "Slider", "Textarea", "TextInput",
}  # fmt: skip
"""Elements that the pages are made of, none of which shows markup or runs anything."""

OURS = re.compile(r"<br>|<extra></extra>")
"""Tags that the pages themselves give to Plotly."""


def drawn_texts(value: object) -> Iterator[str]:
    """Return every text of a figure."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from drawn_texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from drawn_texts(one)


def live(tree: object) -> list[str]:
    """Return what is live in a part of a document."""
    found = [f"element {node['type']}" for node in nodes(tree) if node["type"] not in INERT]
    for node in nodes(tree):
        found += [f"{node['type']} {name}" for name in node["props"] if _brings_markup(name)]
        found += [
            f"address {to!r}" for to in _addresses(node["props"]) if not re.fullmatch(r"#\w+|/(?![/\\])[!-~]*", to)
        ]
    for graph in of_type(tree, "Graph"):
        texts = {OURS.sub("", text) for text in drawn_texts(graph["props"]["figure"])}
        found += [f"in a chart {text!r}" for text in texts if "<" in text]
    for grid in of_type(tree, "AgGrid"):
        found += ["the grid runs what it is given"] if grid["props"].get("dangerously_allow_code") else []
    return found


def _brings_markup(name: str) -> bool:
    """Whether an attribute could bring markup or code along."""
    return "html" in name.lower() or name.lower().startswith("on") or name in {"srcDoc", "formAction"}


def _addresses(props: Node) -> list[str]:
    """Return where an element leads."""
    named: list[Any] = [props[name] for name in ("href", "src", "action") if name in props]
    return [str(one) for one in named]
