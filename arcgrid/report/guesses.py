"""A solver's guesses at one task, as text: pictures side by side, and where they come from."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from arcgrid.errors import printable
from arcgrid.grid import Grid, format_size
from arcgrid.render import ansi
from arcgrid.report.attempts import format_verdict
from arcgrid.report.text import count, format_seconds
from arcgrid.result import Guess, Outcome
from arcgrid.scoring.verdicts import verdict_of
from arcgrid.task import Pair, Task


def format_guesses(
    task: Task,
    outcome: Outcome,
    colors: ansi.Colors = "none",
    *,
    explain: bool = False,
    width: int | None = None,
    palette: str = "classic",
) -> str:
    """Format the last answer to a task: each test input with the guesses at its output.

    Args:
        task: the task; where it has answers, each guess is marked.
        outcome: what the solver made of it.
        colors: what the terminal can show.
        explain: add for each guess the confidence and the explanation, what the task took, and
            what the solver printed.
        width: columns of the terminal; None where it is none, so that no text is wrapped.
        palette: the name of a palette.
    """
    lines = [f"task {task.id}"]
    answer = outcome.answer
    for index, pair in enumerate(task.test):
        guesses = () if answer is None else answer.guesses[index]
        lines += ["", f"test[{index}]"]
        lines += _pictures(pair, guesses, colors, width or _UNBOUNDED, palette)
        if not guesses:
            lines += ["", "no guess"]
        elif explain:
            lines += ["", *_reasons(guesses, width)]
    if explain:
        taken = f"{outcome.kind} in {format_seconds(outcome.cpu_seconds)} CPU"
        lines += ["", f"{taken}, {count(len(outcome.answers), 'answer')} on the way"]
        lines += [printable(line) for line in outcome.output.splitlines()]
    return "\n".join(lines) + "\n"


_UNBOUNDED = 200


def _pictures(
    pair: Pair, guesses: Sequence[Guess], colors: ansi.Colors, width: int, palette: str
) -> list[str]:
    grids = [pair.input, *(guess.grid for guess in guesses)]
    widest = max((guess.grid.shape[1] for guess in guesses), default=0)
    fits = 2 * (pair.input.shape[1] + widest) + len(ansi.GAP) <= width
    cells: ansi.Cells = "wide" if fits else "half"
    captions = [["input"]] + [
        [f"attempt_{number}", *_verdict(guess.grid, pair.output)]
        for number, guess in enumerate(guesses, 1)
    ]
    height = max(map(len, captions))
    blocks = []
    for (name, *rest), grid in zip(captions, grids, strict=True):
        head = [f"{name}  {format_size(grid)}", *rest]
        head += [""] * (height - len(head))
        blocks.append([*head, *ansi.grid(grid, colors, cells=cells, palette=palette)])
    return ansi.side_by_side(blocks, width)


def _verdict(guess: Grid, truth: Grid | None) -> list[str]:
    """A mark with what is wrong; nothing where the answer is not known."""
    if truth is None:
        return []
    verdict = verdict_of(guess, truth)
    return [f"{'✓' if verdict.kind == 'solved' else '✗'} {format_verdict(verdict, truth)}"]


def _reasons(guesses: Sequence[Guess], width: int | None) -> list[str]:
    lines = []
    for number, guess in enumerate(guesses, 1):
        sure = "" if guess.confidence is None else f", confidence {guess.confidence:.2f}"
        why = printable(guess.explanation or "no explanation")
        text = f"attempt_{number}{sure}: {why}"
        lines += [text] if width is None else textwrap.wrap(text, width, subsequent_indent="  ")
    return lines
