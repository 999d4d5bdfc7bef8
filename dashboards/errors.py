"""What a person or a program can cause and mend, each with the answer that HTTP has for it."""

from __future__ import annotations


class DashboardError(Exception):
    """A request that cannot be carried out; the message names the thing and the next step, and nothing personal."""

    status = 400


class NotThereError(DashboardError):
    """What was asked for does not exist."""

    status = 404


class ForbiddenError(DashboardError):
    """Whoever asks may not."""

    status = 403


class ConflictError(DashboardError):
    """The thing has changed meanwhile, or somebody else holds it."""

    status = 409


class StoreError(Exception):
    """The decision store cannot be opened; the message names it and the next step."""
