from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipelines.settings import ReaderSettings, load_settings
from pipelines.settings_page import render_settings_doc

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"
ROW = re.compile(r"^\| `(\w+)` \| (not set|`[^`]+`) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
OF_SOURCES = "sources.<source>."


def described() -> dict[str, tuple[str, str, str]]:
    """Return default, type and meaning of each setting that the page has, by its path."""
    found = {}
    plain = re.sub(r"\n## Tables that are lists.*?(?=\n## \[)", "", render_settings_doc(), flags=re.DOTALL)
    for section in plain.split("\n## [")[1:]:
        for name, *told in ROW.findall(section):
            found[f"{section.split(']')[0]}.{name}"] = (told[0], told[1], told[2])
    return found


def test_the_page_is_what_the_code_declares() -> None:
    assert PAGE.read_text(encoding="utf-8") == render_settings_doc(), "run `make docs`"


@pytest.mark.parametrize(
    ("path", "default", "takes"),
    [
        ("publish.keep", "`5`", "a whole number, at least 1"),
        ("review.capacity", "not set", "a whole number, at least 0"),
        ("review.assumed_fraud_share", "`0.02`", "a number, more than 0, less than 0.5"),
        ("currency.reporting", "not set", "a text"),
        ("currency.rates", "not set", "a table of currency codes and numbers"),
        ("engine.memory_limit", '`"3GB"`', "a text"),
        ("costs.label.mail", "`6.00`", "a number, at least 0"),
        ("costs.payment_fee_share", "`0.02`", "a number, at least 0, at most 1"),
        ("sources.<source>.date_order", "not set", "`dmy` or `mdy` or `ymd`"),
        ("sources.<source>.nulls", "not set", "a list of texts"),
        ("costs.refund_is_net_of_restocking_fee", "`false`", "true or false"),
    ],
)
def test_settings_are_told_with_default_and_bounds(path: str, default: str, takes: str) -> None:
    assert described()[path][:2] == (default, takes)


def test_every_setting_is_told_once_with_a_meaning() -> None:
    settings = load_settings().model_dump(exclude={"sources"})

    def paths(values: dict[str, object], prefix: str) -> list[str]:
        inner = {name: value for name, value in values.items() if isinstance(value, dict) and value}
        plain = [f"{prefix}{name}" for name in values if name not in inner]
        return plain + [path for name, value in inner.items() for path in paths(dict(value), f"{prefix}{name}.")]

    of_sources = [f"{OF_SOURCES}{name}" for name in ReaderSettings.model_fields]
    assert sorted(described()) == sorted([*paths(settings, ""), *of_sources])
    assert all(meaning.strip().endswith(".") for *_, meaning in described().values())


def test_the_defaults_that_the_page_tells_are_settings_that_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    by_section: dict[str, list[str]] = {}
    for path, (default, *_) in described().items():
        if default != "not set":
            section, name = path.rsplit(".", 1)
            by_section.setdefault(section, []).append(f"{name} = {default.strip('`')}")
    text = "\n".join(f"[{section}]\n" + "\n".join(lines) for section, lines in by_section.items())
    Path("all.toml").write_text(text, encoding="utf-8")
    assert load_settings(Path("all.toml")) == load_settings()
