"""Where the solver `search` spends its CPU time, and how many states it makes, in this process.

A timer interrupts the solver every few milliseconds of CPU time; the time since the last time goes
to the family's function that is running. The solver itself runs as it is.
"""

from __future__ import annotations

import signal
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from unittest.mock import patch

import arcgrid_solvers.search as search
from arcgrid import Budget, Task
from arcgrid.result import Effort
from arcgrid_solvers.search.families.states.arena import Arena

INTERVAL = 0.002
HOME = Path(search.__file__).parent


@dataclass(slots=True)
class Profile:
    """What was seen.

    Attributes:
        functions: CPU seconds by the module of a family that was running, below `families`, and its
            function; what runs elsewhere is without one.
        seconds: CPU seconds in all.
        states: states kept by all searches; a state counts once for all grids of a puzzle.
    """

    functions: dict[tuple[str, str], float] = field(default_factory=lambda: defaultdict(float))
    seconds: float = 0.0
    states: int = 0

    @property
    def families(self) -> dict[str, float]:
        """CPU seconds by family."""
        found: dict[str, float] = defaultdict(float)
        for (module, _), seconds in self.functions.items():
            found[family_of(module)] += seconds
        return found


def family_of(module: str) -> str:
    """The family that a module belongs to: `cells` has `cells.learn` and so on."""
    return module.partition(".")[0]


def profile(tasks: Sequence[Task], effort: Effort) -> Profile:
    """Solve tasks one after the other, and see where time goes."""
    profiled = Profile()
    budget = Budget(effort=effort)
    for task in tasks[:3]:  # until then kernels are loaded
        _solve(task, budget)
    with _counted(profiled), _sampled(profiled):
        for task in tasks:
            _solve(task, budget)
    return profiled


def _solve(task: Task, budget: Budget) -> None:
    for _ in search.solve(task.puzzle, budget):
        pass


@contextmanager
def _sampled(profiled: Profile) -> Iterator[None]:
    begun = last = time.process_time()

    def sample(_: int, frame: FrameType | None) -> None:
        nonlocal last
        now = time.process_time()
        profiled.functions[_place(frame)] += now - last
        last = now

    before = signal.signal(signal.SIGPROF, sample)
    signal.setitimer(signal.ITIMER_PROF, INTERVAL, INTERVAL)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
        profiled.seconds = time.process_time() - begun


def _place(frame: FrameType | None) -> tuple[str, str]:
    """The innermost function of a family on the stack, after its module; or what else of ours."""
    ours = ("other", "")
    while frame is not None:
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(HOME / "families"):
            module = path.relative_to(HOME / "families").with_suffix("")
            return ".".join(module.parts), frame.f_code.co_qualname
        if path.parent == HOME:
            ours = (path.stem, "")
        frame = frame.f_back
    return ours


@contextmanager
def _counted(profiled: Profile) -> Iterator[None]:
    """Count the states of every arena when it is emptied; those of replayed programs are none."""
    used: dict[int, Arena] = {}
    begin = Arena.begin

    def count() -> None:
        profiled.states += sum(arena.tuple_count for arena in used.values())
        used.clear()

    def counting(arena: Arena, columns: int) -> None:
        if id(arena) in used:
            count()
        begin(arena, columns)
        if columns > 1:
            used[id(arena)] = arena

    with patch.object(Arena, "begin", counting):
        yield
    count()
