"""What other packages register by entry point: loaded once, or only found.

Formats, engines and notebook drawers are loaded here, into this process; nothing here knows what
they are. A solver is not: where its code lies is found without running any of it.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cache
from importlib.machinery import ModuleSpec, PathFinder
from importlib.metadata import entry_points
from importlib.util import find_spec
from itertools import accumulate
from pkgutil import get_importer
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


def find_module(name: str) -> ModuleSpec | None:
    """Where a module is; None where it is not.

    `importlib.util.find_spec` imports the packages that a module is in, which runs their code. So
    what such a package adds to its own `__path__` is not looked at.
    """
    top, *below = accumulate(name.split("."), "{}.{}".format)
    spec = find_spec(top)
    for inner in below:
        places = None if spec is None else spec.submodule_search_locations
        spec = None if places is None else _find_in(inner, list(places))
    return spec


def _find_in(name: str, places: list[str]) -> ModuleSpec | None:
    """Ask whoever an import would ask."""
    for finder in sys.meta_path:
        find = _find_on_path if finder is PathFinder else finder.find_spec
        spec = find(name, places)
        if spec is not None:
            return spec
    return None


def _find_on_path(name: str, places: Sequence[str] | None) -> ModuleSpec | None:
    """As `PathFinder` does, which wants the parent of a namespace within one to be imported."""
    portions: list[str] = []
    for finder in filter(None, map(get_importer, places or ())):
        spec = finder.find_spec(name)
        if spec is not None and spec.loader is not None:
            return spec
        portions += (spec and spec.submodule_search_locations) or ()
    if not portions:
        return None
    namespace = ModuleSpec(name, None, is_package=True)
    namespace.submodule_search_locations = portions
    return namespace
