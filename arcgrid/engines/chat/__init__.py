"""The solver `chat`: language models behind an OpenAI-compatible endpoint, asked for grids.

It is not run in workers: its code is ours, and requests in flight need no process each. So the key
stays in the harness, and workers need no network. All but this is loaded on first use.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from arcgrid.engines.engine import Assignment, Engine, EngineKind, Estimate, Orders
from arcgrid.extras import load_extra
from arcgrid.result import Answer, Budget
from arcgrid.solver import find_solver
from arcgrid.task import Puzzle

SOLVER = "chat"
"""The solver's name."""


def solve(puzzle: Puzzle, budget: Budget, **options: Any) -> Answer:
    """Answer one puzzle, as `arcgrid run chat` answers many; for the options see `settings`.

    Raises:
        SolverError: an option is wrong, or the endpoint refuses all requests.
    """
    orders = Orders(find_solver(SOLVER), options, budget.memory)
    with make_engine(orders) as engine:
        ((_, outcome),) = engine.solve([Assignment("", puzzle, budget)])
    return outcome.answer or Answer(((),) * len(puzzle.test))


def make_engine(orders: Orders) -> Engine:
    """Make the engine that asks models.

    Raises:
        ArcgridError: the extra is not installed.
    """
    made: Engine = _part("engine").ChatEngine(orders)
    return made


def versions(options: Mapping[str, object]) -> dict[str, str]:
    """The prompt with its digest, and the price with its date."""
    found: dict[str, str] = _part("preflight").versions(options)
    return found


def estimate(orders: Orders, assignments: Sequence[Assignment]) -> Estimate:
    """Estimate what is sent for assignments that nothing was asked about yet."""
    made: Estimate = _part("preflight").estimate(orders, assignments)
    return made


def _part(name: str) -> Any:
    return load_extra(f"{__name__}.{name}", "chat", "the solver chat")


ENGINE: EngineKind = EngineKind(
    name="chat",
    about="language models: requests from this process, many in flight, no workers",
    make=make_engine,
    serves=frozenset({SOLVER}),
    workers=8,
    seconds={"low": 3_600.0, "medium": 3_600.0, "high": 3_600.0},
    versions=versions,
    estimate=estimate,
)
