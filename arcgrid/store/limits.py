"""Limits on what the store takes of an outcome; what is left out is said in the record itself."""

from __future__ import annotations

from dataclasses import replace

from arcgrid.result import Answer, Guess, Outcome, TimedAnswer

ANSWERS = 1000
"""Answers to a puzzle, each better than the last, that are kept: the last ones."""

EXPLANATION = 16 << 10
STEPS = 32
"""Steps of a guess that are kept, the first ones."""

ERROR = OUTPUT = 64 << 10
"""Characters of what a solver says about a guess, of an error, and of what it printed."""


def bounded(outcome: Outcome, attempts: int) -> Outcome:
    """An outcome without guesses past so many a test input, in any answer, and with short texts.

    The last answer keeps its steps: what led to one that was bettered is of no use any more.
    """
    kept = outcome.answers[-ANSWERS:]
    beyond = kept[-1].answer.within(attempts)[1] if kept else 0
    output = clipped(outcome.output, OUTPUT)
    if len(kept) < len(outcome.answers):
        output += f"\n[the {len(outcome.answers) - len(kept):,} answers before are not kept]"
    return replace(
        outcome,
        answers=tuple(
            _bounded(timed, attempts, STEPS if timed is kept[-1] else 0) for timed in kept
        ),
        error=None if outcome.error is None else clipped(outcome.error, ERROR),
        output=output,
        guesses_beyond=outcome.guesses_beyond + beyond,
    )


def clipped(text: str, limit: int) -> str:
    """A text, or its first half and its last, and how much was between."""
    if len(text) <= limit:
        return text
    left_out = f"\n[{len(text) - limit:,} characters are not kept]\n"
    return text[: limit // 2] + left_out + text[len(text) - limit // 2 :]


def _bounded(timed: TimedAnswer, attempts: int, steps: int) -> TimedAnswer:
    answer, _ = timed.answer.within(attempts)
    guesses = tuple(tuple(_short(guess, steps) for guess in test) for test in answer.guesses)
    return replace(timed, answer=Answer(guesses, answer.cost, answer.tokens))


def _short(guess: Guess, steps: int) -> Guess:
    explanation = guess.explanation
    if len(guess.steps) <= steps and (explanation is None or len(explanation) <= EXPLANATION):
        return guess
    return replace(
        guess,
        explanation=None if explanation is None else clipped(explanation, EXPLANATION),
        steps=guess.steps[:steps],
    )
