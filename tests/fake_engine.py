"""An engine that does as it is told, and a watcher that remembers: for tests of runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Self

import pytest

import arcgrid
from arcgrid import Answer, Guess, Outcome, Task, TaskSet, as_grid
from arcgrid.engines import registry
from arcgrid.engines.engine import Assignment, EngineKind, Estimate, Orders
from arcgrid.errors import ArcgridError
from arcgrid.isolation import Isolation
from arcgrid.machine import Machine
from arcgrid.result import TimedAnswer
from arcgrid.sample import Transcript
from arcgrid.sources import RunResult
from arcgrid.watcher import Silent
from tests.test_store import SAMPLE, TRANSCRIPT

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
        self.recorded: list[Transcript] = []

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
            self.orders.journal.add(one.key, SAMPLE, TRANSCRIPT)
            if "run" in self.orders.options:
                run = str(self.orders.options["run"])
                self.recorded += [text for _, text in self.orders.journal.recorded(run, one.key)]
            yield (
                one.key,
                Outcome(kind, 1.0, 0.5, answers=(TimedAnswer(0.1, answer),), machine=here),
            )


made: list[Fake] = []


def estimate(orders: Orders, assignments: Sequence[Assignment]) -> Estimate:
    return replace(ESTIMATE, requests=len(assignments), prompt_tokens=orders.workers)


def isolate(wanted: Isolation) -> Isolation:
    return replace(wanted, holds=held(closed_by[-1]))


def held(by: str) -> dict[str, str]:
    """What the engine keeps a solver from, all by the same thing."""
    return dict.fromkeys(("files", "network"), by)


def model(options: Mapping[str, object]) -> dict[str, str]:
    return {"model": str(options.get("model", "none"))}


closed_by: list[str] = []
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


def install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the engine known, and nothing remembered."""
    monkeypatch.setattr(
        registry, "plugins", lambda group: [FAKE] if group == "arcgrid.engines" else []
    )
    made.clear()
    closed_by[:] = ["landlock"]


def said(kind: type[ArcgridError], do: Callable[..., object], *given: Any, **settings: Any) -> str:
    with pytest.raises(kind) as caught:
        do(*given, **settings)
    return str(caught.value)


def few(count: int) -> TaskSet:
    return MINI.subset(IDS[:count])
