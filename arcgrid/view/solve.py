"""A run of the solver `human`, and the pages on which a person solves its puzzles."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

from arcgrid import __version__
from arcgrid.engines.person import ENGINE, SOLVER, check_person
from arcgrid.errors import ArgumentError, TaskError
from arcgrid.grid import as_grid
from arcgrid.machine import cpu_of_all, processor
from arcgrid.palette import NAMES
from arcgrid.report.html.page import palette_style, render_document
from arcgrid.result import Budget
from arcgrid.runner import origin_of
from arcgrid.solver import find_solver
from arcgrid.store import Run, RunPlan, Store
from arcgrid.store.trials import TrialStore
from arcgrid.task import TaskSet
from arcgrid.view.runs import static
from arcgrid.view.server import Reply
from arcgrid.view.sitting import Sitting
from arcgrid.view.work import Work

_SCRIPTS = ("editor.js", "board.js", "bench.js", "solve.js")


@contextmanager
def sitting(
    path: Path, tasks: TaskSet, name: str, attempts: int, *, seed: int = 0
) -> Iterator[SolveSite]:
    """The pages of a person at a run: one that is not finished goes on, else a new one begins.

    Args:
        path: the run store; made where there is none.
        tasks: the puzzles.
        name: the person's.
        attempts: guesses for each test output.
        seed: the run's.

    Raises:
        ArgumentError: that is no name for a person.
        TaskError: the set is empty.
        StoreError: the store cannot be used, or a process is at work on the run.
    """
    check_person(name)
    if not len(tasks):
        raise TaskError("there is no task to solve", file=tasks.name)
    started, cpu_started = time.monotonic(), cpu_of_all()

    def used() -> tuple[float, float]:
        return time.monotonic() - started, cpu_of_all() - cpu_started

    with TrialStore(path, create=True) as store:
        run = find_sitting(store, tasks, name, attempts)
        run = run or store.create_run(_plan(tasks, name, attempts, seed))
        with store.session(run, used):
            site = SolveSite(path, Sitting(store, run, tasks))
            try:
                yield site
            finally:
                site.close()


def find_sitting(store: Store, tasks: TaskSet, name: str, attempts: int) -> Run | None:
    """The newest run of a person over some tasks that is not finished; None where there is none."""
    for run in store.runs():
        plan = run.plan
        same = (plan.digest, plan.options, plan.budget.attempts) == (
            tasks.digest,
            {"name": name},
            attempts,
        )
        if plan.solver.name == SOLVER and same and run.ended is None:
            return run
    return None


def _plan(tasks: TaskSet, name: str, attempts: int, seed: int) -> RunPlan:
    return RunPlan(
        solver=find_solver(SOLVER),
        options={"name": name},
        task_set=tasks.name,
        origin=origin_of(tasks),
        digest=tasks.digest,
        asked=tuple(tasks.ids),
        budget=Budget.of("low", attempts, ENGINE.seconds["low"], seed=seed),
        engine=ENGINE.name,
        workers=1,
        versions={"arcgrid": __version__},
        machine=processor(),
    )


class SolveSite:
    """Serves the puzzles of a sitting, one at a time, and takes attempts at them.

    Args:
        path: the run store.
        sitting: the person at the run.
    """

    def __init__(self, path: Path, sitting: Sitting) -> None:
        self._path, self._sitting = path, sitting
        self._lock = threading.Lock()
        self._actions: dict[str, Callable[[TrialStore, dict[str, Any]], Work | None]] = {
            "open": lambda store, sent: sitting.open(store, _number(sent, "puzzle")),
            "submit": self._submit,
            "aside": lambda store, _: sitting.put_aside(store),
            "give-up": lambda store, sent: sitting.give_up(store, _number(sent, "puzzle")),
        }

    @property
    def run(self) -> Run:
        """The run."""
        return self._sitting.run

    def get(self, page: str, known: str) -> Reply | None:
        """The page, which has no puzzle in it."""
        return None if page else Reply(self._page())

    def post(self, page: str, value: Any) -> Reply | None:
        """Open a puzzle, submit an attempt, put a puzzle aside or give it up.

        Raises:
            ArcgridError: what was sent is not that, or it cannot be done now.
        """
        action = self._actions.get(page)
        if action is None:
            return None
        if not isinstance(value, dict):
            return Reply(status=HTTPStatus.BAD_REQUEST)
        with self._lock, TrialStore(self._path) as store:
            work = action(store, value)
            record = None if work is None else work.record()
            return Reply.json({"puzzle": record, "state": self._sitting.state()})

    def close(self) -> None:
        """Stop the clock."""
        with self._lock, TrialStore(self._path) as store:
            self._sitting.put_aside(store)

    def _submit(self, store: TrialStore, sent: dict[str, Any]) -> Work:
        grid = as_grid(sent.get("grid"))
        return self._sitting.submit(store, _number(sent, "puzzle"), _number(sent, "test"), grid)

    def _page(self) -> bytes:
        run, plan = self.run, self.run.plan
        known = {
            "name": plan.options["name"],
            "set": plan.task_set,
            "run": run.name,
            "attempts": plan.budget.attempts,
            "colors": list(NAMES),
            "state": self._sitting.state(),
        }
        fills = "\n".join(f".f{value} {{ --fill: var(--c{value}); }}" for value in range(10))
        inks = "\n".join(f"span.i{value} {{ color: var(--i{value}); }}" for value in range(10))
        styles = static("page.css", "report/html"), static("solve.css")
        style = "\n".join([palette_style(), fills, inks, *styles])
        scripts = [static("dom.js", "report/html"), *map(static, _SCRIPTS)]
        text = render_document(
            static("solve.html"),
            title=f"{plan.task_set} · {plan.options['name']}",
            style=style,
            scripts=scripts,
            data=known,
            asks=True,
            name=plan.options["name"],
            set=plan.task_set,
        )
        return text.encode()


def _number(sent: dict[str, Any], what: str) -> int:
    """A number from 0 that was sent.

    Raises:
        ArgumentError: it is none.
    """
    value = sent.get(what)
    if type(value) is not int or value < 0:
        raise ArgumentError(f"{what} is a number from 0")
    return value
