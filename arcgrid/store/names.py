"""Names of runs: what is one, and one for a run without."""

from __future__ import annotations

import re
from pathlib import Path

from arcgrid.errors import StoreError

LATEST = "latest"
"""In place of a run's name: the newest run."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,99}")


def check_name(name: str) -> None:
    """Check that a run can have a name.

    Raises:
        StoreError: it cannot.
    """
    if name == LATEST or not _NAME.fullmatch(name):
        problem = "a run's name has letters, digits, and . _ + - (and is not 'latest')"
        raise StoreError(f"{problem}, not {name!r}")


def made_up_name(solver: str, taken: set[str]) -> str:
    """A name for a run of a solver that no other run has, such as `transforms-3`."""
    stem = re.sub(r"[^A-Za-z0-9._+-]+", "-", Path(solver.partition(":")[0]).stem).strip("-.")
    number = 1
    while f"{stem or 'run'}-{number}" in taken:
        number += 1
    return f"{stem or 'run'}-{number}"
