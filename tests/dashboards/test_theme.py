from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path

import pytest

from dashboards.theme import DARK, LIGHT, Theme, contrast, css_variables, style_sheet

READ = ("ink", "muted", "accent", "relief", "warning")


def test_contrast_of_known_pairs() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#0072b2", "#0072b2") == pytest.approx(1.0)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("name", READ)
def test_every_colour_that_means_something_reads_on_its_paper(theme: Theme, name: str) -> None:
    assert contrast(asdict(theme)[name], theme.paper) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_reads_on_a_hovered_row_too(theme: Theme) -> None:
    assert contrast(theme.ink, theme.wash) >= 4.5
    assert contrast(theme.muted, theme.wash) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_no_two_names_share_a_colour(theme: Theme) -> None:
    assert len(set(asdict(theme).values())) == len(asdict(theme))


def test_css_variables_name_every_colour() -> None:
    assert css_variables(LIGHT).startswith("--paper: #ffffff; --wash: ")
    assert css_variables(DARK).count("--") == len(asdict(DARK))


def test_style_sheet_is_dark_on_screens_only() -> None:
    light, dark, rules = style_sheet("h1 { color: var(--ink); }").splitlines()
    assert light.startswith(f":root {{ --paper: {LIGHT.paper};")
    assert dark.startswith(f"@media screen and (prefers-color-scheme: dark) {{ :root {{ --paper: {DARK.paper};")
    assert rules == "h1 { color: var(--ink); }"


@pytest.mark.parametrize(("scheme", "theme"), [("light", LIGHT), ("dark", DARK)])
def test_pages_have_the_palettes_colours(scheme: str, theme: Theme) -> None:
    sheet = (Path(__file__).parents[2] / "dashboards/assets/page.css").read_text(encoding="utf-8")
    rules = sheet.split(f'[data-mantine-color-scheme="{scheme}"] {{')[1].split("}")[0]
    told = dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", rules))
    assert told == asdict(theme)
