"""A table's heading and rows as one component of Dash, drawn by ``assets/components.js``.

Dash spends milliseconds of a browser's time on every component, and a table of fifteen rows has hundreds of cells.
"""

from __future__ import annotations

from collections.abc import Sequence

from dash.development.base_component import Component

NAMESPACE = "returnwatch"
"""The object that holds what the scripts of the pages draw."""


class Rows(Component):
    """A table. A cell is a list of its text, its class (empty for none) and, if it is a link, its address."""

    _namespace = NAMESPACE
    _type = "Rows"

    def __init__(self, head: Sequence[Sequence[str]], rows: Sequence[Sequence[Sequence[str]]]) -> None:
        self._prop_names = ["head", "rows"]
        self._valid_wildcard_attributes: list[str] = []
        self.available_properties = self._prop_names
        self.available_wildcard_properties: list[str] = []
        super().__init__(head=head, rows=rows)  # type: ignore[no-untyped-call]
