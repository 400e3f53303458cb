"""Programs as solvers: three languages for real, the protocol's schema, and what goes wrong."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from arcgrid.cli import main
from arcgrid.engines.local.grants import grants
from arcgrid.engines.local.pool import LEFT_BEHIND
from arcgrid.errors import SolverError
from arcgrid.programs import HELP
from arcgrid.result import Outcome
from arcgrid.solver import find_solver
from arcgrid.watcher import Silent
from tests.runs import HOSTILE, outcomes_of, run_small

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "docs" / "programs"
SCHEMA = ROOT / "arcgrid" / "data" / "program.schema.json"

HELLO = 'print(\'{"type": "hello", "protocol": 1}\', flush=True); import sys, json, os, time\n'
SH_HELLO = """echo '{"type": "hello", "protocol": 1}'
read hello
read puzzle && echo '{"type": "done"}'
"""


def program(folder: Path, code: str) -> str:
    """A Python program of this code, as a solver."""
    path = folder / "program.py"
    path.write_text(code)
    return f"exec:{sys.executable} {path}"


def run_program(store: Path, code: str, **settings: Any) -> Outcome:
    solver = program(store.parent, code)
    return outcomes_of(store, run_small(store, solver, limit=1, **settings))[0]


@pytest.mark.parametrize("name", ["flip.py", "flip.mjs", "identity.cpp"])
def test_the_examples_run(store: Path, tmp_path: Path, name: str) -> None:
    path = EXAMPLES / name
    if name.endswith(".cpp"):
        compiler = shutil.which("c++") or pytest.skip("there is no C++ compiler")
        binary = tmp_path / "identity"
        subprocess.run([compiler, "-Wall", "-Werror", "-o", binary, path], check=True)
        solver = f"exec:{binary}"
    else:
        language = {".py": sys.executable, ".mjs": "node"}[path.suffix]
        if shutil.which(language) is None:
            pytest.skip(f"there is no {language}")
        solver = f"exec:{language} {path}"
    result = run_small(store, solver, limit=20)
    outcomes = outcomes_of(store, result)
    assert {outcome.kind for outcome in outcomes} == {"answered"}
    task = result.tasks.tasks[0].test
    assert outcomes[0].answer is not None
    assert len(outcomes[0].answer.guesses) == len(task)
    score = result.score()
    assert score is not None
    if name.startswith("flip"):
        assert score.numerator > 0
    else:
        first = outcomes[0].answer.guesses[0][0].grid
        assert (first == task[0].input).all()


def test_messages_are_as_the_schema_says(store: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="the schema is read by it")
    echo = (
        "lines = [sys.stdin.readline(), sys.stdin.readline()]\n"
        "guess = {'grid': [[1]], 'confidence': 0.5, 'explanation': ''.join(lines)}\n"
        "tests = len(json.loads(lines[1])['test'])\n"
        "print(json.dumps({'type': 'answer', 'guesses': [[guess]] * tests}), flush=True)\n"
        "print(json.dumps({'type': 'done'}), flush=True)\n"
    )
    outcome = run_program(store, HELLO + echo, options={"depth": "3"})
    assert outcome.answer is not None
    guess = outcome.answer.guesses[0][0]
    hello, puzzle = map(json.loads, str(guess.explanation).splitlines())
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text()))
    for message in (hello, puzzle, {"type": "answer", "guesses": [[[[1]]]], "tokens": 3}):
        validator.validate(message)
    assert (puzzle["options"], puzzle["budget"]["attempts"]) == ({"depth": "3"}, 2)
    assert guess.confidence == 0.5
    for wrong in ({"type": "hullo"}, {"type": "answer", "guesses": [[[[10]]]]}, {"type": "error"}):
        assert not validator.is_valid(wrong)


READ = """
sys.stdin.readline()
if not sys.stdin.readline():
    sys.exit()
