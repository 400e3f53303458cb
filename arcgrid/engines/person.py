"""The solver `human`: a person, who answers in a browser; `arcgrid view SET --solve` runs it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NoReturn

from arcgrid.engines.engine import Engine, EngineKind, Orders
from arcgrid.errors import ArgumentError, SolverError
from arcgrid.result import EFFORTS, Budget
from arcgrid.task import Puzzle

SOLVER = "human"
"""The solver's name."""

_NAME = re.compile(r"\w[\w .-]{0,39}")
_DAY = 86_400.0


def solve(puzzle: Puzzle, budget: Budget, name: str = "me") -> NoReturn:
    """Refuse: a person needs a page."""
    raise SolverError("the solver human is a person: arcgrid view SET --solve")


def person_of(solver: str, options: Mapping[str, object]) -> str | None:
    """The name of the person who is the solver of a run; None for another solver."""
    return str(options.get("name", "me")) if solver == SOLVER else None


def check_person(name: str) -> None:
    """Check that a person can be called so.

    Raises:
        ArgumentError: the name has other characters than letters, digits, spaces and _ . -, or
            more than 40.
    """
    if not _NAME.fullmatch(name):
        problem = "a person's name has up to 40 letters, digits, spaces and _ . -"
        raise ArgumentError(f"{problem}, not {name!r}")


def _make(orders: Orders) -> Engine:
    raise SolverError("the solver human is a person: arcgrid view SET --solve")


ENGINE: EngineKind = EngineKind(
    name="person",
    about="a person in a browser: arcgrid view SET --solve",
    make=_make,
    limits=False,
    parallel=False,
    serves=frozenset({SOLVER}),
    seconds=dict.fromkeys(EFFORTS, _DAY),  # which nobody enforces
)
