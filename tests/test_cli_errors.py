"""Bad input on the command line: one line with the place, exit status 2, and no trace.

Also what is no error: missing tasks and attempts beyond the rule are counted, with status 0.
"""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from arcgrid.cli import main
from arcgrid.datasets import SETS
from arcgrid.formats.task_json import format_task
from arcgrid.reported import distinct, figures_of
from arcgrid.scoring.rules import RULES
from arcgrid.solver import list_solvers
from tests.samples import task

GOOD = '{"input": [[1]], "output": [[2]]}'
SOLVE = "def solve(puzzle, budget):\n    return [[] for _ in puzzle.test]\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, store: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty working directory with a store of its own, and three sound tasks in `set`."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "set").mkdir()
    for entry in (task("one", [[1]]), task("two", [[2]], [[3]]), task("three", [[4]])):
        (tmp_path / "set" / f"{entry.id}.json").write_text(format_task(entry))
    handler = signal.getsignal(signal.SIGTERM)
    yield tmp_path
    signal.signal(signal.SIGTERM, handler)


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def check_refused(result: Result, message: str) -> None:
    assert result.stderr == f"Error: {message}\n"
    assert result.stdout == ""
    assert result.exit_code == 2
    assert isinstance(result.exception, SystemExit)


def with_grid(grid: str) -> str:
    """A task whose second test input is this text."""
    return f'{{"train": [{GOOD}], "test": [{GOOD}, {{"input": {grid}}}]}}'


INPUT = "test[1].input"
CELL = f"{INPUT}, row 1, column 0"

# name: the file's text, what comes after its name
UNSOUND: dict[str, tuple[str, str]] = {
    "wrong JSON": ('{"train": [', ": not JSON: input data was truncated"),
    "missing key": (f'{{"train": [{GOOD}]}}', ": the key 'test' is missing"),
    "ragged": (with_grid("[[1, 2], [3]]"), f", {INPUT}, row 1: 1 cells, but row 0 has 2"),
    "empty grid": (with_grid("[]"), f", {INPUT}: the grid has no rows"),
    "31 rows": (with_grid(str([[0]] * 31)), f", {INPUT}: 31x1 is larger than 30x30"),
    "value 10": (with_grid("[[0], [10]]"), f", {CELL}: 10 is not a color (0 to 9)"),
    "value -1": (with_grid("[[0], [-1]]"), f", {CELL}: -1 is not a color (0 to 9)"),
    "2.0": (with_grid("[[0], [2.0]]"), f", {CELL}: 2.0 is not an integer from 0 to 9"),
    "text": (with_grid('[[0], ["4"]]'), f', {CELL}: "4" is not an integer from 0 to 9'),
    "true": (with_grid("[[0], [true]]"), f", {CELL}: true is not an integer from 0 to 9"),
    "null": (with_grid("[[0], [null]]"), f", {CELL}: null is not an integer from 0 to 9"),
    "an id twice": (
        f'{{"ab": {with_grid("[[1]]")}, "ab": {with_grid("[[1]]")}}}',
        ": the key 'ab' occurs twice",
    ),
    "a huge number": (with_grid("[[1e400]]"), f", {INPUT}[0][0]: number out of range"),
    "too deep": (
        with_grid("[" * 100_000 + "]" * 100_000),
        ": not JSON that can be read: it is nested too deeply",
    ),
}
COMMANDS: dict[str, Callable[[str], tuple[str, ...]]] = {
    "validate": lambda file: ("tasks", "validate", file),
    "show": lambda file: ("show", file),
    "run": lambda file: ("run", "identity", "--tasks", file),
    "score": lambda file: ("score", "empty.json", "--tasks", file),
}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
@pytest.mark.parametrize(("text", "message"), UNSOUND.values(), ids=UNSOUND)
def test_an_unsound_task(
    text: str, message: str, command: Callable[[str], tuple[str, ...]], folder: Path
) -> None:
    (folder / "bad.json").write_text(text)
    (folder / "empty.json").write_text("{}")
    check_refused(invoke(*command("bad.json")), f"bad.json{message}")


