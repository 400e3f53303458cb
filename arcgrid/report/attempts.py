"""What a run made of one task, as text: the outcome, each attempt, the error, what was printed."""

from __future__ import annotations

import numpy as np

from arcgrid.grid import Grid
from arcgrid.render import ansi
from arcgrid.report.text import count, format_bytes, format_seconds, printable
from arcgrid.result import Outcome
from arcgrid.task import Task


def format_attempts(
    task: Task,
    run: str,
    outcome: Outcome | None,
    colors: ansi.Colors = "none",
    digits: bool = False,
    *,
    cells: ansi.Cells = "wide",
    palette: str = "classic",
) -> str:
    """Format the outcome of a task in a run; None means that the run has not come to it."""
    if outcome is None:
        return f"\nrun {run} has not come to this task yet\n"
    lines = [
        "",
        f"run {run}: {outcome.kind}, {format_seconds(outcome.wall_seconds)} wall, "
        f"{format_seconds(outcome.cpu_seconds)} CPU, peak {format_bytes(outcome.peak_memory)}, "
        + count(len(outcome.answers), "answer"),
    ]
    if outcome.answer is not None:
        for test, (guesses, pair) in enumerate(zip(outcome.answer.guesses, task.test, strict=True)):
            if not guesses:
                lines += ["", f"test[{test}]: no attempt"]
            for number, guess in enumerate(guesses, 1):
                verdict = compare(guess.grid, pair.output)
                why = f"  ({printable(guess.explanation)})" if guess.explanation else ""
                sure = "" if guess.confidence is None else f", confidence {guess.confidence:.2f}"
                heading = f"test[{test}] attempt_{number}  {ansi.size(guess.grid)}: {verdict}"
                shown = ansi.grid(guess.grid, colors, digits, cells=cells, palette=palette)
                lines += ["", heading + sure + why, *shown]
    if outcome.guesses_beyond:
        lines += ["", f"{outcome.guesses_beyond} more guesses were dropped: the budget has fewer"]
    if outcome.error:
        lines += ["", "error:", printable(outcome.error)]
    if outcome.output:
        lines += ["", "printed:", printable(outcome.output.rstrip("\n"))]
    return "\n".join(lines) + "\n"


def compare(attempt: Grid, truth: Grid | None) -> str:
    """How an attempt stands to the truth, in words."""
    if truth is None:
        return "the answer is not known"
    if attempt.shape != truth.shape:
        return f"wrong size, {ansi.size(truth)} is right"
    wrong = int(np.count_nonzero(attempt != truth))
    return f"{wrong} of {truth.size} cells wrong" if wrong else "correct"
