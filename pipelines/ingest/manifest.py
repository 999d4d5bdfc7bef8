"""Read and check a source's manifest: TOML with one table a kind of file, and what holds for the whole source.

Belongs here: which keys a manifest may have and what they must look like. Does not: what a kind is
(``sources.py``), nor what the keys mean to users (``docs/add_a_source.md``).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from features.contracts import Kind
from pipelines.errors import ReturnwatchError

KIND_KEYS = frozenset(
    {
        "files", "table", "key", "columns", "ordinal", "short_rows", "same_as", "lists", "wrapped_in", "ignored",
        "version", "milestones", "reader",
    }
)  # fmt: skip
NEEDED = ("files", "table", "key", "columns")
COLUMN_KEYS = frozenset({"name", "kind", "required", "words", "map", "sparse"})
NAME = re.compile(r"[a-z_][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a manifest declares: its kinds by name, whose ids the source shares, the version of its maps."""

    kinds: dict[str, dict[str, Any]]
    namespace: str
    """Sources with the same namespace speak of the same orders by the same id; a source's own name where not given."""
    maps_version: int = 1


def read_manifest(source: str, text: str) -> Manifest:
    """Return the manifest of a source; ReturnwatchError naming the table and the key that is not as it must be."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ReturnwatchError(f"{source}/manifest.toml: not valid TOML ({error}); mend that line") from None
    kinds = {name: value for name, value in content.items() if isinstance(value, dict)}
    problem = next(_problems(source, content, kinds), None)
    if problem:
        raise ReturnwatchError(f"{source}/manifest.toml: {problem}; docs/add_a_source.md says what it takes")
    return Manifest(kinds, content.get("namespace", source), content.get("maps_version", 1))


def _problems(source: str, content: Mapping[str, Any], kinds: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Yield what is wrong with a manifest."""
    if not NAME.fullmatch(source):
        yield f"the folder's name '{source}' must be of lower-case letters, digits and _"
    for name in sorted(content.keys() - kinds.keys() - {"namespace", "maps_version"}):
        yield f"unknown key '{name}'"
    if not NAME.fullmatch(str(content.get("namespace", "x"))):
        yield "'namespace' must be a name of lower-case letters, digits and _"
    if not isinstance(content.get("maps_version", 1), int):
        yield "'maps_version' must be a whole number"
    for name, declared in kinds.items():
        for problem in _kind_problems(declared):
            yield f"[{name}] {problem}"


def _kind_problems(declared: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with the declaration of one kind."""
    for key in sorted(declared.keys() - KIND_KEYS):
        yield f"unknown key '{key}'"
    missing = [key for key in NEEDED if key not in declared and "same_as" not in declared]
    if missing:
        yield f"'{missing[0]}' is missing"
        return
    if not NAME.fullmatch(str(declared.get("table", "x"))):
        yield "'table' must be a name of lower-case letters, digits and _"
    columns = declared.get("columns", {})
    for header, entry in columns.items():
        yield from _column_problems(header, entry)
    if "key" in declared and columns:
        names = {entry.get("name") for entry in columns.values() if isinstance(entry, dict)}
        for name in [declared[key] for key in ("version",) if key in declared] + declared.get("milestones", []):
            if name not in names:
                yield f"'version' and 'milestones' name '{name}', which is no column"
        names |= {declared.get("ordinal", {}).get("column")} | ({"part", "place"} if "lists" in declared else set())
        for part in (part for term in declared["key"] for part in term.split("|")):
            if part not in names:
                yield f"'key' names '{part}', which is no column"


def _column_problems(header: str, entry: object) -> Iterator[str]:
    """Yield what is wrong with the declaration of one column."""
    if not isinstance(entry, dict) or not NAME.fullmatch(str(entry.get("name", ""))):
        yield f"column '{header}' needs a name of lower-case letters, digits and _"
    elif entry.get("kind") not in [kind.value for kind in Kind]:
        yield f"column '{header}' has no kind that there is: {', '.join(kind.value for kind in Kind)}"
    elif entry.keys() - COLUMN_KEYS:
        yield f"column '{header}': unknown key '{min(entry.keys() - COLUMN_KEYS)}'"
