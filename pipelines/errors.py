"""Expected failures: what a user can cause and mend, said in one line."""

from __future__ import annotations


class ReturnwatchError(Exception):
    """A failure that a user can mend. Its message names the thing, the place and the next step."""


class WrongArgumentError(ReturnwatchError):
    """An argument that makes no sense: exit code 2."""


class StoppedError(BaseException):
    """A signal (SIGINT, SIGTERM) asked the program to end. As KeyboardInterrupt, nothing but ``main`` catches it."""


class FileRefusedError(Exception):
    """A delivered file that cannot be used at all; the message is the reason that goes into the ledger."""
