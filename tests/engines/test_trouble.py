from __future__ import annotations

import pytest

from engines.spark.trouble import told_trouble


class PythonException(Exception):  # noqa: N818 - as Spark names it
    """A failure that Spark hands over from a worker."""

    __module__ = "pyspark.errors.exceptions.captured"


TRACE = """
  An exception was thrown from the Python worker. Please see the stack trace below.
Traceback (most recent call last):
  File "worker.py", line 7, in main
{words}
"""
NO_MODULE = (
    "m: a worker's Python has no {}; install returnwatch there as it is here, and name that Python by PYSPARK_PYTHON"
)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (
            "ModuleNotFoundError: No module named 'polars'",
            NO_MODULE.format("polars"),
        ),
        (
            "ModuleNotFoundError: No module named 'engines.spark'",
            NO_MODULE.format("engines"),
        ),
        (
            'java.io.IOException: Cannot run program "python9": error=2',
            "m: a worker has no python9; name its Python by PYSPARK_PYTHON",
        ),
        (
            "Cannot call methods on a stopped SparkContext.",
            "m: the connection to Spark was lost; see the logs of its master, and run again",
        ),
        (
            "ValueError: this cannot be",
            "m: a task failed (ValueError: this cannot be); nothing was changed; the logs of Spark say more",
        ),
    ],
)
def test_what_spark_says_at_length_is_one_line(words: str, line: str) -> None:
    assert told_trouble("m", PythonException(TRACE.format(words=words))) == line


def test_a_lost_connection_is_told_as_such() -> None:
    assert told_trouble("m", ConnectionRefusedError("[Errno 111]")) == (
        "m: the connection to Spark was lost; see the logs of its master, and run again"
    )


def test_what_is_not_sparks_is_left_alone() -> None:
    assert told_trouble("m", ValueError("No module named 'polars'")) is None
