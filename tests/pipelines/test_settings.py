from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from pipelines.errors import ReturnwatchError
from pipelines.settings import PREFIX, Settings, load_settings


@pytest.fixture(autouse=True)
def _no_settings_around(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.upper().startswith(PREFIX):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def written(text: str) -> Path:
    place = Path("given.toml")
    place.write_text(text, encoding="utf-8")
    return place


def test_without_file_and_variables_there_are_defaults() -> None:
    settings = load_settings()
    assert settings == Settings()
    assert (settings.publish.keep, settings.review.capacity, settings.currency.reporting) == (5, None, None)


def test_a_file_changes_what_it_names(monkeypatch: pytest.MonkeyPatch) -> None:
    text = (
        '[publish]\nkeep = 3\n[currency]\nreporting = "EUR"\n[currency.rates]\nUSD = 0.91\n[costs.label]\nmail = 5.4\n'
    )
    settings = load_settings(written(text))
    assert settings.publish.keep == 3
    assert settings.currency.rates == {"USD": Decimal("0.91")}
    assert (settings.costs.label.mail, settings.costs.label.pickup) == (Decimal("5.4"), Decimal("9.00"))
    Path("given.toml").rename("returnwatch.toml")
    assert load_settings() == settings
    monkeypatch.chdir("/")
    assert load_settings() == Settings()


def test_variables_win_over_the_file_setting_by_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RETURNWATCH_PUBLISH__KEEP", "9")
    monkeypatch.setenv("RETURNWATCH_COSTS__LABEL__STORE", "1.5")
    monkeypatch.setenv("RETURNWATCH_CURRENCY__RATES__USD", "0.9")
    settings = load_settings(
        written("[publish]\nkeep = 3\n[costs.label]\nmail = 5\n[currency.rates]\nUSD = 0.8\nGBP = 1.2\n")
    )
    assert settings.publish.keep == 9
    assert (settings.costs.label.mail, settings.costs.label.store) == (Decimal(5), Decimal("1.5"))
    assert settings.currency.rates == {"USD": Decimal("0.9"), "GBP": Decimal("1.2")}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[publish]\nkep = 3\n", "unknown key 'publish.kep'; docs/settings.md"),
        ("[costs.label]\nmali = 3\n", "unknown key 'costs.label.mali'"),
        ("[publishing]\n", "unknown key 'publishing'"),
        ("[publish]\nkeep = 0\n", "'publish.keep': input should be greater than or equal to 1"),
        ('[currency]\nreporting = "euro"\n', "'currency.reporting': string should match pattern '^[A-Z]{3}$'"),
        ('[currency.rates]\nUSD = "inf"\n', "'currency.rates.USD'"),
        ("[currency.rates]\nUSD = 0\n", "'currency.rates.USD': input should be greater than 0"),
        ("[costs]\nlabel = 1\n", "'costs.label'"),
        ("[costs]\nunit_cost_share = 1.5\n", "'costs.unit_cost_share'"),
        ("[review]\nassumed_fraud_share = nan\n", "'review.assumed_fraud_share'"),
        ('[engine]\nmemory_limit = "lots"\n', "'engine.memory_limit'"),
        ('[engine]\nfile_memory_limit = "399MB"\n', "too low to read any file in; give at least 400MB"),
        ("[publish\n", "not valid TOML"),
    ],
)
def test_a_wrong_file_is_told_with_its_key(text: str, words: str) -> None:
    with pytest.raises(ReturnwatchError) as caught:
        load_settings(written(text))
    assert str(caught.value).startswith("given.toml: ")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("RETURNWATCH_PUBLISH__KEPE", "3", "RETURNWATCH_PUBLISH__KEPE: unknown key 'publish.kepe'"),
        ("RETURNWATCH_PUBLISH__KEEP", "many", "RETURNWATCH_PUBLISH__KEEP: 'publish.keep'"),
        ("RETURNWATCH_PUBLISH", "3", "RETURNWATCH_PUBLISH: 'publish'"),
        ("RETURNWATCH_PUBLISH", "{", "RETURNWATCH_* variables: error parsing value"),
        ("RETURNWATCH_FOO", "3", "RETURNWATCH_FOO: no such setting"),
        ("returnwatch_foo", "3", "returnwatch_foo: no such setting"),
        ("RETURNWATCH_CURRENCY__RATES__US", "1", "RETURNWATCH_CURRENCY__RATES__US: 'currency.rates.US"),
    ],
)
def test_a_wrong_variable_is_told_by_its_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ReturnwatchError) as caught:
        load_settings()
    assert str(caught.value).startswith(words)


@pytest.mark.parametrize("name", ["RETURNWATCH_HOME", "RETURNWATCH_LANDING", "RETURNWATCH_KEY"])
def test_variables_that_are_no_settings_are_let_pass(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "anything")
    assert load_settings() == Settings()


def test_a_file_that_cannot_be_read_is_told() -> None:
    with pytest.raises(ReturnwatchError, match=r"none.toml: cannot read the settings \(No such file"):
        load_settings(Path("none.toml"))
    Path("bytes.toml").write_bytes(b"\xff")
    with pytest.raises(ReturnwatchError, match="not valid TOML"):
        load_settings(Path("bytes.toml"))


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        Settings().publish.keep = 9  # type: ignore[misc]


def sections(model: type[BaseModel]) -> list[type[BaseModel]]:
    below = [field.annotation for field in model.model_fields.values()]
    inner = [kind for kind in below if isinstance(kind, type) and issubclass(kind, BaseModel)]
    return [model, *(found for kind in inner for found in sections(kind))]


def test_every_section_refuses_unknown_keys_and_every_setting_says_what_it_means() -> None:
    found = sections(Settings)
    assert len(found) >= 10
    for section in found:
        assert section.model_config.get("extra") == "forbid"
        assert section.model_config.get("frozen") is True
        for field in section.model_fields.values():
            is_section = isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
            assert is_section or field.description
