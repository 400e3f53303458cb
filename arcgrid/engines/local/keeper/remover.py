"""Removes what workers left behind, beside the harness: nobody waits for how much is in it."""

from __future__ import annotations

import os
from contextlib import suppress

from arcgrid.engines.local.keeper import clear
from arcgrid.engines.local.keeper.warden import LAST, claim


def main(arguments: list[str]) -> None:
    """Remove the directories, links and files that are the arguments, but for what is in use."""
    os.nice(LAST)
    for path in arguments:
        with suppress(OSError):
            remove_left(path)


def remove_left(path: str) -> None:
    """Remove one, unless a warden holds it.

    Raises:
        OSError: it is gone, or may not be opened.
    """
    if os.path.islink(path) or not os.path.isdir(path):
        os.unlink(path)
    elif (held := claim(path)) is not None:
        clear.remove(path)
        os.close(held)
