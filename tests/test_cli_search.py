"""`arcgrid search`: what it shows of the bundled puzzles, and that a run agrees with it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import arcgrid
from arcgrid import Answer, Guess, Outcome, as_grid
from arcgrid.cli import main
from arcgrid.cli import search as command
from arcgrid.formats.task_json import format_task
from arcgrid.report.guesses import format_guesses
from arcgrid.result import TimedAnswer
from arcgrid.task import Pair, Task
from tests.samples import pair, task

EASY = "arcgrid/mini/diagonal-flip"
TWO_TESTS = "arcgrid/mini/gravity-down"


def call(*arguments: object, status: int = 0) -> Result:
    result = CliRunner().invoke(main, ["search", *map(str, arguments)])
    assert result.exit_code == status, result.output
    return result


def record(*arguments: object) -> Any:
    return json.loads(call(*arguments, "--json").stdout)["tasks"]


def answered(*guesses: list[Guess], output: str = "") -> Outcome:
    """An outcome with these guesses for each test input."""
    answer = Answer(tuple(map(tuple, guesses)))
    return Outcome("answered", 1.0, 0.25, answers=(TimedAnswer(0.5, answer),), output=output)


WRONG_SIZE = Guess(as_grid([[3]]), 0.25, "cells: say maroon")
ONE_OFF = Guess(as_grid([[2, 2]]), explanation="states: keep")
TWO = Task("two", (pair([[1]], [[1]]),), (pair([[1, 2]], [[2, 1]]), Pair(as_grid([[7]]))))

SHOWN = """\
task two

test[0]
input  1x2   attempt_1  1x1               attempt_2  1x2
             ✗ wrong size, 1x2 is right   ✗ 1 of 2 cells wrong
1 2          3                            2 2

attempt_1, confidence 0.25: cells: say maroon
attempt_2: states: keep

test[1]
input  1x1
7

no guess

