"""Failures of the machine, as one line each: whichever library met them, the system's words tell them apart."""

from __future__ import annotations

import errno
import os
import re

ADVICE = {
    errno.ENOSPC: "no space left on the disk of the home folder; free some, or name another with --home",
    errno.EDQUOT: "no space left for this user on the disk of the home folder; free some, or have the quota raised",
    errno.EIO: "a disk or network drive gave an I/O error; see the system's log, and run again on a sound one",
    errno.EACCES: "no permission; give the user of this run the right to read and write there",
    errno.EPERM: "no permission; give the user of this run the right to read and write there",
    errno.EROFS: "the disk can only be read; mount it for writing, or name another home with --home",
    errno.EMFILE: "too many open files; raise the limit (ulimit -n) and run again",
    errno.ENFILE: "too many open files on this machine; close some and run again",
}
"""What to do about each failure. Space comes first: it names no place, and the others do where one is known."""
PLACE = re.compile(r"(?:file|directory|path:?|\]) .*?[\"'](?P<place>/[^\"']+)[\"']|: '(?P<end>/[^']+)'")
"""How libraries name the place in their messages."""


def machine_failure(message: str) -> str | None:
    """Return the line for a failure of disk, permission or limits, from a library's message; None for any other."""
    for number, advice in ADVICE.items():
        if os.strerror(number) in message or f"Errno {number}]" in message:
            place = PLACE.search(message)
            named = (place["place"] or place["end"]) if place and number not in {errno.ENOSPC, errno.EDQUOT} else None
            return f"{named}: {advice}" if named else advice
    return None
