"""Whether the cluster's workers can compute what this program would: asked of each before any work.

The same figures come from the same program, on the same libraries; and every machine must see the same folder.
"""

from __future__ import annotations

import hashlib
import platform
import time
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path
from typing import Any

from engines.errors import EngineError
from engines.program import contents

LIBRARIES = ("polars", "numpy", "scikit-learn")
PACKAGES = ("engines", "features", "models")
WAIT_SECONDS = 60.0
"""How long a cluster may take to give the run its first executor."""
MARK = "here"
"""A file in the work folder by which a worker knows that it sees the right one."""


def check_workers(spark: Any, master: str, folder: Path) -> None:  # noqa: ANN401 - of a library that may not be there
    """Raise EngineError where no worker comes, or one has other software, or does not see the folder."""
    _await_executor(spark, master)
    (folder / MARK).touch()
    context = spark.sparkContext
    place, own = str(folder / MARK), software()

    def ask(numbers: Any) -> Any:  # noqa: ANN401 - as above
        """Return what this worker has; sent as it stands, for the worker may have no returnwatch to find it in."""
        import importlib  # noqa: PLC0415 - runs in another process
        import os  # noqa: PLC0415 - as above
        import socket  # noqa: PLC0415 - as above

        del numbers
        found = importlib.import_module("engines.spark.workers").software()
        yield socket.gethostname(), found, os.path.exists(place)  # noqa: PTH110 - as above

    asked = max(context.defaultParallelism, 1)
    for host, found, sees in context.parallelize(range(asked), asked).mapPartitions(ask).collect():
        for name, ours in own.items():
            if found.get(name) != ours:
                raise EngineError(
                    f"{master}: the worker {host} has {name} {found.get(name, 'none')}, and here it is {ours}; "
                    "install the same returnwatch with the same libraries"
                )
        if not sees:
            raise EngineError(
                f"{master}: the worker {host} does not see {folder}; name a folder that all machines share as "
                "[spark] work in returnwatch.toml"
            )


def _await_executor(spark: Any, master: str) -> None:  # noqa: ANN401 - as above
    """Wait for the first executor; EngineError where none comes. On one machine alone the driver is the executor."""
    if master.startswith("local") and not master.startswith("local-cluster"):
        return
    deadline = time.monotonic() + WAIT_SECONDS
    while spark.sparkContext._jsc.sc().getExecutorMemoryStatus().size() <= 1:  # noqa: SLF001 - there is no other way
        if time.monotonic() > deadline:
            raise EngineError(
                f"{master}: no worker took the run within {WAIT_SECONDS:g} s; see on its page that it has some, with "
                "the cores and memory that [spark.properties] ask for"
            )
        time.sleep(0.1)


@cache
def software() -> dict[str, str]:
    """Return what results depend on: versions of Python and libraries, and a hash of the program's own code."""
    python = ".".join(platform.python_version_tuple()[:2])
    return {"python": python, **{name: _version(name) for name in LIBRARIES}, "returnwatch": _own_hash()}


def _version(library: str) -> str:
    """Return the version of a library, or that there is none."""
    try:
        return version(library)
    except PackageNotFoundError:
        return "none"


def _own_hash() -> str:
    """Return a hash of the code that runs on workers."""
    digest = hashlib.sha256()
    for package in PACKAGES:
        for name, content in contents(files(package), package):
            if name.endswith(".py"):
                digest.update(content + b"\0")
    return digest.hexdigest()[:12]
