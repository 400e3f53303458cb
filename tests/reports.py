"""Helpers of the tests of reports: small runs made by hand, some of them hostile.

`python -m tests.reports` writes the golden report anew.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from arcgrid import Pair, Task, TaskSet, __version__, as_grid
from arcgrid.report.html import format_report
from arcgrid.result import Answer, Budget, Guess, Outcome, TimedAnswer
from arcgrid.solver import SolverSource
from arcgrid.sources import RunResult
from arcgrid.store import Run, RunPlan
from tests.samples import Rows, task_set

GOLDEN = Path(__file__).parent / "golden" / "report.html"

MARKUP = "</script><script>window.hacked = 1</script><img src=x onerror='hacked = 1'>&amp;\u2028\"'"
"""What a hostile task, solver or submission may be called or say."""

TRUTHS: Mapping[str, Rows] = {
    "aa": [[1, 2, 3], [4, 5, 6]],
    "bb": [[7, 8], [9, 0]],
    "cc": [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
    "dd": [[2]],
}


def tasks() -> TaskSet:
    """Four tasks of one test each, whose train pairs turn a row around."""
    train = (Pair(as_grid([[1, 2]]), as_grid([[2, 1]])), Pair(as_grid([[3]]), as_grid([[3]])))
    made = [
        Task(id, train[: 1 + number % 2], (Pair(as_grid([[number]]), as_grid(truth)),))
        for number, (id, truth) in enumerate(TRUTHS.items())
    ]
    return task_set(*made)


def guess(rows: Rows, confidence: float | None = None, explanation: str | None = None) -> Guess:
    return Guess(as_grid(rows), confidence, explanation)


def outcome(
    *answers: tuple[float, Sequence[Guess]], kind: str = "answered", error: str | None = None
) -> Outcome:
    """An outcome of a task with one test: each answer has its time and its guesses."""
    timed = tuple(TimedAnswer(seconds, Answer((tuple(given),))) for seconds, given in answers)
    return Outcome(kind, 1.5, 1.25, 1 << 26, timed, error, output="")  # type: ignore[arg-type]  # any text


def entry(
    name: str, asked: TaskSet, outcomes: Mapping[str, Outcome], solver: str = "by-hand"
) -> RunResult:
    """A run that came to these outcomes."""
    plan = RunPlan(
        solver=SolverSource(solver, solver, "solve", "1", "0" * 64),
        options={},
        task_set=asked.name,
        origin=asked.origin,
        digest=asked.digest,
        asked=tuple(task.id for task in asked),
        budget=Budget(),
        engine="inline",
        workers=1,
        versions={"arcgrid": "1"},
        machine="a machine",
    )
    run = Run(name, name, plan, "2026-11-22T10:00:00", None, len(outcomes), 6.0, 5.0)
    return RunResult(run, asked, outcomes)


def sample_entries(task_set: str = "hand-made") -> list[RunResult]:
    """Two runs: `one` solves aa at its second answer and nearly bb; `two` solves cc."""
    asked = TaskSet(task_set, tasks().tasks)
    near = [[7, 8], [9, 1]]
    one = {
        "aa": outcome(
            (0.25, [guess([[1, 2, 3], [4, 5, 0]], 0.5)]),
            (0.75, [guess(TRUTHS["aa"], 0.9, "rows of three")]),
        ),
        "bb": outcome((1.0, [guess(near, 0.8, "almost"), guess([[7]])])),
        "cc": outcome(kind="error", error="ValueError: no idea"),
    }
    two = {
        "aa": outcome((0.5, [guess([[1]])])),
        "bb": outcome(kind="timeout"),
        "cc": outcome((0.5, [guess([[0]]), guess(TRUTHS["cc"])])),
        "dd": outcome((0.5, [guess([[3]])])),
    }
    return [entry("one", asked, one), entry("two", asked, two)]


def many_entries(seeds: int = 5) -> list[RunResult]:
    """So many runs each of two solvers, of one whose seeds solve ever more, and of another."""
    made = []
    for solver, first in (("rising", 0), ("flat", 2)):
        for seed in range(seeds):
            solved = list(TRUTHS)[: min(4, first + (seed if first == 0 else 0))]
            told = {id: outcome((0.5, [guess(TRUTHS[id], 0.9, "known")])) for id in solved}
            wrong = {id: outcome((0.5, [guess([[5]], 0.1)])) for id in TRUTHS}
            one = entry(f"{solver}-{seed}", tasks(), wrong | told, solver)
            plan = replace(one.run.plan, budget=replace(one.run.plan.budget, seed=seed))
            made.append(replace(one, run=replace(one.run, plan=plan)))
    return made


def data_of(text: str) -> Any:
    """What the page's scripts read."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def outcomes_of(run: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The outcomes of a run of a page's data: a record each, without what is not known."""
    columns = run["results"]
    return [
        {name: values[place] for name, values in columns.items() if values[place] is not None}
        for place in range(len(columns.get("task", ())))
    ]


def hostile_entry() -> RunResult:
    """A run in which every text is markup."""
    (first, *_) = tasks()
    asked = TaskSet(f"set {MARKUP}", (Task(MARKUP, first.train, first.test),))
    said = outcome((0.5, [guess([[1]], 0.5, MARKUP)]), kind="error", error=MARKUP)
    return entry("hostile", asked, {MARKUP: said}, solver=MARKUP)


def golden() -> str:
    """The golden report: what is in every report alike has a placeholder.

    That is the version, the styles and scripts (files of their own, and tested as such), and the
    digests by which the page allows them.
    """
    text = format_report(sample_entries("arc-agi-1/evaluation")).replace(__version__, "VERSION")
    text = re.sub(r"<(style|script)>.*?</\1>", r"<\1></\1>", text, flags=re.DOTALL)
    return re.sub(r"sha256-[\w+/]+=", "sha256-DIGEST", text)


if __name__ == "__main__":
    GOLDEN.write_text(golden(), "utf-8")
