"""What a page is: an address, a title, filters, and either charts and tables or a body of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component
from polars.exceptions import ColumnNotFoundError

from dashboards.components.cards import Chart, Listing, chart_card, kpis, listing_card
from dashboards.components.filterbar import filter_bar
from dashboards.data import PublishedSetError
from dashboards.view import View

Figures = list[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Page:
    """One page. ``filters``: which of the shared filters narrow what it shows (dates, channel, category).

    ``headline`` gives its figures, ``controls`` controls of its own, ``lead`` what stands before its charts and tables;
    ``body`` replaces all of these.
    """

    path: str
    title: str
    parts: tuple[Chart | Listing, ...] = ()
    filters: tuple[str, ...] = ()
    headline: Callable[[View], Figures] | None = None
    controls: Callable[[View], list[Component]] | None = None
    body: Callable[[View], list[Component]] | None = None
    lead: Callable[[View], list[Component]] | None = None

    @property
    def key(self) -> str:
        """The page's name in addresses of its data."""
        return self.path.strip("/") or "overview"

    def render(self, view: View) -> list[Component]:
        """Return the page."""
        if self.body is not None:
            return self.body(view)
        head: list[Component] = [html.H1(view.text(self.title), tabIndex=-1)]
        controls = self.controls(view) if self.controls else []
        if self.filters or controls:
            head.append(filter_bar(view, self.filters, controls))
        if figures := self._figures(view):
            head.append(kpis(figures))
        cards = [self._card(view, part) for part in self.parts]
        lead = self.lead(view) if self.lead else []
        return [*head, html.Div([*lead, *cards], className="cards")]

    def _figures(self, view: View) -> Figures:
        """Return the headline; none where the set is of another version and lacks a column that it needs."""
        try:
            return self.headline(view) if self.headline is not None else []
        except (ColumnNotFoundError, PublishedSetError):
            return []

    def _card(self, view: View, part: Chart | Listing) -> Component:
        """Return one part of the page."""
        return chart_card(view, self.key, part) if isinstance(part, Chart) else listing_card(view, self.key, part)

    def part(self, name: str) -> Chart | Listing | None:
        """Return the chart or table of that name; None where there is none."""
        return next((part for part in self.parts if part.name == name), None)
