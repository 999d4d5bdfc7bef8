"""Sizes of memory as settings write them: ``3GB``, ``800MiB``."""

from __future__ import annotations

import re

SIZE = r"^\d+(\.\d+)?\s?[KMGT]i?B$"
UNITS = {"K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40}


def bytes_of(text: str) -> int:
    """Return a size that fits ``SIZE`` in bytes."""
    number, unit = re.findall(r"^([\d.]+)\s?([KMGT]i?)B$", text)[0]
    return int(float(number) * UNITS[unit])
