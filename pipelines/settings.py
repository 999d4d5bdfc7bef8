"""Settings: ``returnwatch.toml`` and ``RETURNWATCH_*`` variables, checked; an unknown key is an error.

What belongs here: every setting, its default and its meaning (docs/settings.md is held against it).
What does not: defaults of the cost model (``cost_model.py``).
"""

from __future__ import annotations

import os
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, SettingsError

from pipelines.cost_rules import CostSection
from pipelines.currency import CurrencyCode, DatedRate, Rate, refuse_repeated, with_file
from pipelines.errors import ReturnwatchError
from pipelines.ingest.options import NOTHING_DECLARED, ReaderOptions
from pipelines.serve_settings import OidcSection, ReviewStoreSettings, ServeSection
from pipelines.sizes import SIZE, bytes_of

PREFIX = "RETURNWATCH_"
LEAST_FILE_MEMORY = "400MB"
DEFAULT_FILE = Path("returnwatch.toml")
OUTSIDE = frozenset({
    "RETURNWATCH_HOME", "RETURNWATCH_KEY", "RETURNWATCH_NEW_KEY", "RETURNWATCH_LANDING", "RETURNWATCH_SOURCES_DIR",
    "RETURNWATCH_SECRET_KEY", "RETURNWATCH_CHAIN_KEY",
})  # fmt: skip
"""Variables with the prefix that are not settings: where the home, the landing folder and sources of one's own are, and
the secret keys."""