answered in 0.25 s CPU, 1 answer on the way
cut short: \N{REPLACEMENT CHARACTER}memory
"""


def test_guesses_as_text() -> None:
    outcome = answered([WRONG_SIZE, ONE_OFF], [], output="cut short: \x1bmemory\n")
    assert format_guesses(TWO, outcome, explain=True) == SHOWN
    brief = format_guesses(TWO, outcome)
    assert "attempt_2  1x2" in brief
    assert "confidence" not in brief
    assert "cut short" not in brief


def test_guesses_below_each_other_where_there_is_no_room() -> None:
    outcome = answered([WRONG_SIZE, ONE_OFF], [WRONG_SIZE])
    lines = format_guesses(TWO, outcome, explain=True, width=30).splitlines()
    assert lines[2:7] == ["test[0]", "input  1x2", "", "1 2", ""]
    assert all(len(line) <= 30 for line in lines[:-1])
    assert "attempt_1, confidence 0.25:" in lines


def test_wide_grids_are_shown_in_half_blocks() -> None:
    grid = as_grid([[1] * 20] * 3)
    wide = Task("wide", TWO.train, (Pair(grid),))
    outcome = answered([Guess(grid)])
    text = format_guesses(wide, outcome, "256", width=82)
    assert text.count("▀") == 2 * 2 * 20
    text = format_guesses(wide, outcome, "256", width=83)
    assert "▀" not in text


def test_no_answer_at_all() -> None:
    failed = Outcome("error", 1.0, 1.0, error="no idea")
    assert format_guesses(TWO, failed).count("no guess") == 2


def test_an_easy_puzzle_is_solved() -> None:
    result = call(EASY)
    assert result.stdout.startswith("task diagonal-flip\n\ntest[0]\ninput  5x6 ")
    assert "✓ correct" in result.stdout
    assert "confidence" not in result.stdout
    assert "\x1b" not in result.stdout


def test_every_guess_is_explained() -> None:
    lines = call(TWO_TESTS, "--explain", "--attempts", 3).stdout.splitlines()
    said = [line for line in lines if line.startswith("attempt_") and ", confidence" in line]
    family = "(transforms|cells|objects|states|layers)"
    pattern = re.compile(rf"attempt_[123], confidence [01]\.\d\d: ({family}(, |: ))+\S.*")
    assert said
    assert all(pattern.fullmatch(line) for line in said)
    assert any(re.match(r"answered in .* CPU, \d+ answers? on the way", line) for line in lines)


def test_tasks_of_a_set_are_solved_in_turn() -> None:
    text = call("gravity-down", "diagonal-flip", "--tasks", "arcgrid/mini").stdout
    assert text.index("task gravity-down") < text.index("task diagonal-flip")
    assert text.endswith("\n\n3 of 3 test outputs solved within 2 attempts\n")


def test_a_whole_directory(tmp_path: Path) -> None:
    for entry in (task("one", [[1]]), task("two", [[2]], [[3]])):
        (tmp_path / f"{entry.id}.json").write_text(format_task(entry))
    found = record("--tasks", tmp_path)
    assert [entry["task"] for entry in found] == ["one", "two"]


def test_a_file_without_answers_gets_no_marks(tmp_path: Path) -> None:
    known = arcgrid.find_task(EASY)
    tests = tuple(Pair(test.input) for test in known.test)
    path = tmp_path / "mine.json"
    path.write_text(format_task(Task("mine", known.train, tests)))
    text = call(path).stdout
    assert "attempt_1  6x5" in text
    assert "✓" not in text
    assert "✗" not in text
    assert record(path)[0]["solved"] is None
    text = call(path, path).stdout
    assert text.endswith("\nthe answers to these tasks are not known here\n")


def test_json_has_the_last_answer(store: Path) -> None:
    [found] = record(TWO_TESTS, "--attempts", 1)
    assert (found["task"], found["kind"], found["solved"]) == ("gravity-down", "answered", 1)
    [last] = found["answer"]
    assert [len(guesses) for guesses in last["guesses"]] == [1, 1]
    assert last["guesses"][0][0]["explanation"].split(": ")[0].split(", ")[0] in (
        "transforms",
        "cells",
        "objects",
        "states",
        "layers",
    )
    assert not store.exists()


def test_a_stored_run_gives_the_same_guesses(store: Path, tmp_path: Path) -> None:
    """What `search` shows, the store keeps with each attempt; `show` and the report have it."""
    [found] = record(TWO_TESTS)
    arcgrid.run("search", "arcgrid/mini", only=["gravity-down"], store=store, seconds=600)
    runner = CliRunner()
    shown = runner.invoke(main, ["show", "gravity-down", "--run", "latest"]).stdout
    stored = runner.invoke(main, ["show", "gravity-down", "--run", "latest", "--json"]).stdout
    assert json.loads(stored)["answers"][-1]["guesses"] == found["answer"][0]["guesses"]
    page = tmp_path / "report.html"
    assert runner.invoke(main, ["report", "latest", "-o", str(page)]).exit_code == 0
    written = page.read_text()
    for guess in (guess for test in found["answer"][0]["guesses"] for guess in test):
        assert f"confidence {guess['confidence']:.2f}  ({guess['explanation']})" in shown
        assert json.dumps(guess["explanation"])[1:-1] in written


def test_a_solver_that_fails_is_status_1(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        command, "SOLVER", str(Path(__file__).parent / "fixtures/hostile.py:raise_error")
    )
    result = call(EASY, status=1)
    assert "no guess" in result.stdout
    assert "RuntimeError: no idea" in result.stderr


def test_what_a_solver_prints_is_shown_when_it_explains(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "talks.py"
    path.write_text(
        "def solve(puzzle, budget):\n"
        "    print('cut short: work used up')\n"
        "    return [[] for _ in puzzle.test]\n"
    )
    monkeypatch.setattr(command, "SOLVER", str(path))
    assert "cut short" not in call(EASY).stdout
    assert call(EASY, "--explain").stdout.endswith("\ncut short: work used up\n")
    assert record(EASY)[0]["output"] == "cut short: work used up\n"


REFUSED = {
    "unknown id": (["nosuch"], "task nosuch: no set has a task of this id"),
    "misspelt id": (["gravity-dwon", "--tasks", "arcgrid/mini"], "did you mean gravity-down?"),
    "missing file": (["no.json"], "no.json: no such file or directory"),
    "unknown set": (["x", "--tasks", "arcgrid/mimi"], "did you mean arcgrid/mini?"),
    "a set for a task": (["arcgrid/mini"], "this is a task set; name one of its tasks"),
    "nothing": ([], "a TASK is needed, or --tasks SET"),
    "no attempts": ([EASY, "--attempts", "0"], "Invalid value for '--attempts'"),
    "unknown effort": ([EASY, "--effort", "huge"], "Invalid value for '--effort'"),
    "unknown palette": ([EASY, "--palette", "classy"], "did you mean classic?"),
}


@pytest.mark.parametrize(("arguments", "message"), REFUSED.values(), ids=REFUSED)
def test_bad_input(arguments: list[str], message: str) -> None:
    result = call(*arguments, status=2)
    assert message in result.stderr.splitlines()[-1]
    assert result.stdout == ""


def test_a_bad_file_names_the_place(tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    path.write_text('{"train": [{"input": [[1]], "output": [[12]]}], "test": [{"input": [[1]]}]}')
    result = call(EASY, path, status=2)
    place = "train[0].output, row 0, column 0"
    assert result.stderr == f"Error: {path}, {place}: 12 is not a color (0 to 9)\n"
    assert result.stdout == "", "all is checked before any task is solved"