"""
"""Goes on with the puzzle; when only the protocol is tried, there is none."""


@pytest.mark.parametrize(
    ("code", "kind", "error"),
    [
        (
            "print('hello?')",
            "invalid",
            "a line of standard output is no JSON, invalid character (byte 0): 'hello?'",
        ),
        (
            """print('{"type": "answer", "cost": NaN}')""",
            "invalid",
            "a line of standard output is no JSON, invalid character (byte 27): "
            """'{"type": "answer", "cost": NaN}'""",
        ),
        ("print()", "invalid", "a line of standard output is empty: ''"),
        (
            "print('[1e999]')",
            "invalid",
            "a line of standard output has a number that is out of range: '[1e999]'",
        ),
        (
            "print('1' * 5_000)",
            "invalid",
            f"a line of standard output has a number that is out of range: '{'1' * 79}",
        ),
        (
            "print('[' * 5_000)",
            "invalid",
            f"a line of standard output is nested too deep: '{'[' * 79}",
        ),
        (
            "sys.stdout.buffer.write(b'[\"\\xff\"]\\n')",
            "invalid",
            "a line of standard output is not UTF-8: '[\"�\"]'",
        ),
        (
            "sys.stdout.buffer.write(b'\\xef\\xbb\\xbf{}\\n')",
            "invalid",
            "a line of standard output begins with a byte order mark, which JSON has not: "
            "'\\ufeff{}'",
        ),
        (
            "print('hello?', flush=True); time.sleep(0.2); print('more')",
            "invalid",
            "a line of standard output is no JSON, invalid character (byte 0): 'hello?'",
        ),
        ("print('[1]')", "invalid", "a line of standard output is no JSON object: [1]"),
        (
            """print('{"type": "done?"}')""",
            "invalid",
            'a message of type answer, done or error is wanted, not {"type":"done?"}',
        ),
        (
            """print('{"type": "answer", "guesses": 3}')""",
            "invalid",
            "guesses must be a list with a list of grids for each test input",
        ),
        (
            """print('{"type": "answer", "guesses": [[[[10]]]]}')""",
            "invalid",
            "row 0, column 0: 10 is not a color (0 to 9)",
        ),
        ("""print('{"type": "error", "message": "no idea"}')""", "error", "no idea"),
        ("sys.exit(3)", "crash", "the program ended with exit code 3 before it was done"),
        (
            "print('loading\\x1b[2J', 'no model', sep='\\n\\n', file=sys.stderr); sys.exit(3)",
            "crash",
            "the program ended with exit code 3 before it was done; it printed last: "
            "loading\ufffd[2J / no model",
        ),
        (
            "print('x' * 10_000, file=sys.stderr); sys.exit(3)",
            "crash",
            f"the program ended with exit code 3 before it was done; it printed last: {'x' * 500}",
        ),
        (
            "os.kill(os.getpid(), 9)",
            "crash",
            "the program was ended by signal 9 before it was done",
        ),
        (
            "os.close(1); time.sleep(60)",
            "crash",
            "the program closed its standard output before it was done",
        ),
        ("time.sleep(60)", "timeout", "not done after 1 seconds"),
    ],
)
def test_what_goes_wrong_is_an_outcome(store: Path, code: str, kind: str, error: str) -> None:
    outcome = run_program(store, HELLO + READ + code, seconds=1 if kind == "timeout" else 20)
    assert (outcome.kind, outcome.error) == (kind, error)


def test_a_program_is_limited_in_memory_and_kept_from_files(store: Path) -> None:
    hoard = "block = bytearray(os.urandom(1 << 20)) * 400\ntime.sleep(60)"
    outcome = run_program(store, HELLO + READ + hoard, memory=150 << 20)
    assert outcome.kind == "memory"
    secret = store.parent / "secret"
    secret.write_text("x")
    stolen = run_program(store, HELLO + READ + f"open({str(secret)!r})")
    assert (stolen.kind, "Permission denied" in stolen.output) == ("crash", True)


@pytest.mark.parametrize(
    ("solver", "error"),
    [
        ("exec:", "exec:: a program is wanted, as in exec:./my_solver"),
        ("exec:'", "exec:': this is no command: No closing quotation"),
        (
            "exec:no-such-program",
            "no-such-program: there is no such program, or it may not be executed",
        ),
    ],
)
def test_a_program_that_cannot_be_found(solver: str, error: str) -> None:
    with pytest.raises(SolverError) as caught:
        find_solver(solver)
    assert str(caught.value) == error


@pytest.mark.parametrize(
    ("code", "error"),
    [
        *(
            (
                f'print(\'{{"type": "hello", "protocol": {version}}}\')',
                'its first line must be {"type":"hello","protocol":1}, not '
                f'{{"type":"hello","protocol":{version}}}',
            )
            for version in ("2", "true", "1.0")
        ),
        ("", f"the program ended with exit code 0 before it said hello ({HELP})"),
        (
            "import os, sys; os.close(1); [*sys.stdin]",
            f"the program closed its standard output before it said hello ({HELP})",
        ),
        (
            "raise OSError('no weights')",
            "/ raise OSError('no weights') / OSError: no weights",
        ),
    ],
)
def test_a_program_of_another_protocol_leaves_no_run(store: Path, code: str, error: str) -> None:
    solver = program(store.parent, code)
    with pytest.raises(SolverError, match="the program cannot be used") as caught:
        run_small(store, solver)
    assert str(caught.value).startswith(f"{solver}: ")
    assert error in str(caught.value)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (
            "#! /no/such/interpreter -u\n",
            "the interpreter in its first line is not there: '/no/such/interpreter'; "
            "correct that line, or open it with --allow PATH if it exists",
        ),
        (
            "#!/bin/sh\r\necho hi\r\n",
            "its first line ends in CRLF, which hides the interpreter: save the file with LF line "
            "ends",
        ),
        (
            "#!/usr/bin/env sh\r\necho hi\r\n",
            f"the program ended with exit code 127 before it said hello ({HELP}); its first line "
            "ends in CRLF, which hides the interpreter: save the file with LF line ends; it "
            "printed last: ",
        ),
        (
            "echo hi\n",
            "this is no program that this machine can run (a script begins with the name of its "
            "interpreter, such as #!/bin/sh)",
        ),
    ],
)
def test_a_script_that_cannot_be_started(store: Path, text: str, error: str) -> None:
    script = store.parent / "mine"
    script.write_bytes(text.encode())
    script.chmod(0o755)
    with pytest.raises(SolverError) as caught:
        run_small(store, f"exec:{script}")
    assert str(caught.value).startswith(f"exec:{script}: the program cannot be used: {error}")


def test_an_interpreter_out_of_reach_is_named(store: Path, tmp_path: Path) -> None:
    if grants().landlock == 0:
        pytest.skip("this kernel has no Landlock, which keeps files out of reach")
    (tmp_path / "elsewhere").mkdir()
    interpreter = tmp_path / "elsewhere" / "sh"
    shutil.copy("/bin/sh", interpreter)
    script = tmp_path / "mine"
    script.write_text(f"#!{interpreter}\n{SH_HELLO}")
    script.chmod(0o755)
    with pytest.raises(SolverError) as caught:
        run_small(store, f"exec:{script}")
    problem = f"the interpreter in its first line: Permission denied: '{interpreter}'"
    assert f"{problem} (--allow {interpreter} lets it read that" in str(caught.value)
    assert run_small(store, f"exec:{script}", allow=[str(interpreter)]).outcomes["answered"] == 2


def test_a_program_that_does_not_say_hello(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("arcgrid.engines.local.engine._HELLO_SECONDS", 0.5)
    told: list[str] = []

    class Listener(Silent):
        def say(self, text: str) -> None:
            told.append(text)

    solver = program(store.parent, "import sys; print('usage: x', file=sys.stderr); [*sys.stdin]")
    with pytest.raises(SolverError) as caught:
        run_small(store, solver, start_seconds=2, watcher=Listener())
    assert told == [f"no hello of the program yet ({HELP}): 0.5 of 2 seconds"]
    late = f"it has not said hello ({HELP}) after 2 seconds; it printed last: usage: x"
    assert str(caught.value) == f"{solver}: {late}"


def test_a_changed_program_has_another_digest(tmp_path: Path) -> None:
    one = find_solver(program(tmp_path, "1"))
    other = find_solver(program(tmp_path, "2"))
    assert one.digest != other.digest
    assert find_solver(other.place).digest == other.digest


def check(*arguments: str) -> tuple[int, list[str]]:
    result = CliRunner().invoke(main, ["check-solver", *arguments])
    return result.exit_code, result.output.splitlines()


def test_a_sound_solver_passes() -> None:
    status, lines = check("identity")
    assert status == 0
    assert {line.partition(" ")[0] for line in lines} == {"right"}
    assert lines[-2:] == [
        "right  the same puzzle with the same seed gets the same answer",
        "right  no process is there when a puzzle is done",
    ]


@pytest.mark.parametrize(
    ("name", "line"),
    [
        (
            "return_too_few",
            "       it ends as invalid: the answer is for 4 test inputs, the puzzle has 5",
        ),
        ("many_guesses", "       it gives 3 guesses beyond its 2 attempts"),
        ("raise_error", "       it ends as error: RuntimeError: no idea"),
        ("crash_exit", "       it prints: about to leave"),
        ("gamble_at_will", "       other guesses the second time: grids of 1x1"),
        ("leave_child", f"       {LEFT_BEHIND}"),
    ],
)
def test_what_a_solver_gets_wrong_is_said(name: str, line: str) -> None:
    status, lines = check(f"{HOSTILE}:{name}")
    assert status == 1
    assert line in lines


def test_a_check_tells_what_it_waits_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("arcgrid.engines.local.engine._HELLO_SECONDS", 0.3)
    solver = program(tmp_path, "import sys; [*sys.stdin]")
    result = CliRunner().invoke(main, ["check-solver", solver, "--start-seconds", "1"])
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [
        f"no hello of the program yet ({HELP}): 0.3 of 1 seconds",
        f"Error: {solver}: it has not said hello ({HELP}) after 1 seconds",
    ]


def test_doctor_says_what_was_tried() -> None:
    lines = CliRunner().invoke(main, ["doctor"]).output.splitlines()
    by = grants().holds(network=False)["files"]
    assert f"{'no' if by == 'open' else 'yes':4} a solver is kept from files: {by}" in lines
    record = json.loads(CliRunner().invoke(main, ["doctor", "--json"]).output)
    assert {"what", "holds", "by", "advice"} == set(record["findings"][0])
