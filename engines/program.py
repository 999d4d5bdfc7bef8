"""The program's own files, by which two machines, or two runs, know that they run the same."""

from __future__ import annotations

from importlib.resources.abc import Traversable


def contents(folder: Traversable, name: str) -> list[tuple[str, bytes]]:
    """Return the name (below ``name``) and the bytes of every source file below a folder, sorted."""
    found = []
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.is_dir() and entry.name != "__pycache__":
            found += contents(entry, f"{name}/{entry.name}")
        elif entry.is_file():
            found.append((f"{name}/{entry.name}", entry.read_bytes()))
    return found
