"""What a person or a program can cause and mend, each with the answer that HTTP has for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dashboards.i18n import Speech


class DashboardError(Exception):
    """A request that cannot be carried out; the message names the thing and the next step, and nothing personal.

    The sentence is in English, with ``{names}`` where the values go, so that catalogues can have it.
    """

    status = 400

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence.format(**values) if values else sentence)
        self.sentence = sentence
        self.values = values

    def told(self, speech: Speech) -> str:
        """Return what a person reads, in their language."""
        read = {name: speech.number(value) for name, value in self.values.items() if isinstance(value, int)}
        what = {"what": speech.text(str(self.values["what"]))} if "what" in self.values else {}
        text = speech.text(self.sentence, **{**self.values, **read, **what})
        return text[:1].upper() + text[1:]


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
