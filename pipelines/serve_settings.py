"""Settings of the serving side: where decisions are kept, how pages are served, who vouches for people."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator
from pydantic_core import PydanticCustomError


class Section(BaseModel):
    """A section of the settings: frozen, and an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ReviewStoreSettings(Section):
    """Where decisions are kept, and the rules that they follow (docs/security.md)."""

    url: SecretStr | None = Field(
        None, description="Address of a PostgreSQL database; where it is not set, SQLite in `HOME/reviews.sqlite`."
    )
    four_eyes_above: Decimal = Field(
        Decimal(500), ge=0, description="Value of a case, in the reporting currency, above which two people decide."
    )
    claim_minutes: int = Field(15, ge=1, description="Minutes that a case is held for whoever took it.")
    undo_minutes: int = Field(10, ge=1, description="Minutes in which a person can take a decision back.")
    cases_a_day: int = Field(
        50, ge=1, description="Cases that the team looks at a day: where the line across the queue stands."
    )
    due_days: Decimal = Field(
        Decimal(1), gt=0, le=365, description="Days within which a case is to be decided, from when it was first seen."
    )


class ServeSection(Section):
    """How the dashboards are served (docs/security.md)."""

    host: str = Field("127.0.0.1", description="Address that the server listens on.")
    port: int = Field(8050, ge=1, le=65535, description="Port that it listens on.")
    names: tuple[str, ...] = Field((), description="Names that browsers call the server by, beside this machine's own.")
    tls_certificate: Path | None = Field(None, description="File with the certificate and its chain, to speak TLS.")
    tls_key: Path | None = Field(None, description="File with the certificate's key.")
    proxies: int = Field(
        0, ge=0, le=5, description="Proxies of your own before it that speak TLS and tell where a request came from."
    )
    workers: int = Field(2, ge=1, le=64, description="Processes.")
    active: int = Field(8, ge=1, le=64, description="Requests that a process works on at a time.")
    waiting: int = Field(32, ge=0, le=512, description="Requests that wait in a process; more are turned away (503).")
    session_hours: int = Field(12, ge=1, le=168, description="Hours after which a person logs in again.")
    idle_minutes: int = Field(60, ge=1, description="Minutes without a request after which they do.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        """Refuse half of a certificate."""
        if (self.tls_certificate is None) != (self.tls_key is None):
            raise PydanticCustomError("half", "tls_certificate and tls_key are given together or not at all")
        return self


class OidcSection(Section):
    """An identity provider that vouches for people, by OpenID Connect; off where `issuer` is not set."""

    issuer: str | None = Field(None, pattern="^https?://", description="Address of the provider.")
    client_id: str = Field("", description="What the provider calls this server.")
    client_secret_file: Path | None = Field(None, description="File with the secret that the provider gave for it.")
    name_claim: str = Field("email", description="Claim that names a person.")
    role_claim: str = Field("groups", description="Claim that lists a person's groups.")
    roles: dict[str, Literal["analyst", "reviewer", "admin"]] = Field(
        default_factory=dict, description="Role of each group; who is in none of them is not let in."
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        """Refuse a provider that would let nobody in."""
        if self.issuer and not (self.client_id and self.client_secret_file and self.roles):
            raise PydanticCustomError("half", "issuer needs client_id, client_secret_file and roles beside it")
        return self
