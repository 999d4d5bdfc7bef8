"""Colours and type: one light and one dark palette, and how far apart two colours are.

What belongs here: the few colours that mean something, from Okabe and Ito's set for colour-blind
eyes, darkened on light paper until text in them can be read; sizes and the type family. What does
not: layout (``templates/report.css``) and which figure uses which colour (``figures.py``).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
TEXT_PX = 14
"""Body text, table cells and everything inside a chart; headings and headline figures are the other two sizes."""

_LINEAR_BELOW = 0.04045
"""sRGB channel value under which the transfer curve is a straight line."""


@dataclass(frozen=True, slots=True)
class Theme:
    """One palette. Every colour but ``rule`` and ``wash`` reads as text on ``paper`` (4.5 to 1 at least)."""

    paper: str
    """Behind everything."""
    wash: str
    """Behind a bar inside a table, behind a hovered row."""
    rule: str
    """Hairlines; never carries meaning."""
    ink: str
    """Text and totals."""
    muted: str
    """Secondary text, axis labels."""
    accent: str
    """Cost: the one accent (Okabe-Ito blue; sky blue on dark)."""
    relief: str
    """Recovered money (Okabe-Ito bluish green)."""
    warning: str
    """What needs an action (Okabe-Ito vermillion; orange on dark)."""


LIGHT = Theme(
    paper="#ffffff",
    wash="#eef2f5",
    rule="#d0d7de",
    ink="#1a1f24",
    muted="#57606a",
    accent="#0072b2",
    relief="#007f5c",
    warning="#b84f00",
)

DARK = Theme(
    paper="#14181d",
    wash="#222930",
    rule="#3a434d",
    ink="#e8ecf0",
    muted="#a3adb8",
    accent="#56b4e9",
    relief="#1fb58a",
    warning="#e69f00",
)


def css_variables(theme: Theme) -> str:
    """Return the palette as CSS custom properties: ``--paper: #ffffff; ...``."""
    return " ".join(f"--{name}: {colour};" for name, colour in asdict(theme).items())


def style_sheet(rules: str) -> str:
    """Return rules that use the palettes' variables, with the palettes before them: light, dark where asked for.

    The dark one is for screens alone, so that paper always gets ink on white.
    """
    return (
        f":root {{ {css_variables(LIGHT)} --font: {FONT}; }}\n"
        f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {css_variables(DARK)} }} }}\n{rules}"
    )


def _luminance(colour: str) -> float:
    """Return the relative luminance of ``#rrggbb``, from 0 to 1 (WCAG 2.2)."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= _LINEAR_BELOW else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours ``#rrggbb``, from 1 (same) to 21 (WCAG 2.2)."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)
