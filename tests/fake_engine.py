"""An engine that does as it is told, and a watcher that remembers: for tests of runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Self

import arcgrid
from arcgrid import Answer, Guess, Outcome, Task, as_grid
from arcgrid.engines.engine import Assignment, EngineKind, Estimate, Orders
from arcgrid.isolation import Isolation
from arcgrid.machine import Machine
from arcgrid.result import TimedAnswer
from arcgrid.sources import RunResult
from arcgrid.watcher import Silent

MINI = arcgrid.load("arcgrid/mini")
IDS = MINI.ids
ESTIMATE = Estimate(3, 100, None, 0.5, None, "dear")


class Told(Silent):
    """A watcher that remembers, and stops a run after so many outcomes."""

    def __init__(self, stop_after: int = -1) -> None:
        self.events: list[object] = []
        self.left = stop_after

    def begin(self, result: RunResult, left: int) -> None:
        self.events.append(("begin", result.run.name, len(result.by_task), left))

    def preflight(self, estimate: Estimate) -> None:
        self.events.append(estimate)

    def warming(self) -> None:
        self.events.append("warming")

    def say(self, text: str) -> None:
        self.events.append(text)

    def outcome(self, task: Task, outcome: Outcome) -> None:
        self.events.append((task.id, outcome.kind))
        self.left -= 1
        if not self.left:
            raise KeyboardInterrupt

    def end(self) -> None:
        self.events.append("end")


class Fake:
    """An engine that fails at every other puzzle, and remembers its orders."""

    def __init__(self, orders: Orders) -> None:
        made.append(self)
        self.orders = orders
        self.given: list[Assignment] = []

    def __enter__(self) -> Self:
        self.orders.on_warming()
        self.orders.on_note("a note")
        self.orders.journal.machine(Machine("there", "cpu", 3))
        return self

    def __exit__(self, *_: object) -> None:
        self.orders.journal.used(1000.0)

    def solve(self, assignments: Iterable[Assignment]) -> Iterator[tuple[str, Outcome]]:
        self.given = list(assignments)
        for one in self.given:
            kind: Any = "answered" if IDS.index(one.key) % 2 else "error"
            guess = Guess(as_grid([[1]]), None, str(one.budget.seed))
            answer = Answer(((guess,),) * len(one.puzzle.test))
            here = None if one.key in (IDS[0], IDS[2]) else "there"
            yield (
                one.key,
                Outcome(kind, 1.0, 0.5, answers=(TimedAnswer(0.1, answer),), machine=here),
            )


made: list[Fake] = []


def estimate(orders: Orders, assignments: Sequence[Assignment]) -> Estimate:
    return replace(ESTIMATE, requests=len(assignments), prompt_tokens=orders.workers)


def isolate(wanted: Isolation) -> Isolation:
    return replace(wanted, holds={"files": "open" if opened else "landlock"})


def model(options: Mapping[str, object]) -> dict[str, str]:
    return {"model": str(options.get("model", "none"))}


opened: list[bool] = []
FAKE: EngineKind = EngineKind(
    name="fake",
    about="for tests",
    make=Fake,
    seconds={"low": 7.0, "medium": 70.0, "high": 700.0},
    versions=model,
    estimate=estimate,
    isolate=isolate,
    machines=True,
)
