"""The one expectation that suites are made of: a column's largest value lies below a limit.

The library asks an expectation for its configuration some fifty times in a validation, and makes it anew each time; of
a run over little data that was a sixth. Here the fields are read once. It takes seconds to import, as the library does.
"""

from __future__ import annotations

import logging
from typing import Any

from great_expectations.compatibility.pydantic import PrivateAttr
from great_expectations.expectations.core import expect_column_max_to_be_between as library
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

# the class takes the place of the library's of the same name, which the library notes as a warning
logging.getLogger("great_expectations.expectations.registry").setLevel(logging.ERROR)


class ExpectColumnMaxToBeBetween(library.ExpectColumnMaxToBeBetween):
    """The library's expectation of that name, which tells its configuration sooner."""

    _told: dict[str, Any] | None = PrivateAttr(default=None)

    def __setattr__(self, name: str, value: object) -> None:
        """Give a field a value, which its configuration then tells."""
        if name != "_told":
            self._told = None
        super().__setattr__(name, value)

    @property
    def configuration(self) -> ExpectationConfiguration:
        """What the library's own class returns: a new configuration of the fields each time."""
        if self._told is None:
            first = super().configuration
            self._told = {
                "type": first.type,
                "meta": first.meta,
                "notes": first.notes,
                "description": first.description,
                "severity": first.severity,
                "id": first.id,
                "rendered_content": first.rendered_content,
                "kwargs": first.kwargs,
            }
        return ExpectationConfiguration(**{**self._told, "kwargs": dict(self._told["kwargs"])})
