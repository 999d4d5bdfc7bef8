"""What a user's settings declare of delivered files: the options of each file, and sources that there are not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from pipelines.errors import ReturnwatchError
from pipelines.ingest.discover import DeliveredFile
from pipelines.ingest.sources import file_kinds, source_names
from pipelines.settings import SourceSettings


def with_options(files: Iterable[DeliveredFile], sources: Mapping[str, SourceSettings]) -> list[DeliveredFile]:
    """Return the files with the options that ``[sources.<source>]`` and ``[sources.<source>.<kind>]`` declare.

    Raises ReturnwatchError for a section of a source or a kind that there is not: a typo must not pass unseen.
    """
    for source, settings in sources.items():
        _refuse_unknown(source, settings)
    return [
        replace(file, options=sources[file.source].options_of(file.kind.name, file.options))
        if file.kind is not None and file.source in sources
        else file
        for file in files
    ]


def _refuse_unknown(source: str, settings: SourceSettings) -> None:
    """Raise ReturnwatchError where a section of the settings names no source, or no kind of it."""
    if source not in source_names():
        raise ReturnwatchError(f"settings [sources.{source}]: no such source; use one of {', '.join(source_names())}")
    names = [kind.name for kind in file_kinds(source)]
    for kind in settings.kinds:
        if kind not in names:
            raise ReturnwatchError(
                f"settings [sources.{source}.{kind}]: no such kind of file; use one of {', '.join(sorted(names))}"
            )
