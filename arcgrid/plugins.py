"""What other packages register by entry point, loaded once.

Solvers, formats, engines and notebook drawers are found so; nothing here knows what they are.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points
from typing import Any


@cache
def plugins(group: str) -> tuple[Any, ...]:
    """The values that installed packages register in an entry-point group, by name.

    One that cannot be loaded is left out: a broken package must not break ours.
    """
    values = []
    for point in sorted(entry_points(group=group), key=lambda point: point.name):
        try:
            values.append(point.load())
        except Exception:  # whatever the other package's import raises
            continue
    return tuple(values)