class Section(BaseModel):
    """A section of the settings: frozen, and an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class CurrencySettings(Section):
    """Money of every row is converted into one reporting currency."""

    reporting: CurrencyCode | None = Field(
        None, description="Reporting currency, three capitals; where it is not set, the one currency of the exports."
    )
    rates: dict[CurrencyCode, Rate] = Field(
        default_factory=dict,
        description="Value of one unit of a currency in the reporting currency, on days before its first dated rate.",
    )
    dated: tuple[DatedRate, ...] = Field((), description="Rates that hold from a day on, until the next one.")
    dated_file: Path | None = Field(
        None,
        description="A CSV file of more dated rates, with the columns `day,currency,rate`; its path from the current "
        "folder.",
    )

    @model_validator(mode="before")
    @classmethod
    def _with_file(cls, given: object) -> object:
        """Return the section with the rates of its file: what a run did follows from its settings alone."""
        return with_file(given)

    @model_validator(mode="after")
    def _once(self) -> Self:
        """Refuse two rates of one currency and day."""
        refuse_repeated(self.dated)
        return self

    @field_validator("rates", mode="before")
    @classmethod
    def _upper_case(cls, rates: object) -> object:
        """Return the rates by their codes in upper case: the names of variables reach here in lower case."""
        return {str(code).upper(): rate for code, rate in rates.items()} if isinstance(rates, dict) else rates


class PublishSettings(Section):
    """What is kept of what was published."""

    keep: int = Field(5, ge=1, description="Published sets that are kept, the current one included.")
    grace_minutes: int = Field(
        60, ge=0, description="Minutes that a set is kept at least after another took its place: the time of a reader."
    )


class ReviewSettings(Section):
    """What the fraud team can do, and what a decision costs."""

    capacity: int | None = Field(
        None, ge=0, description="RMAs that the team can look at; where it is not set, 2 % of the RMAs scored."
    )
    cost: Decimal = Field(Decimal(5), ge=0, description="Cost of looking at one RMA, in the reporting currency.")
    insult_cost: Decimal = Field(
        Decimal(25), ge=0, description="Cost of wronging one honest shopper, in the reporting currency."
    )
    assumed_fraud_share: float = Field(
        0.02, gt=0, lt=0.5, description="Share of RMAs assumed to be abuse: scales probabilities until verdicts do."
    )


class DetectorSettings(Section):
    """How the detector is fitted."""

    trees: int = Field(200, ge=10, le=2000, description="Trees of the isolation forest.")
    seed: int = Field(20_261_123, ge=0, description="Seed of everything random.")


class LearningSettings(Section):
    """How verdicts come back into the score."""

    mode: Literal["auto", "shadow", "off"] = Field(
        "auto",
        description="`auto`: what verdicts taught is used where it is measured to be better. `shadow`: it is measured "
        "and not used. `off`: nothing is learned.",
    )
    audit_share: float = Field(
        0.01, ge=0, le=0.2, description="Share of the RMAs that are not flagged that people look at by lot."
    )


class EngineSettings(Section):
    """What the machine may be asked for."""

    memory_limit: str = Field(
        "3GB",
        pattern=SIZE,
        description="Memory that DuckDB may use, such as `3GB` or `800MiB`.",
    )
    file_memory_limit: str = Field(
        "3GB",
        pattern=SIZE,
        description="Memory that the process that reads a delivered file may use, at least `400MB`; a file that needs "
        "more is refused.",
    )
    file_seconds: int = Field(
        120,
        ge=1,
        description="Seconds that reading 50 MB of a delivered file (or a smaller one) may take before it is refused.",
    )

    @field_validator("file_memory_limit")
    @classmethod
    def _readable(cls, limit: str) -> str:
        """Refuse a limit in which not even a small file can be read (350 MB were measured to suffice for one)."""
        if bytes_of(limit) < bytes_of(LEAST_FILE_MEMORY):
            raise PydanticCustomError("too_low", "too low to read any file in; give at least " + LEAST_FILE_MEMORY)
        return limit


class SparkSettings(Section):
    """What `--engine spark` computes on (docs/spark.md)."""

    master: str = Field("local[*]", description="Master of the cluster, where `--master` names none.")
    work: Path | None = Field(
        None,
        description="Folder that all machines of the cluster see under this path, for what they share during a run; "
        "where it is not set, `spark` below the home.",
    )
    properties: dict[str, str] = Field(
        default_factory=dict, description='Spark\'s own properties, such as `"spark.executor.memory" = "4g"`.'
    )


class SensorSettings(Section):
    """When the sensor on the landing folder asks for a run."""

    quiet_seconds: float = Field(
        60, ge=0, le=86_400, description="Seconds without any change that new files must have lain there."
    )


class ReaderSettings(Section):
    """How files are to be read whose values alone do not say it."""

    date_order: Literal["dmy", "mdy", "ymd"] | None = Field(
        None, description="Order of day, month and year in dates that are not ISO 8601: `dmy`, `mdy` or `ymd`."
    )
    decimal: Literal[".", ","] | None = Field(None, description="Decimal mark of numbers in text: `.` or `,`.")
    timezone: str | None = Field(
        None, description="Zone of moments without an offset, by its IANA name, such as `Europe/Berlin`; else UTC."
    )
    nulls: tuple[str, ...] = Field((), description="Cells that stand for nothing, beside those that are known to.")
    delimiter: str | None = Field(None, min_length=1, max_length=3, description="What stands between two cells.")
    quote: str | None = Field(None, max_length=1, description="What stands around a cell; nothing where it is empty.")
    escape: str | None = Field(None, max_length=1, description="What stands before a quote within a cell.")
    encoding: str | None = Field(None, description="Encoding of the text, such as `utf-8` or `windows-1252`.")
    skip_lines: int | None = Field(None, ge=0, description="Lines before the header.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        """Let the options say what no reader would understand."""
        self.options()
        return self

    def options(self, base: ReaderOptions = NOTHING_DECLARED) -> ReaderOptions:
        """Return ``base`` with what these settings declare in its place."""
        names = ReaderSettings.model_fields
        return base.over({name: getattr(self, name) for name in names if name in self.model_fields_set})


class SourceSettings(ReaderSettings):
    """How a source's files are to be read; those of one of its kinds below the name that its manifest has for it."""

    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[str, ReaderSettings]

    @model_validator(mode="before")
    @classmethod
    def _refuse_unknown(cls, given: object) -> object:
        """Raise for a key that is neither an option nor a section of its own."""
        for key, value in given.items() if isinstance(given, dict) else ():
            if key not in cls.model_fields and not isinstance(value, dict | ReaderSettings):
                raise PydanticCustomError("unknown_key", "unknown key '{key}'", {"key": key})
        return given

    def options_of(self, kind: str, base: ReaderOptions) -> ReaderOptions:
        """Return ``base``, with the source's options over it, and those of the kind over these."""
        inner = (self.__pydantic_extra__ or {}).get(kind)
        return inner.options(self.options(base)) if inner else self.options(base)

    @property
    def kinds(self) -> tuple[str, ...]:
        """Names of the kinds that have options of their own."""
        return tuple(self.__pydantic_extra__ or ())


