"""Helpers of the tests that run solvers: small runs of the solvers in `tests/fixtures`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import arcgrid
from arcgrid.result import Outcome
from arcgrid.sources import RunResult
from arcgrid.store import Store

SOLVERS = Path(__file__).parent / "fixtures"
HOSTILE = SOLVERS / "hostile.py"


def run_hostile(store: Path, name: str, limit: int = 2, **settings: Any) -> list[Outcome]:
    """The outcomes of a hostile solver on the first few bundled puzzles."""
    result = run_small(store, f"{HOSTILE}:{name}", limit=limit, **settings)
    return outcomes_of(store, result)


def run_small(store: Path, solver: str, **settings: Any) -> RunResult:
    """Run a solver on bundled puzzles, with one worker unless said otherwise."""
    given: dict[str, Any] = {"workers": 1, "limit": 2, **settings}
    return arcgrid.run(solver, "arcgrid/mini", store=store, **given)


def outcomes_of(store: Path, result: RunResult) -> list[Outcome]:
    """All outcomes of a run, in the order of its tasks."""
    with Store(store) as opened:
        return list(opened.outcomes(result.run).values())


def explanation(outcome: Outcome) -> str:
    """What the solver said with its last answer."""
    assert outcome.answer is not None
    return outcome.answer.guesses[0][0].explanation or ""
