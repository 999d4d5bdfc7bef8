"""The one expectation that suites are made of: a column's largest value lies below a limit.

The library asks an expectation for its configuration some fifty times in a validation, and makes it anew each time; of
a run over little data that was a sixth. Here the fields are read once. As the library takes seconds to import, the
class is made where it is first asked for.
"""

from __future__ import annotations

import logging
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from great_expectations.expectations.core.expect_column_max_to_be_between import (
        ExpectColumnMaxToBeBetween as Library,
    )
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration


@cache
def max_expectation() -> type[Library]:
    """Return the library's ``ExpectColumnMaxToBeBetween``, which tells its configuration sooner."""
    from great_expectations.compatibility.pydantic import PrivateAttr  # noqa: PLC0415 - see above
    from great_expectations.expectations.core import expect_column_max_to_be_between as library  # noqa: PLC0415
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration as New  # noqa: PLC0415

    # the class takes the place of the library's of the same name, which the library notes as a warning
    logging.getLogger("great_expectations.expectations.registry").setLevel(logging.ERROR)

    class ExpectColumnMaxToBeBetween(library.ExpectColumnMaxToBeBetween):
        """The library's expectation of that name."""

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
                self._told = {name: getattr(first, name) for name in TOLD}
            return New(**{**self._told, "kwargs": dict(self._told["kwargs"])})

    return ExpectColumnMaxToBeBetween


TOLD = ("type", "kwargs", "meta", "notes", "description", "severity", "id", "rendered_content")
"""What a configuration is made of."""
