"""Whether guesses are right as often as their confidence says: a table of bins."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping

from arcgrid import Outcome, Task
from arcgrid.report.text import format_table
from arcgrid.scoring.verdicts import judge_answer

BINS = 10


def format_reliability(
    tasks: Iterable[Task], outcomes: Mapping[str, Outcome], attempts: int
) -> str:
    """Guesses by stated confidence, with the mean of that and the share that is right."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for task in tasks:
        answer = outcomes[task.id].answer
        for given, verdicts in zip(
            answer.guesses if answer else (), judge_answer(task, answer), strict=False
        ):
            for guess, verdict in zip(given[:attempts], verdicts, strict=False):
                stated = guess.confidence or 0.0
                found = stated, verdict.kind == "solved"
                bins[min(int(stated * BINS), BINS - 1)].append(found)
    rows = [
        (
            f"{100 * number // BINS} to {100 * (number + 1) // BINS}",
            str(len(guesses)),
            f"{100 * statistics.mean(stated for stated, _ in guesses):.1f}",
            f"{100 * statistics.mean(right for _, right in guesses):.1f}",
        )
        for number, guesses in enumerate(bins)
        if guesses
    ]
    return format_table(("stated %", ">guesses", ">mean stated %", ">% right"), rows)
