"""A store that grows: runs in shards of 1,000 outcomes, written, joined, scored, exported, shown.

Each step is a process of its own: its seconds, its peak memory, the size of what it made, and how
its CPU seconds grow with the number of outcomes. GROWTH_MOST=10000 stops earlier.
"""

from __future__ import annotations

import json
import math
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import arcgrid
from arcgrid import Answer, Budget, Guess, Outcome, TaskSet, as_grid
from arcgrid.result import TimedAnswer
from arcgrid.selection import Shard, shard_number
from arcgrid.solver import find_solver
from arcgrid.store import RunPlan, Store
from benchmarks.measure import Report, Use, use_of_command

MOST = int(os.environ.get("GROWTH_MOST", 1_000_000))
SIZES = [size for size in (1_000, 10_000, 100_000, 1_000_000) if size <= MOST]
OUTCOMES_A_SHARD = 1_000
STEPS = ("write", "merge", "score", "export", "report")


@dataclass(frozen=True)
class Cost:
    """What a step took, and the bytes that it wrote."""

    use: Use
    size: int


def measure() -> Report:
    costs = {}
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            costs[size] = _steps(Path(folder), size)
    rows = [
        (
            f"{step}",
            f"{size:,}",
            f"{cost.use.wall:.1f}",
            f"{cost.use.cpu:.1f}",
            f"{cost.use.memory / 1e6:,.0f}",
            f"{cost.size / 1e6:,.1f}",
            *(exponents(step, costs) if size == SIZES[-1] else ("", "")),
        )
        for step in STEPS
        for size in SIZES
        for cost in [costs[size][step]]
    ]
    return Report(
        f"Runs in shards of {OUTCOMES_A_SHARD:,} outcomes (goal: merge of 1,000 shards under 60 s "
        "and 500 MB)",
        (
            *("step", ">outcomes", ">seconds", ">CPU-s", ">MB at peak", ">MB written"),
            *(">exponent", ">of the end"),
        ),
        rows,
        ("arcgrid", "msgspec", "numpy"),
        [
            "Tasks of two pairs of 3x3 cells, two attempts at each; start-up is included.",
            "Exponents of CPU seconds by outcomes: fitted over all, and over the last ten times as",
            "many; 1 is in proportion to the work.",
        ],
    )


def exponents(step: str, costs: dict[int, dict[str, Cost]]) -> tuple[str, str]:
    """How the CPU seconds of a step grow with the number of outcomes: over all, and at the end."""
    points = [(math.log(size), math.log(cost[step].use.cpu)) for size, cost in costs.items()]
    return f"{_slope(points):.2f}", f"{_slope(points[-2:]):.2f}"


def _slope(points: Sequence[tuple[float, float]]) -> float:
    """Of the line with the least squares."""
    if len(points) < 2:
        return math.nan
    mean_x, mean_y = (sum(values) / len(points) for values in zip(*points, strict=True))
    above = sum((x - mean_x) * (y - mean_y) for x, y in points)
    return float(above / sum((x - mean_x) ** 2 for x, _ in points))


def _steps(folder: Path, size: int) -> dict[str, Cost]:
    write_tasks(folder / "tasks.json", size)
    module = [sys.executable, "-m", "arcgrid"]
    costs = {"write": _cost([sys.executable, "-m", __name__, str(folder)], folder / "shards")}
    stores = map(str, sorted((folder / "shards").iterdir()))
    whole = folder / "whole.sqlite"
    costs["merge"] = _cost([*module, "merge", *stores, "-o", str(whole)], whole)
    of_whole = ["--store", str(whole)]
    costs["score"] = _cost([*module, "score", "big", *of_whole], None)
    for step, form in (("export", "json"), ("report", "html")):
        out = folder / f"{step}.{form}"
        costs[step] = _cost([*module, step, "big", *of_whole, "-o", str(out)], out)
    return costs


def _cost(command: list[str], made: Path | None) -> Cost:
    """What a command takes, and how much it has made then."""
    use = use_of_command(command)
    files = [] if made is None else [made] if made.is_file() else list(made.iterdir())
    size = sum(file.stat().st_size for file in files)
    took = f"{use.wall:.1f} s, {use.cpu:.1f} CPU-s, {use.memory / 1e6:.0f} MB"
    print(f"{took}, wrote {size / 1e6:.1f} MB:", *command[2:5], file=sys.stderr)
    return Cost(use, size)


def write_tasks(path: Path, size: int) -> None:
    """Tasks that differ in their inputs: the digits of their numbers."""

    def grid(number: int) -> list[list[int]]:
        digits = [int(digit) for digit in f"{number:09}"]
        return [digits[0:3], digits[3:6], digits[6:9]]

    with path.open("w") as file:
        for number in range(size):
            pair = {"input": grid(number), "output": grid(number + 1)}
            head = "{" if number == 0 else ","
            file.write(f'{head}"t{number:07}": {json.dumps({"train": [pair], "test": [pair]})}\n')
        file.write("}\n")


def write_shards(folder: Path) -> None:
    """A run over all tasks, in shards: as the machines of a cluster would write them."""
    tasks = arcgrid.load(folder / "tasks.json")
    of = max(1, len(tasks) // OUTCOMES_A_SHARD)
    places: list[list[int]] = [[] for _ in range(of)]
    for place, task in enumerate(tasks):
        places[shard_number(task, of) - 1].append(place)
    (folder / "shards").mkdir()
    for number, given in enumerate(places, 1):
        shard = Shard(number, of, tasks.name, tasks.digest, len(tasks), tuple(given))
        _write_shard(folder / "shards" / f"{number:04}.sqlite", shard, tasks)


def _write_shard(path: Path, shard: Shard, tasks: TaskSet) -> None:
    part = [tasks[place] for place in shard.places]
    plan = RunPlan(
        solver=find_solver("identity"),
        options={},
        task_set=f"{tasks.name} [shard {shard}]",
        origin=tasks.origin,
        digest=TaskSet("part", tuple(part)).digest,
        asked=tuple(task.id for task in part),
        budget=Budget(),
        engine="local",
        workers=2,
        versions={},
        machine="simulated",
        shard=shard,
    )
    with Store(path, create=True) as store:
        run = store.create_run(plan, "big")
        with store.session(run, lambda: (1.0, 1.0)):
            for task in part:
                answer = Answer(((Guess(task.test[0].input), Guess(_ZEROS)),))
                outcome = Outcome("answered", 0.01, 0.01, 1 << 20, (TimedAnswer(0.01, answer),))
                store.add_outcome(run, task.id, 1, 0, outcome)


_ZEROS = as_grid([[0, 0], [0, 0]])


if __name__ == "__main__":
    write_shards(Path(sys.argv[1]))