class Settings(BaseSettings):
    """All settings. Variables win over the file: ``RETURNWATCH_PUBLISH__KEEP=9`` is ``[publish] keep = 9``."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        nested_model_default_partial_update=True,
    )

    currency: CurrencySettings = CurrencySettings()
    costs: CostSection = CostSection()
    publish: PublishSettings = PublishSettings()
    review: ReviewSettings = ReviewSettings()
    detector: DetectorSettings = DetectorSettings()
    learning: LearningSettings = LearningSettings()
    engine: EngineSettings = EngineSettings()
    spark: SparkSettings = SparkSettings()
    sensor: SensorSettings = SensorSettings()
    reviews: ReviewStoreSettings = ReviewStoreSettings()
    serve: ServeSection = ServeSection()
    oidc: OidcSection = OidcSection()
    sources: dict[str, SourceSettings] = Field(
        default_factory=dict, description="How the files of each source are to be read."
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the hook's signature is the library's
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - as above
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let variables win over the file's values, which come in as arguments; read nothing else."""
        del settings_cls
        return (env_settings, init_settings)


def load_settings(config: Path | None = None) -> Settings:
    """Return the settings from ``config`` (else ``returnwatch.toml`` here, where there is one) and variables.

    Raises ReturnwatchError naming the file or variable, the key and what is wrong with it.
    """
    _refuse_unknown_variables()
    place = config or DEFAULT_FILE
    values = _read_file(place) if config or place.is_file() else {}
    try:
        return Settings(**values)
    except ValidationError as error:
        raise ReturnwatchError(f"{_variable(error) or place}: {_first_problem(error)}") from None
    except SettingsError as error:
        raise ReturnwatchError(f"{PREFIX}* variables: {error}; docs/settings.md says what they take") from None


def _read_file(path: Path) -> dict[str, Any]:
    """Return the values of a TOML file."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ReturnwatchError(f"{path}: cannot read the settings ({error.strerror}); name a readable file") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ReturnwatchError(f"{path}: not valid TOML ({error}); mend that line") from None


def _first_problem(error: ValidationError) -> str:
    """Return the first problem of a validation as one line: which key, what is wrong."""
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return f"unknown key '{key}'; docs/settings.md lists the keys"
    return f"'{key}': {first['msg'][0].lower()}{first['msg'][1:]}; docs/settings.md says what it takes"


def _variable(error: ValidationError) -> str | None:
    """Return the variable that the first problem of a validation came from; None where it came from the file."""
    parts = [str(part) for part in error.errors()[0]["loc"]]
    names = {PREFIX + "__".join(parts[:n]).upper() for n in range(1, len(parts) + 1)}
    return next((name for name in sorted(os.environ) if name.upper() in names), None)


def _refuse_unknown_variables() -> None:
    """Raise ReturnwatchError for a ``RETURNWATCH_*`` variable that is no setting: a typo must not pass unseen."""
    for name in sorted(os.environ):
        section = name.upper().removeprefix(PREFIX).split("__")[0].lower()
        if name.upper().startswith(PREFIX) and name not in OUTSIDE and section not in Settings.model_fields:
            raise ReturnwatchError(f"{name}: no such setting; unset the variable, or see docs/settings.md")
