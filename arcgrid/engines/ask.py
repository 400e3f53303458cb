"""How a solver is asked for its answers to one puzzle, whatever process that happens in.

What limits it lives in the engines.
"""

from __future__ import annotations

import bdb
import errno
import random
import resource
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy.random  # at once: of itself it is loaded with its first use, in the time of a puzzle

from arcgrid.errors import AnswerError, ProgramError
from arcgrid.result import Answer, Budget, OutcomeKind, as_answer
from arcgrid.solver import LoadedSolver
from arcgrid.task import Puzzle

ERROR_LIMIT = 8 << 10
"""Characters of an error text that are kept, from its end."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a call of a solver ended."""

    kind: OutcomeKind
    wall_seconds: float
    cpu_seconds: float
    error: str | None


def answer_puzzle(
    solver: LoadedSolver,
    puzzle: Puzzle,
    budget: Budget,
    options: dict[str, object],
    on_answer: Callable[[float, Answer], None],
) -> Ending:
    """Ask a solver for its answers to one puzzle.

    Args:
        on_answer: called with the seconds since the start and each valid answer as it comes.

    Returns:
        How it ended: `answered`, or `memory`, `error` or `invalid` with the error text.
    """
    random.seed(budget.seed)
    numpy.random.seed(budget.seed % 2**32)
    started, cpu_started = time.perf_counter(), cpu_seconds()
    kind: OutcomeKind = "answered"
    problem: str | None = None
    try:
        result = solver.solve(puzzle, budget, **options)
        answers = result if isinstance(result, Iterator) else [result]
        for value in answers:
            answer = as_answer(value, len(puzzle.test))
            on_answer(time.perf_counter() - started, answer)
    except AnswerError as error:
        # Raised by our check of what was returned, or by the solver's own use of `Guess`.
        kind, problem = "invalid", str(error)
    except ProgramError as error:
        kind, problem = "crash" if error.ended else "error", str(error)
    except MemoryError as error:
        kind, problem = "memory", f"MemoryError: {error}".removesuffix(": ")
    except (KeyboardInterrupt, bdb.BdbQuit):
        raise
    except BaseException as error:
        no_memory = isinstance(error, OSError) and error.errno == errno.ENOMEM
        kind, problem = "memory" if no_memory else "error", _describe(error)
    return Ending(kind, time.perf_counter() - started, cpu_seconds() - cpu_started, problem)


def cpu_seconds() -> float:
    """CPU seconds of this process and of its children that have ended."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def _describe(error: BaseException) -> str:
    """The trace from the solver's own code on."""
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename == __file__:
        trace = trace.tb_next
    text = "".join(traceback.format_exception(error.with_traceback(trace))).rstrip()
    return text[-ERROR_LIMIT:].encode(errors="replace").decode()
