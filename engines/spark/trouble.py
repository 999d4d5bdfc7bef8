"""What went wrong on the cluster, in one line with the next step."""

from __future__ import annotations

import re

MISSING = re.compile(r"ModuleNotFoundError: No module named '([\w.]+)'")
NO_PYTHON = re.compile(r'Cannot run program "([^"]+)"')
LAST_WORDS = re.compile(r"^(?:\w+\.)*(\w+(?:Error|Exception): .+)$", re.MULTILINE)
LONGEST = 300


def told_trouble(master: str, error: Exception) -> str | None:
    """Return the line for a failure of Spark; None for one that is not Spark's."""
    if not type(error).__module__.startswith(("pyspark", "py4j")) and not isinstance(error, ConnectionError):
        return None
    text = str(error)
    if missing := MISSING.search(text):
        return (
            f"{master}: a worker's Python has no {missing[1].split('.')[0]}; install returnwatch there as it is here, "
            "and name that Python by PYSPARK_PYTHON"
        )
    if python := NO_PYTHON.search(text):
        return f"{master}: a worker has no {python[1]}; name its Python by PYSPARK_PYTHON"
    if (
        isinstance(error, ConnectionError)
        or "stopped SparkContext" in text
        or "Py4JNetworkError" in type(error).__name__
    ):
        return f"{master}: the connection to Spark was lost; see the logs of its master, and run again"
    words = LAST_WORDS.findall(text)
    told = words[-1] if words else text.strip().splitlines()[0]
    return f"{master}: a task failed ({told[:LONGEST]}); nothing was changed; the logs of Spark say more"
