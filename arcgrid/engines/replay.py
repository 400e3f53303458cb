"""The solver `replay`: reads and votes anew over the replies that another run has kept.

Nothing is sent and nothing is paid for, so that reading and voting can be studied at no cost.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, Self

from arcgrid.engines.chat.answers import read_reply
from arcgrid.engines.chat.views import parse_view
from arcgrid.engines.chat.work import voted
from arcgrid.engines.engine import Assignment, EngineKind, Orders
from arcgrid.errors import SolverError
from arcgrid.result import Answer, Budget, Outcome, TimedAnswer
from arcgrid.sample import Sample, Transcript
from arcgrid.solver import convert_settings
from arcgrid.task import Puzzle

SOLVER = "replay"
"""The solver's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How replies are read and voted over anew.

    Attributes:
        run: the run that has them, by name or id, in the same store.
        samples: only the first so many of each test input; 0 is all.
        order: `kept`, or `shuffled` by the seed, so that ties and the first ones are others.
    """

    run: str
    samples: int = 0
    order: Literal["kept", "shuffled"] = "kept"

    def __post_init__(self) -> None:
        if self.samples < 0:
            raise SolverError(f"option samples={self.samples}: it is at least 0")


def solve(puzzle: Puzzle, budget: Budget, **options: Any) -> Answer:
    """Refuse: only the engine knows the store, `arcgrid.run("replay", ...)`."""
    raise SolverError("replay is run over a task set: it needs a store")


class ReplayEngine:
    """Answers from transcripts, one puzzle after the other."""

    def __init__(self, orders: Orders) -> None:
        self._journal = orders.journal
        self._settings = convert_settings(Settings, orders.options)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def solve(self, assignments: Iterable[Assignment]) -> Iterator[tuple[str, Outcome]]:
        """Yield the key and the outcome of every assignment, in their order.

        Raises:
            StoreError: there is no such run, or it has no transcripts of a task.
        """
        for assignment in assignments:
            started, cpu_started = time.perf_counter(), time.process_time()
            kept = self._journal.recorded(self._settings.run, assignment.key)
            samples = self._chosen([_reread(*one) for one in kept], assignment.budget.seed)
            for sample in samples:
                self._journal.add(assignment.key, sample, None)
            tests = len(assignment.puzzle.test)
            answer = voted(samples, tests, assignment.budget.attempts)
            seconds = time.perf_counter() - started
            answers = (TimedAnswer(seconds, Answer(answer.guesses, cost=0.0, tokens=0)),)
            yield (
                assignment.key,
                Outcome("answered", seconds, time.process_time() - cpu_started, answers=answers),
            )

    def _chosen(self, samples: Sequence[Sample], seed: int) -> list[Sample]:
        """The samples that vote, numbered anew in the order in which they do."""
        if self._settings.order == "shuffled":
            samples = random.Random(seed).sample(samples, len(samples))
        chosen: list[Sample] = []
        for test in sorted({sample.test for sample in samples}):
            given = [sample for sample in samples if sample.test == test]
            most = self._settings.samples or len(given)
            chosen += [replace(one, number=at) for at, one in enumerate(given[:most])]
        return chosen


def _reread(sample: Sample, transcript: Transcript) -> Sample:
    """A sample as its reply is read now; what it cost was paid by the other run."""
    paid = replace(sample, prompt_cost=0.0, cost=0.0)
    if sample.kind == "failed":
        return paid
    reply = json.loads(transcript.reply)
    reading = read_reply(reply if isinstance(reply, dict) else {})
    view = parse_view(sample.view)
    return replace(
        paid,
        kind=reading.kind,
        grid=None if reading.grid is None else view.undo(reading.grid),
        problem=reading.problem,
        read_by=reading.read_by,
    )


ENGINE: EngineKind = EngineKind(
    name="replay",
    about="replies of another run read and voted over anew; nothing is sent",
    make=ReplayEngine,
    limits=False,
    parallel=False,
    serves=frozenset({SOLVER}),
)
