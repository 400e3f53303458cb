"""Solvers that misbehave, each in one way; real ones, run in real workers.

Named as `hostile.py:NAME`. Where a solver has to tell what it saw, it does so in explanations.
"""

from __future__ import annotations

import ctypes
import os
import random
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from arcgrid import Answer, Budget, Guess, Puzzle


def told(puzzle: Puzzle, *words: object) -> Answer:
    """An answer that carries a message out."""
    text = " ".join(map(str, words))
    return Answer(tuple((Guess(grid, explanation=text),) for grid in puzzle.test))


def hang(puzzle: Puzzle, budget: Budget) -> Answer:
    while True:
        pass


def hang_deaf(puzzle: Puzzle, budget: Budget) -> Answer:
    for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            continue
    while True:
        time.sleep(1)


def hang_after_answer(puzzle: Puzzle, budget: Budget) -> Iterator[Answer]:
    yield told(puzzle, "first")
    yield told(puzzle, "second")
    time.sleep(60)


def crash_exit(puzzle: Puzzle, budget: Budget) -> Answer:
    print("about to leave")
    os._exit(3)


def crash_segfault(puzzle: Puzzle, budget: Budget) -> Iterator[Answer]:
    yield told(puzzle, "before the fall")
    ctypes.string_at(0)


def crash_killed(puzzle: Puzzle, budget: Budget) -> Answer:
    os.kill(os.getpid(), signal.SIGKILL)
    return told(puzzle)


def raise_error(puzzle: Puzzle, budget: Budget) -> Answer:
    raise RuntimeError("no idea")


def raise_exit(puzzle: Puzzle, budget: Budget) -> Answer:
    sys.exit("leaving")


def recurse(puzzle: Puzzle, budget: Budget) -> Answer:
    return recurse(puzzle, budget)


def allocate(puzzle: Puzzle, budget: Budget) -> Answer:
    return told(puzzle, len(bytearray(8 << 30)))


def allocate_slowly(puzzle: Puzzle, budget: Budget) -> Answer:
    kept = []
    while True:
        kept.append(np.ones(1 << 20, dtype=np.uint8))


def allocate_in_children(puzzle: Puzzle, budget: Budget) -> Answer:
    for _ in range(4):
        if not os.fork():
            block = bytearray(os.urandom(1 << 20)) * 60
            time.sleep(60)
            os._exit(len(block) % 2)
    time.sleep(60)
    return told(puzzle)


def shared_children(puzzle: Puzzle, budget: Budget) -> Answer:
    """Forks children that share a block of memory rather than own one each."""
    block = bytearray(b"x") * (40 << 20)
    children = []
    for _ in range(4):
        child = os.fork()
        if not child:
            time.sleep(0.5)
            os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)
    return told(puzzle, len(block))


def leak(puzzle: Puzzle, budget: Budget) -> Answer:
    LEAKED.append(np.ones(60 << 20, dtype=np.uint8))
    return told(puzzle, os.getpid())


LEAKED: list[object] = []


def fork_and_hide(puzzle: Puzzle, budget: Budget, record: str) -> Answer:
    """Leaves a grandchild in a session of its own, which records its pid, and hangs."""
    if not os.fork():
        os.setsid()
        if not os.fork():
            Path(record).write_text(str(os.getpid()))
            time.sleep(60)
        os._exit(0)
    time.sleep(60)
    return told(puzzle)


def fork_and_crash(puzzle: Puzzle, budget: Budget, record: str) -> Answer:
    """Leaves a grandchild in a session of its own, and dies."""
    if not os.fork():
        os.setsid()
        if not os.fork():
            Path(record).write_text(str(os.getpid()))
            time.sleep(60)
        os._exit(0)
    while not Path(record).exists():
        time.sleep(0.01)
    os._exit(1)


def print_flood(puzzle: Puzzle, budget: Budget) -> Answer:
    for _ in range(1000):
        print("x" * 9999)
    os.write(2, b"the end\n")
    return told(puzzle, "done")


