"""How records show themselves in a notebook: they ask whoever is registered to draw them.

Records live on lower floors than renderers and import none. As the harness finds solvers, they
find who draws them through an entry-point group of the installed package: one entry for each
class, by its name. Without one (arcgrid is not installed, but lies on the path), they are printed.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import lru_cache
from importlib.metadata import entry_points
from typing import Any

GROUP = "arcgrid.notebook"
"""The entry-point group: class name = module:function, the function takes a record, gives HTML."""


class Shown:
    """A record that a notebook shows as HTML."""

    __slots__ = ()

    def _repr_html_(self) -> str | None:
        """The record as HTML, or None where nobody draws it: then a notebook prints its repr."""
        for kind in type(self).__mro__:
            html = drawer(kind.__name__)
            if html is not None:
                text: str = html(self)
                return text
        return None


def in_notebook() -> bool:
    """True where the code runs in the kernel of a notebook."""
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    return shell is not None and hasattr(shell, "kernel")


@lru_cache(maxsize=64)
def drawer(name: str) -> Callable[..., Any] | None:
    """What is registered under a class's name; None where nothing is."""
    found = entry_points(group=GROUP, name=name)
    return next(iter(found)).load() if found else None
