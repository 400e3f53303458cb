"""Programs in any language as solvers: `exec:./my_solver --flag`, one JSON object a line.

A program reads puzzles on its standard input and writes answers to its standard output; what it
says otherwise goes to standard error. `data/program.schema.json` has the protocol as a JSON Schema.
"""

from __future__ import annotations

import errno
import os
import shlex
import shutil
import subprocess
import sys
from codecs import BOM_UTF8
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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
_LONGEST_FIRST_LINE = 256  # the kernel reads no more of it
_OUT_OF_REACH = "what it needs may be out of its reach: --allow PATH"
_CRLF = "its first line ends in CRLF, which hides the interpreter: save the file with LF line ends"


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
                message = _read(program, "it was done")
                match message:
                    case {"type": "answer"}:
                        yield _answer(message)
                    case {"type": "done"}:
                        return
                    case {"type": "error"}:
                        raise ProgramError(str(message.get("message", "no reason given")))
                    case _:
                        wanted = "a message of type answer, done or error is wanted"
                        raise AnswerError(f"{wanted}, not {_shown(message)}")

    @contextmanager
    def _started(self) -> Iterator[subprocess.Popen[bytes]]:
        """A program that has said hello; it ends with its standard input."""
        program = _start(self._command)
        try:
            assert program.stdin is not None
            hello = {"type": "hello", "protocol": PROTOCOL, "arcgrid": __version__}
            _write(program.stdin, hello)
            said = _read(program, f"it said hello ({HELP})")
            version = said.get("protocol")
            if said.get("type") != "hello" or type(version) is not int or version != PROTOCOL:
                wanted = f'{{"type":"hello","protocol":{PROTOCOL}}}'
                raise AnswerError(f"its first line must be {wanted}, not {_shown(said)}")
            yield program
        finally:
            _end(program)


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    except OSError as error:
        raise ProgramError(_why_not_started(command[0], error), ended=True) from None


def _why_not_started(path: str, error: OSError) -> str:
    """What the system says of the program where it means the interpreter, or nothing that helps."""
    line = _first_line(path)
    if error.errno == errno.ENOEXEC:
        hint = "a script begins with the name of its interpreter, such as #!/bin/sh"
        return f"this is no program that this machine can run ({hint})"
    if error.errno == errno.ENOENT and line and not line.startswith("#!"):
        return f"what loads it is not there, such as another C library; {_OUT_OF_REACH}"
    if error.errno not in (errno.ENOENT, errno.EACCES) or not line.startswith("#!"):
        return str(error)
    if line.endswith("\r"):
        return _CRLF
    interpreter = (line[2:].split() or [""])[0]
    if error.errno == errno.EACCES:
        return f"the interpreter in its first line: {error.strerror}: {interpreter!r}"
    mend = "correct that line, or open it with --allow PATH if it exists"
    return f"the interpreter in its first line is not there: {interpreter!r}; {mend}"


def _first_line(path: str) -> str:
    try:
        with open(path, "rb") as file:
            return file.readline(_LONGEST_FIRST_LINE).decode("utf-8", "replace").rstrip("\n")
    except OSError:
        return ""


def _end(program: subprocess.Popen[bytes]) -> None:
    """End a program by the end of its input; it may write until it has ended, or is killed."""
    assert program.stdin is not None
    assert program.stdout is not None
    with suppress(OSError):  # it has not read all that it was sent
        program.stdin.close()
    try:
        program.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        program.kill()
        program.wait()
    program.stdout.close()


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


def _read(program: subprocess.Popen[bytes], before: str) -> dict[str, Any]:
    """The next message; `before` is what the program has not done yet, should it end."""
    assert program.stdout is not None
    line = program.stdout.readline(LINE_LIMIT + 1)
    if len(line) > LINE_LIMIT:
        raise AnswerError(f"a line of more than {LINE_LIMIT >> 20} MiB")
    if not line:
        raise ProgramError(_ending(program, before), ended=True)
    try:
        message = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        text = line.decode("utf-8", "replace").rstrip()
        problem = f"a line of standard output {_why_no_message(line, error)}"
        raise AnswerError(f"{problem}: {text!r:.80}") from None
    if not isinstance(message, dict):
        raise AnswerError(f"a line of standard output is no JSON object: {_shown(message)}")
    return message


def _why_no_message(line: bytes, error: Exception) -> str:
    match error:
        case _ if not line.strip():
            return "is empty"
        case RecursionError():
            return "is nested too deep"
        case UnicodeDecodeError():
            return "is not UTF-8"
        case msgspec.ValidationError():  # it is JSON
            return "has a number that is out of range"
        case _ if line.startswith(BOM_UTF8):
            return "begins with a byte order mark, which JSON has not"
    said = str(error).removeprefix("JSON is malformed: ")
    return f"is no JSON, {said[:1].lower()}{said[1:]}"


def _shown(message: object) -> str:
    """The beginning of what a program said, as it said it."""
    return f"{msgspec.json.encode(message).decode():.80}"


def _ending(program: subprocess.Popen[bytes], before: str) -> str:
    try:
        code = program.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        return f"the program closed its standard output before {before}"
    if code < 0:
        return f"the program was ended by signal {-code} before {before}"
    said = f"the program ended with exit code {code} before {before}"
    if code not in _NOT_FOUND:
        return said
    assert isinstance(program.args, list)
    in_crlf = _first_line(program.args[0]).endswith("\r")
    return f"{said}; {_CRLF if in_crlf else _OUT_OF_REACH}"


def _absolute(word: str) -> str:
    return os.path.abspath(word) if os.path.exists(word) else word