MISSING = "no such file or directory"
NO_STORE = "there is no run store here; nothing has been run yet"
NO_RUN = "no such file, and there is no run store to find a run in"
NO_TASK = "no set has a task of this id; `arcgrid tasks list` lists the sets"

REFUSED: dict[str, tuple[str, str]] = {
    "validate, missing file": ("tasks validate no.json", f"no.json: {MISSING}"),
    "validate, empty directory": (
        "tasks validate nothing",
        "nothing: there is no .json file in this directory",
    ),
    "show, missing file": ("show no.json", f"no.json: {MISSING}"),
    "show, unknown id": ("show nosuch", f"task nosuch: {NO_TASK}"),
    "show, misspelt id": (
        "show arc-agi-1/training/007bbfb",
        "unknown task of arc-agi-1/training '007bbfb'; did you mean 007bbfb7?",
    ),
    "show, several": ("show set", "set: there are 3 tasks here; name one: set/ID"),
    "run, unknown set": (
        "run identity --tasks arcgrid/mimi",
        "unknown task set 'arcgrid/mimi'; did you mean arcgrid/mini?",
    ),
    "run, unknown solver": (
        "run idenity --tasks set",
        "unknown solver 'idenity'; did you mean identity?",
    ),
    "run, missing solver file": (
        "run no.py --tasks set",
        "no.py: cannot read the solver: No such file or directory",
    ),
    "run, missing tasks": ("run identity --tasks no.json", f"no.json: {MISSING}"),
    "run, unknown task": (
        "run identity --tasks set --only thre",
        "unknown task of set 'thre'; did you mean three?",
    ),
    "run, half an option": ("run identity --tasks set -O depth", "-O depth: KEY=VALUE is wanted"),
    "run, unreadable store": (
        "run identity --tasks set --store text.txt",
        "text.txt: cannot use the run store: file is not a database",
    ),
    "score, missing file": ("score no.json --tasks set", f"no.json: {MISSING}"),
    "score, no file and no store": ("score nosuch --tasks set", f"nosuch: {NO_RUN}"),
    "score, a name too long for a path": (
        f"score {'x' * 300} --tasks set",
        f"{'x' * 300}: {NO_RUN}",
    ),
    "score, no set": (
        "score empty.json",
        "empty.json: name the task set to score on (--tasks SET)",
    ),
    "score, unknown set": (
        "score empty.json --tasks arc-agi-1/evalution",
        "unknown task set 'arc-agi-1/evalution'; did you mean arc-agi-1/evaluation or "
        "arc-agi-2/evaluation or arc-2019/evaluation?",
    ),
    "score, unknown rule": (
        "score empty.json --tasks set --rule arc-price",
        "unknown rule 'arc-price'; did you mean arc-prize?",
    ),
    "score, unknown task": (
        "score unknown.json --tasks set",
        "unknown.json: unknown task of set 'thre'; did you mean three?",
    ),
    "score, too few tests": (
        "score few.json --tasks set",
        "few.json, task two: answers for 1 test inputs, but the task has 2",
    ),
    "score, too many tests": (
        "score many.json --tasks set",
        "many.json, task one: answers for 2 test inputs, but the task has 1",
    ),
    "score, a wrong key": (
        "score key.json --tasks set",
        "key.json, task one, test[0]: the key 'answer' is not attempt_1, attempt_2 ...",
    ),
    "score, an id twice": (
        "score twice.json --tasks set",
        "twice.json: the key 'one' occurs twice",
    ),
    "table, unknown benchmark": (
        "table --benchmark arc-agi-9",
        "unknown benchmark 'arc-agi-9'; did you mean arc-agi-1?",
    ),
    "table, unreadable store": (
        "table --store text.txt",
        "text.txt: cannot use the run store: file is not a database",
    ),
    "runs, unreadable store": (
        "runs --store text.txt",
        "text.txt: cannot use the run store: file is not a database",
    ),
    "runs, a directory for a store": (
        "runs --store set",
        "set: this is a directory, and no run store",
    ),
    "runs, no store": ("runs --store no/where.sqlite", f"no/where.sqlite: {NO_STORE}"),
    "audit, another set": (
        "audit unknown.json --tasks set",
        "unknown.json: no task of it (1) is in set; --tasks names another set",
    ),
    "outcomes, no store": ("outcomes latest --store no.sqlite", f"no.sqlite: {NO_STORE}"),
    "export, no store": ("export latest --store no.sqlite", f"no.sqlite: {NO_STORE}"),
    "resume, no store": ("run --resume latest --store no.sqlite", f"no.sqlite: {NO_STORE}"),
    "view, no store": ("view --store no.sqlite", f"no.sqlite: {NO_STORE}"),
    "view, two sets": (
        "view arcgrid/mini arc-agi-1/training",
        "arcgrid/mini is a task set: name it alone, or runs only",
    ),
    "view, no name of a person": (
        "view arcgrid/mini --solve --name a/b",
        "a person's name has up to 40 letters, digits, spaces and _ . -, not 'a/b'",
    ),
    "view, no such task": (
        "view set --solve --only thre",
        "unknown task of set 'thre'; did you mean three?",
    ),
    "show, no store": ("show one --run latest --store no.sqlite", f"no.sqlite: {NO_STORE}"),
}
FILES = {
    "text.txt": "this is no database, it only lies where one should be" * 100,
    "empty.json": "{}",
    "unknown.json": '{"thre": [{"attempt_1": [[1]]}]}',
    "few.json": '{"two": [{"attempt_1": [[2]]}]}',
    "many.json": '{"one": [{}, {}]}',
    "key.json": '{"one": [{"answer": [[2]]}]}',
    "twice.json": '{"one": [{}], "one": [{}]}',
}


