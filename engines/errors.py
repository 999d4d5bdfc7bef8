"""Failures of an engine that a user can mend."""

from __future__ import annotations


class EngineError(Exception):
    """The engine is not there or cannot go on. The message names the thing, the place and the next step, in a line."""
