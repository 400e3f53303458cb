"""What a run made of one task, as text: the outcome, each attempt, the error, what was printed."""

from __future__ import annotations

from arcgrid.errors import printable
from arcgrid.grid import Grid, format_size
from arcgrid.render import ansi
from arcgrid.report.text import count, format_bytes, format_seconds
from arcgrid.result import Outcome
from arcgrid.scoring.verdicts import Verdict, verdict_of
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
                verdict = format_verdict(verdict_of(guess.grid, pair.output), pair.output)
                why = f"  ({printable(guess.explanation)})" if guess.explanation else ""
                sure = "" if guess.confidence is None else f", confidence {guess.confidence:.2f}"
                heading = f"test[{test}] attempt_{number}  {format_size(guess.grid)}: {verdict}"
                shown = ansi.grid(guess.grid, colors, digits, cells=cells, palette=palette)
                lines += ["", heading + sure + why, *shown]
    if outcome.guesses_beyond:
        lines += ["", f"{outcome.guesses_beyond} more guesses were dropped: the budget has fewer"]
    if outcome.error:
        lines += ["", "error:", printable(outcome.error)]
    if outcome.output:
        lines += ["", "printed:", printable(outcome.output.rstrip("\n"))]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def format_verdict(verdict: Verdict, truth: Grid | None) -> str:
    """What a grid that was attempted is, in words."""
    if truth is None:
        return "the answer is not known"
    if verdict.kind == "size":
        return f"wrong size, {format_size(truth)} is right"
    return f"{verdict.wrong} of {truth.size} cells wrong" if verdict.wrong else "correct"