@pytest.mark.parametrize(("command", "message"), REFUSED.values(), ids=REFUSED)
def test_bad_input(command: str, message: str, folder: Path, store: Path) -> None:
    (folder / "nothing").mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text)
    check_refused(invoke(*command.split()), message)
    assert not store.exists()
    assert not (folder / "no").exists()


def test_validate_names_every_unsound_file(folder: Path) -> None:
    (folder / "set" / "b.json").write_text("[]")
    (folder / "set" / "z.json").write_text(with_grid("[[0], [10]]"))
    result = invoke("tasks", "validate", "set")
    assert result.stderr.splitlines() == [
        "Error: set/b.json: expected object, got array",
        f"Error: set/z.json, {CELL}: 10 is not a color (0 to 9)",
    ]
    assert (result.stdout, result.exit_code) == ("", 2)


def test_validate_as_json_names_every_unsound_file(folder: Path) -> None:
    (folder / "set" / "b.json").write_text("[]")
    (folder / "set" / "z.json").write_text("{")
    result = invoke("tasks", "validate", "set", "--json")
    assert result.exit_code == 2
    assert json.loads(result.stdout) == {
        "path": "set",
        "sound": False,
        "problems": [
            "set/b.json: expected object, got array",
            "set/z.json: not JSON: input data was truncated",
        ],
    }


def test_validate_says_that_a_set_is_sound(folder: Path) -> None:
    result = invoke("tasks", "validate", "set")
    assert (result.stderr, result.exit_code) == ("", 0)
    assert result.stdout.startswith("set: sound, 3 tasks, 4 test outputs, sha256:")
    record = json.loads(invoke("tasks", "validate", "set", "--json").stdout)
    assert record.pop("digest").startswith(result.stdout.strip().rpartition(":")[2])
    assert record == {"path": "set", "sound": True, "problems": [], "tasks": 3, "outputs": 4}


def test_validate_says_when_answers_are_unknown(folder: Path) -> None:
    (folder / "x.json").write_text(with_grid("[[1]]"))
    result = invoke("tasks", "validate", "x.json")
    assert ", 2 test outputs, 1 task without all answers, sha256:" in result.stdout


GIVEN = {
    "one": [{"attempt_1": [[9]], "attempt_2": [[9]], "attempt_3": [[1]]}],
    "two": [{"attempt_1": [[2]], "attempt_2": None}, {"attempt_1": [[1, 2], [3]]}],
}
COUNTED = {
    "tasks_missing": 1,
    "outputs_unanswered": 1,
    "attempts_null": 1,
    "attempts_malformed": 1,
    "attempts_beyond": 1,
}


