"""Import what a run needs later while it waits for another process.

What belongs here: modules that take seconds to import, loaded in a thread of its own. Whoever waits does not import
anything meanwhile: two threads that import modules of one circle can each get the other's half-made.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from threading import Event, Thread

SLOW_MODULES = ("sklearn.ensemble", "skops.io", "dashboards.report", "pandas", "great_expectations")
"""What every run comes to need, the slowest last: a run that fails early waits for the one that is under way."""


@contextmanager
def importing(names: Sequence[str] = SLOW_MODULES) -> Iterator[None]:
    """Import modules while the block runs; when it ends normally all are there, when it fails as many as there are.

    A module that cannot be imported is left to the one who needs it, and who can say what that means.
    """
    is_over = Event()
    thread = Thread(target=_import_each, args=(names, is_over), name="importing")
    thread.start()
    try:
        yield
    except BaseException:
        is_over.set()
        raise
    finally:
        thread.join()


def _import_each(names: Sequence[str], is_over: Event) -> None:
    """Import one after another until told to stop."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some import what Python is going to drop
        for name in names:
            if is_over.is_set():
                return
            try:
                import_module(name)
            except ImportError:
                continue
