"""Programs in any language as solvers: `exec:./my_solver --flag`, one JSON object a line.

A program reads puzzles on its standard input and writes answers to its standard output; what it
says otherwise goes to standard error. `data/program.schema.json` has the protocol as a JSON Schema.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import msgspec

from arcgrid import __version__
from arcgrid.errors import AnswerError, ProgramError, SolverError
from arcgrid.result import Answer, Budget, Guess
from arcgrid.task import Puzzle

PREFIX = "exec:"
PROTOCOL = 1
"""The version of the protocol; a program says which it speaks."""

HELP = "docs/programs.md has the protocol"

LINE_LIMIT = 32 << 20
"""Bytes of one line that a program may write."""

_END_SECONDS = 1.0
_PYTHON = ("python", "python3")  # the one that arcgrid runs in, wherever others are
_NOT_FOUND = (126, 127)  # what shells and loaders end with


def parse_command(text: str) -> list[str]:
    """Take a command apart, and make every path in it absolute.

    Raises:
        SolverError: it is empty, its quotes do not match, or there is no such program.
    """
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise SolverError(f"this is no command: {error}", file=PREFIX + text) from None
    if not words:
        raise SolverError("a program is wanted, as in exec:./my_solver", file=PREFIX)
    program = sys.executable if words[0] in _PYTHON else shutil.which(words[0])
    if program is None:
        problem = "there is no such program, or it may not be executed"
        raise SolverError(problem, file=words[0])
    return [os.path.abspath(program), *map(_absolute, words[1:])]


class ProgramSolver:
    """A program as a solver: it is started for each puzzle.

    Args:
        command: the program, absolute, with its arguments.

    Raises:
        SolverError: it cannot be started, or does not speak this protocol.
    """

    def __init__(self, command: list[str]) -> None:
        self._command = command
        try:
            with self._started():
                pass
        except (OSError, AnswerError, ProgramError) as error:
            name = PREFIX + shlex.join(command)
            raise SolverError(f"the program cannot be used: {error}", file=name) from None

    def __call__(self, puzzle: Puzzle, budget: Budget, **options: Any) -> Iterator[Answer]:
        """Yield its answers to a puzzle.

        Raises:
            AnswerError: it wrote something else than what the protocol has.
            ProgramError: it said that something is wrong, or ended.
        """
        with self._started() as program:
            assert program.stdin is not None
            _write(program.stdin, _puzzle_message(puzzle, budget, options))
            while True:
                message = _read(program)
                match message:
                    case {"type": "answer"}:
                        yield _answer(message)
                    case {"type": "done"}:
                        return
                    case {"type": "error"}:
                        raise ProgramError(str(message.get("message", "no reason given")))
                    case _:
                        kinds = "answer, done or error"
                        raise AnswerError(
                            f"a message of type {kinds} is wanted, not {message!r:.80}"
                        )

    @contextmanager
    def _started(self) -> Iterator[subprocess.Popen[bytes]]:
        """A program that has said hello; it ends with its standard input."""
        program = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert program.stdin is not None
        assert program.stdout is not None
        try:
            hello = {"type": "hello", "protocol": PROTOCOL, "arcgrid": __version__}
            _write(program.stdin, hello)
            said = _read(program)
            if said.get("type") != "hello" or said.get("protocol") != PROTOCOL:
                wanted = f'{{"type": "hello", "protocol": {PROTOCOL}}}'
                raise AnswerError(f"its first line must be {wanted}, not {said!r:.80}")
            yield program
        finally:
            _end(program)


def _end(program: subprocess.Popen[bytes]) -> None:
    for stream in (program.stdin, program.stdout):
        try:
            assert stream is not None
            stream.close()
        except OSError:  # it has not read all that it was sent
            continue
    try:
        program.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        program.kill()
        program.wait()


def _puzzle_message(puzzle: Puzzle, budget: Budget, options: dict[str, Any]) -> dict[str, Any]:
    pairs = [(pair.input, pair.output) for pair in puzzle.train if pair.output is not None]
    return {
        "type": "puzzle",
        "train": [{"input": one.tolist(), "output": other.tolist()} for one, other in pairs],
        "test": [grid.tolist() for grid in puzzle.test],
        "budget": msgspec.to_builtins(budget),
        "options": options,
    }


def _answer(message: dict[str, Any]) -> Answer:
    guesses = message.get("guesses")
    if not isinstance(guesses, list) or not all(isinstance(test, list) for test in guesses):
        raise AnswerError("guesses must be a list with a list of grids for each test input")
    made = tuple(tuple(map(_guess, test)) for test in guesses)
    return Answer(made, message.get("cost"), message.get("tokens"))


def _guess(value: Any) -> Guess:
    if not isinstance(value, dict):
        return Guess(value)
    return Guess(value.get("grid"), value.get("confidence"), value.get("explanation"))  # type: ignore[arg-type]  # it checks


def _write(stream: IO[bytes], message: dict[str, Any]) -> None:
    try:
        stream.write(msgspec.json.encode(message) + b"\n")
        stream.flush()
    except BrokenPipeError:  # it has ended: what is read next says so
        return


def _read(program: subprocess.Popen[bytes]) -> dict[str, Any]:
    assert program.stdout is not None
    line = program.stdout.readline(LINE_LIMIT + 1)
    if len(line) > LINE_LIMIT:
        raise AnswerError(f"a line of more than {LINE_LIMIT >> 20} MiB")
    if not line:
        raise ProgramError(_ending(program), ended=True)
    try:
        message = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        text = line.decode("utf-8", "replace").rstrip()
        raise AnswerError(f"a line of standard output is no JSON: {text!r:.80}") from None
    if not isinstance(message, dict):
        raise AnswerError(f"a line of standard output is no JSON object: {message!r:.80}")
    return message


def _ending(program: subprocess.Popen[bytes]) -> str:
    try:
        code = program.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        return "the program closed its standard output without a word"
    if code < 0:
        return f"the program was ended by signal {-code}"
    missing = "; what it needs may be out of its reach: --allow PATH" if code in _NOT_FOUND else ""
    return f"the program ended with exit code {code}{missing}"


def _absolute(word: str) -> str:
    return os.path.abspath(word) if os.path.exists(word) else word
