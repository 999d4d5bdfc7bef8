"""The same model, the same bytes: skops archives without what differs from one run to the next.

skops names the arrays in its zip file after their addresses in memory, marks shared objects by address,
and the zip file dates its members. None of that carries meaning.
"""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

SCHEMA = "schema.json"
"""The member of a skops archive that describes the objects; the others are arrays."""


def reproducible(content: bytes) -> bytes:
    """Return the skops archive with members and object marks numbered in order, undated and compressed."""
    with ZipFile(BytesIO(content)) as old:
        schema = json.loads(old.read(SCHEMA))
        arrays = [(name, old.read(name)) for name in old.namelist() if name != SCHEMA]
    names = {name: f"{number:05d}.npy" for number, (name, _) in enumerate(arrays)}
    described = json.dumps(_numbered(schema, names, {})).encode()
    out = BytesIO()
    with ZipFile(out, "w", compression=ZIP_DEFLATED) as new:
        for name, data in [*((names[name], data) for name, data in arrays), (SCHEMA, described)]:
            # A member without a date gets the zip format's first day.
            new.writestr(ZipInfo(name), data, compress_type=ZIP_DEFLATED)
    return out.getvalue()


def _numbered(state: Any, names: dict[str, str], marks: dict[int, int]) -> Any:  # noqa: ANN401 -- any JSON value
    """Return the schema with its addresses replaced by the order in which they occur."""
    if isinstance(state, list):
        return [_numbered(part, names, marks) for part in state]
    if not isinstance(state, dict):
        return state
    return {key: _renamed(key, value, names, marks) for key, value in state.items()}


def _renamed(key: str, value: Any, names: dict[str, str], marks: dict[int, int]) -> Any:  # noqa: ANN401 -- as above
    """Return the value of one key of the schema: an object's mark, a member's name, or what lies below."""
    if key == "__id__":
        return marks.setdefault(value, len(marks) + 1)
    if key == "file" and isinstance(value, str):
        return names[value]
    return _numbered(value, names, marks)
