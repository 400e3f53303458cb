"""The families of candidates, one a package or a module that declares itself in a value `FAMILY`.

`FAMILIES` is all that the solver, the arbiter and the benchmarks know of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from arcgrid import ArgumentError
from arcgrid_solvers.search.family import Family

_HOMES = (
    "cells",
    "objects",
    "templates",
    "transforms",
    "states",
    "layers",
)
"""Where families are declared, in the order in which they are asked."""


def _declared(home: str) -> Family:
    family: Family = import_module(f"{__name__}.{home}").FAMILY
    return family


FAMILIES: Mapping[str, Family] = {home: _declared(home) for home in _HOMES}
"""All families by name, in the order in which they are asked."""


def chosen(families: str = "", without: str = "") -> tuple[Family, ...]:
    """Some of the families, in the order of all.

    Args:
        families: names with commas between them; empty for all.
        without: those to leave out, in the same way.

    Raises:
        ArgumentError: there is no such family, or none is left.
    """
    wanted, unwanted = _names(families) or set(FAMILIES), _names(without)
    left = tuple(
        family for name, family in FAMILIES.items() if name in wanted and name not in unwanted
    )
    if not left:
        raise ArgumentError("no family is left to ask")
    return left


def _names(listed: str) -> set[str]:
    names = {name.strip() for name in listed.split(",")} - {""}
    for name in sorted(names - set(FAMILIES)):
        raise ArgumentError(f"unknown family {name!r}; known: {', '.join(FAMILIES)}")
    return names
