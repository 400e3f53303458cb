"""Helpers of the tests that run solvers: small runs of the solvers in `tests/fixtures`."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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


@contextmanager
def hanging(store: Path, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A run that never ends, in a process of its own, with its temporary files in a new folder."""
    folder.mkdir()
    command = [sys.executable, "-m", "arcgrid", "run", f"{HOSTILE}:hang", "--tasks", "arcgrid/mini"]
    environment = os.environ | {"TMPDIR": str(folder), "ARCGRID_STORE": str(store)}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE) as harness:
        assert harness.stderr is not None
        harness.stderr.readline()
        yield harness


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait until it is so; the test's own patience ends a wait in vain."""
    for _ in range(1000):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("it never came to be")