def print_flood_and_hang(puzzle: Puzzle, budget: Budget) -> Answer:
    while True:
        print("x" * 9999)


def answer_flood(puzzle: Puzzle, budget: Budget) -> Iterator[Answer]:
    number = 0
    while True:
        number += 1
        yield told(puzzle, number)


def answer_same(puzzle: Puzzle, budget: Budget) -> Iterator[Answer]:
    for _ in range(100):
        yield told(puzzle, "same")


def answer_huge(puzzle: Puzzle, budget: Budget) -> Answer:
    return told(puzzle, "x" * (70 << 20))


def many_guesses(puzzle: Puzzle, budget: Budget) -> list[list[list[list[int]]]]:
    return [[[[color]] for color in range(5)] for _ in puzzle.test]


def return_none(puzzle: Puzzle, budget: Budget) -> None:
    return None


def return_text(puzzle: Puzzle, budget: Budget) -> str:
    return "[[0]]"


def return_ragged(puzzle: Puzzle, budget: Budget) -> object:
    return [[[[1, 2], [3]]] for _ in puzzle.test]


def return_too_few(puzzle: Puzzle, budget: Budget) -> object:
    return [[[[1]]]] * (len(puzzle.test) - 1)


def return_eleven(puzzle: Puzzle, budget: Budget) -> object:
    return [[np.full((2, 2), 11)] for _ in puzzle.test]


def invalid_after_answer(puzzle: Puzzle, budget: Budget) -> Iterator[object]:
    yield told(puzzle, "good")
    yield "bad"


def yield_nothing(puzzle: Puzzle, budget: Budget) -> Iterator[Answer]:
    yield from ()


def forge(puzzle: Puzzle, budget: Budget) -> Answer:
    """Writes garbage to every descriptor it can find."""
    for fd in range(3, 64):
        try:
            os.write(fd, b"{}\ngarbage\n")
        except OSError:
            continue
    return told(puzzle)


def close_all(puzzle: Puzzle, budget: Budget) -> Answer:
    os.closerange(0, 256)
    time.sleep(60)
    return told(puzzle)


def kill_parent(puzzle: Puzzle, budget: Budget) -> Answer:
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(60)
    return told(puzzle)


def litter(puzzle: Puzzle, budget: Budget) -> Answer:
    found = sorted(os.listdir())
    Path("litter").write_text("x")
    Path("deep/er").mkdir(parents=True)
    return told(puzzle, found, Path.cwd())


def look_around(puzzle: Puzzle, budget: Budget) -> Answer:
    """Tells what a solver sees of itself."""
    names = ("PYTHONHASHSEED", "OMP_NUM_THREADS", "NUMBA_NUM_THREADS")
    seen = [os.environ.get(name) for name in names]
    return told(puzzle, seen, "numba" in sys.modules, sys.stdin.read() == "", budget.seed)


def hidden(puzzle: Puzzle, budget: Budget) -> Answer:
    """Tells every attribute that a puzzle has."""
    names = [name for name in dir(puzzle) if not name.startswith("_")]
    return told(puzzle, *names, *[type(grid).__name__ for grid in puzzle.test])


def gamble(puzzle: Puzzle, budget: Budget) -> Answer:
    return told(puzzle, random.random(), float(np.random.random()), budget.seed)


def slow(puzzle: Puzzle, budget: Budget, seconds: float = 0.05) -> Iterator[Answer]:
    """Takes its time, so that there is something to interrupt."""
    yield told(puzzle, "early")
    time.sleep(seconds)
    yield told(puzzle, "late", budget.seed)


def options(
    puzzle: Puzzle, budget: Budget, count: int = 1, share: float = 0.5, deep: bool = False
) -> Answer:
    return told(puzzle, repr(count), repr(share), repr(deep))


def paid(puzzle: Puzzle, budget: Budget) -> Answer:
    guesses = tuple((Guess(grid, confidence=0.5),) for grid in puzzle.test)
    return Answer(guesses, cost=0.25, tokens=1000)