def score_json(folder: Path, *arguments: str) -> dict[str, Any]:
    (folder / "given.json").write_text(json.dumps(GIVEN))
    result = invoke("score", "given.json", "--tasks", "set", "--json", *arguments)
    assert (result.stderr, result.exit_code) == ("", 0)
    record: dict[str, Any] = json.loads(result.stdout)
    return record


def test_missing_tasks_and_attempts_beyond_are_counted_with_status_0(folder: Path) -> None:
    record = score_json(folder)
    assert record["submission"] == "given.json"
    assert record["outcomes"] == {"answered": 2, "missing": 1}
    assert [entry["rule"] for entry in record["scores"]] == list(RULES)
    assert [entry["numerator"] for entry in record["scores"]] == [0.5, 0, 1, 2, 1]
    assert [entry["denominator"] for entry in record["scores"]] == [3, 3, 4, 4, 3]
    assert record["scores"][0]["coverage"] == COUNTED
    assert record["scores"][3]["coverage"] == COUNTED | {"attempts_beyond": 0}


def test_a_score_as_json(folder: Path) -> None:
    [score] = score_json(folder, "--rule", "kaggle-2020")["scores"]
    low, high = score.pop("interval")
    assert 0 < low < 50 < high < 100
    assert len(score.pop("digest")) == 64
    assert score.pop("coverage")["tasks_missing"] == 1
    assert score == {
        "rule": "kaggle-2020",
        "numerator": 2,
        "denominator": 4,
        "percent": 50.0,
        "interval_method": "wilson",
        "lower_is_better": True,
        "unit": "outputs",
        "attempts": 3,
        "task_set": "set",
    }


def test_a_score_as_text_says_what_scored_zero(folder: Path) -> None:
    (folder / "given.json").write_text(json.dumps(GIVEN))
    result = invoke("score", "given.json", "--tasks", "set")
    assert (result.stderr, result.exit_code) == ("", 0)
    first, *_, last = result.stdout.splitlines()
    assert first == "given.json: 2 answered, 1 missing"
    assert last == (
        "by arc-prize, scored zero: 1 missing task, 1 test output without an attempt, "
        "1 null attempt, 1 malformed attempt, 1 attempt beyond its 2"
    )


def test_an_empty_submission_scores_zero(folder: Path) -> None:
    (folder / "given.json").write_text("{}")
    result = invoke("score", "given.json", "--tasks", "set", "--json")
    assert result.exit_code == 0
    percents = [entry["percent"] for entry in json.loads(result.stdout)["scores"]]
    assert percents == [0, 0, 0, 100, 0]


def test_the_sets_as_json() -> None:
    sets = json.loads(invoke("tasks", "list", "--json").stdout)["sets"]
    assert [entry["name"] for entry in sets] == list(SETS)
    assert {"name", "tasks", "outputs", "digest", "about"} <= set(sets[0])


def test_the_table_as_json() -> None:
    record = json.loads(invoke("table", "--json").stdout)
    assert record["benchmark"] == "arc-agi-1"
    assert record["skipped"] == []
    assert len(record["rows"]) == len(distinct(figures_of("arc-agi-1")))
    assert {row["kind"] for row in record["rows"]} == {"reported"}
    assert {"system", "percent", "source", "when", "task_set"} <= set(record["rows"][0])


def test_the_solvers_as_json() -> None:
    solvers = json.loads(invoke("solvers", "--json").stdout)["solvers"]
    assert [entry["name"] for entry in solvers] == [source.name for source in list_solvers()]
    assert {"name", "module", "function", "version", "digest"} <= set(solvers[0])


def test_a_task_as_json() -> None:
    record = json.loads(invoke("show", "set/two", "--json").stdout)
    assert record["id"] == "two"
    assert [pair["output"] for pair in record["test"]] == [[[2]], [[3]]]
    record = json.loads(invoke("show", "set/two", "--json", "--hide-answers").stdout)
    assert [set(pair) for pair in record["test"]] == [{"input"}, {"input"}]


def test_a_task_is_plain_where_there_is_no_terminal() -> None:
    result = invoke("show", "set/two")
    assert result.exit_code == 0
    assert result.stdout.startswith("task two\n\ntrain[0]  1x2 -> 1x2\n1 2  -> 2 1\n")
    assert "\x1b" not in result.stdout
