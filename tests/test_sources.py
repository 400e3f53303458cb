"""Answers to be scored, found by path or run; and what a run came to, read from its store."""

from __future__ import annotations

import json
import math
import sys
import types
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import arcgrid
from arcgrid import Answer, Budget, Guess, Outcome, Pair, Puzzle, Submission, Task, TaskSet, as_grid
from arcgrid.errors import FormatError, StoreError, SubmissionError, TaskError, UnknownNameError
from arcgrid.formats.kaggle import write_submission
from arcgrid.formats.task_json import format_task
from arcgrid.result import TimedAnswer
from arcgrid.sample import Sample
from arcgrid.scoring.curve import sample_curve
from arcgrid.scoring.rules import RULES
from arcgrid.selection import Selection
from arcgrid.sources import (
    RunResult,
    find_run_task,
    find_source,
    find_sources,
    find_submission,
    is_path,
    read_run,
    read_runs,
    tasks_of,
)
from arcgrid.store import Store

MINI = arcgrid.load("arcgrid/mini")
BUNDLED = Path(__file__).parents[1] / "tasks" / "arcgrid_tasks" / "mini"
ASKED = [task.id for task in MINI if len(task.test) == 1][:3]


def half_right(puzzle: Puzzle, budget: Budget) -> Answer:
    """Right about the first task, a cell off on the second, no answer to the third."""
    task = next(task for task in MINI if task.puzzle.content == puzzle.content)
    if task.id == ASKED[2]:
        raise ValueError("no idea")
    truths = [pair.output for pair in task.test]
    if task.id == ASKED[0]:
        return Answer(tuple((Guess(grid, 0.75),) for grid in truths if grid is not None), 0.5, 7)
    wrong = [grid.copy() for grid in truths if grid is not None]
    for grid in wrong:
        grid[0, 0] = 9 - grid[0, 0]
    return Answer(tuple((Guess(grid),) for grid in wrong), 0.25)


def cells(submission: Submission) -> dict[str, list[list[object]]]:
    """Attempts as lists, which can be compared."""
    return {
        id: [[getattr(one, "tolist", lambda: None)() for one in test] for test in tests]
        for id, tests in submission.attempts.items()
    }


@pytest.fixture
def run(store: Path) -> RunResult:
    """A run on three tasks: solved, near, error."""
    return arcgrid.run(half_right, MINI.subset(ASKED), store=store, inline=True, name="half")


@pytest.fixture
def submission(run: RunResult, tmp_path: Path) -> str:
    """The run's answers as a file."""
    path = tmp_path / "answers.json"
    write_submission(path, run.submission)
    return str(path)


def test_what_a_run_came_to(run: RunResult) -> None:
    assert run.solved == [ASKED[0]]
    assert run.percent == pytest.approx(100 / 3)
    assert {kind: many for kind, many in run.outcomes.items() if many} == {
        "answered": 2,
        "error": 1,
    }
    assert run.submission.name == "half"
    assert [len(tests) for tests in run.submission.attempts.values()] == [1, 1, 1]
    assert run.submission.attempts[ASKED[2]] == ((),)
    assert run.score("no-rule") is None
    strict = run.score("all-outputs")
    assert strict is not None
    assert (strict.rule, strict.numerator) == ("all-outputs", 1)


def test_records_are_plain(run: RunResult) -> None:
    first, near, failed = run.records()
    assert [one["task"] for one in run.records()] == ASKED
    assert [one["kind"] for one in run.records()] == ["answered", "answered", "error"]
    assert [one["solved"] for one in run.records()] == [1, 0, 0]
    assert [one["wrong"] for one in run.records()] == [0, 1, None]
    assert [one["answers"] for one in run.records()] == [1, 1, 0]
    assert [one["cost"] for one in run.records()] == [0.5, 0.25, None]
    assert [one["tokens"] for one in run.records()] == [7, None, None]
    assert [one["confidence"] for one in run.records()] == [0.75, None, None]
    assert first["error"] is None
    assert "no idea" in str(failed["error"])
    outcome = run.by_task[ASKED[1]]
    spent = (near["wall_seconds"], near["cpu_seconds"], near["peak_memory"])
    assert spent == (outcome.wall_seconds, outcome.cpu_seconds, outcome.peak_memory)


def test_means_are_over_what_is_known(run: RunResult) -> None:
    seconds = [outcome.wall_seconds for outcome in run.by_task.values()]
    assert run.seconds_per_task == pytest.approx(math.fsum(seconds) / 3)
    assert run.dollars_per_task is None  # the failed task does not say its cost
    answer = run.by_task[ASKED[0]].answers[0].answer
    known = {
        id: Outcome("answered", wall, cpu, answers=(TimedAnswer(0.1, replace(answer, cost=cost)),))
        for id, wall, cpu, cost in zip(
            ASKED, (2.0, 3.0, 7.0), (0.0, 1.5, 3.0), (0.5, 0.0, 0.25), strict=True
        )
    }
    whole = replace(run, by_task=known)
    means = (whole.seconds_per_task, whole.cpu_seconds_per_task, whole.dollars_per_task)
    assert means == (4.0, 1.5, 0.25)
    assert replace(run, by_task={ASKED[0]: known[ASKED[0]]}).dollars_per_task is None
    assert run.sample_curve() == []
    with pytest.raises(UnknownNameError):
        run.sample_curve("no-rule")


def test_pandas_is_asked_for(run: RunResult, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(arcgrid.ArcgridError, match=r"^to_pandas needs pandas: pip install pandas$"):
        run.to_pandas()


def test_the_records_as_a_data_frame(run: RunResult, monkeypatch: pytest.MonkeyPatch) -> None:
    class DataFrame(list[Any]):
        def set_index(self, name: str) -> tuple[str, list[Any]]:
            return name, list(self)

    monkeypatch.setitem(sys.modules, "pandas", types.SimpleNamespace(DataFrame=DataFrame))
    assert run.to_pandas() == ("task", run.records())


def test_guesses_that_do_not_count_are_not_near(run: RunResult) -> None:
    """The third of three guesses is right, and the rule has two."""
    right = run.submission.attempts[ASKED[0]][0][0]
    assert isinstance(right, np.ndarray)
    wrong = right.copy()
    wrong[0, 0] = 9 - wrong[0, 0]
    guesses = tuple(map(Guess, (wrong, wrong, right)))
    outcome = replace(run.by_task[ASKED[0]], answers=(TimedAnswer(0.1, Answer((guesses,))),))
    [record] = RunResult(run.run, run.tasks, {ASKED[0]: outcome}).records()
    assert (record["solved"], record["wrong"]) == (0, 1)


def test_a_curve_is_of_the_samples_of_tasks_that_have_an_outcome(run: RunResult) -> None:
    right = run.submission.attempts[ASKED[0]][0][0]
    assert isinstance(right, np.ndarray)
    samples = (Sample(0, 0, "grid", as_grid([[5]])), Sample(0, 1, "grid", right))
    sampled = replace(run, samples={ASKED[0]: samples, "not begun": samples})
    places = {(ASKED[0], 0): samples}
    assert sampled.samples_by_test == places
    for rule in ("arc-prize", "all-outputs"):
        curve = sample_curve(run.tasks, places, RULES[rule], run.run.plan.budget.attempts)
        assert sampled.sample_curve(rule) == curve
        assert [point.oracle for point in curve] == pytest.approx([100 / 6, 100 / 3])
    assert replace(sampled, tasks=blinded(run.tasks)).sample_curve() == []


def blinded(tasks: TaskSet) -> TaskSet:
    """The same tasks, their answers unknown."""
    return TaskSet("u", tuple(Task(one.id, one.train, (Pair(one.test[0].input),)) for one in tasks))


def test_a_run_is_read_from_its_store(run: RunResult, store: Path) -> None:
    with Store(store) as opened:
        found = opened.find_run("half")
        opened.add_sample(found, ASKED[0], Sample(0, 0, "grid", as_grid([[5]])))
        again = read_run(opened, found)
        assert list(again.samples) == ASKED[:1]
        assert again.tasks.digest == tasks_of(found).digest == run.tasks.digest
        assert again.tasks.name == run.run.plan.task_set
        assert again.tasks.origin == MINI.origin
        assert again.records() == run.records()
        assert read_run(opened, found, run.tasks).tasks is run.tasks
        one, other = read_runs(opened, [found, found])
        assert one.tasks is other.tasks
        assert one.records() == run.records()
        arcgrid.run("identity", MINI.subset(ASKED[1:]), store=store, inline=True, name="other")
        several = read_runs(opened, [found, opened.find_run("other")])
        assert [result.tasks.ids for result in several] == [ASKED, ASKED[1:]]


def test_a_task_of_a_run_is_found_by_any_of_its_names(run: RunResult, store: Path) -> None:
    with Store(store) as opened:
        found = opened.find_run("half")
        for name in (ASKED[0], f"arcgrid/mini/{ASKED[0]}"):
            task, outcome = find_run_task(opened, found, name)
            assert task.id == ASKED[0]
            assert outcome is not None
            assert outcome.kind == "answered"
        with pytest.raises(UnknownNameError):
            find_run_task(opened, found, "no-such-task")
        with pytest.raises(TaskError) as caught:
            find_run_task(opened, found, str(BUNDLED))
        assert str(caught.value) == f"{BUNDLED}: this is a task set; name one of its tasks"


def test_a_run_is_scored_on_what_it_was_asked_for(run: RunResult, store: Path) -> None:
    found = find_source("half", store=store)
    assert found.tasks.ids == ASKED
    assert (found.outcomes["answered"], found.outcomes["error"]) == (2, 1)
    assert cells(found.submission) == cells(run.submission)


def test_a_submission_needs_a_set(submission: str, store: Path) -> None:
    with pytest.raises(SubmissionError) as caught:
        find_source(submission, store=store)
    assert str(caught.value) == f"{submission}: name the task set to score on (--tasks SET)"
    found = find_source(submission, "arcgrid/mini", store=store)
    assert (len(found.tasks), found.outcomes) == (
        len(MINI),
        {"answered": 3, "missing": len(MINI) - 3},
    )
    part = find_source(submission, "arcgrid/mini", answered=True, store=store)
    assert part.tasks.ids == ASKED
    assert part.outcomes == {"answered": 3, "missing": 0}
    few = find_source(
        submission, "arcgrid/mini", selection=Selection(only=(ASKED[1],)), store=store
    )
    assert (few.tasks.ids, list(few.submission.attempts)) == ([ASKED[1]], [ASKED[1]])
    assert few.outcomes == {"answered": 1, "missing": 0}
    whole = find_source(submission, "arcgrid/mini", selection=Selection(), store=store)
    assert whole.outcomes == found.outcomes


def test_answers_in_the_order_of_another_version(tmp_path: Path, store: Path) -> None:
    task = next(task for task in MINI if len(task.test) == 3)
    turned = Task(task.id, task.train, task.test[::-1])
    for name, one in (("asked", task), ("target", turned), ("other", MINI[ASKED[0]])):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{one.id}.json").write_text(format_task(one))
    path = tmp_path / "answers.json"
    grids = [[pair.output.tolist() for pair in task.test if pair.output is not None]]
    answers: dict[str, Any] = {
        task.id: [{"attempt_1": grid, "attempt_2": grid} for grid in grids[0]],
        "elsewhere": [{"attempt_1": [[1]], "attempt_2": [[1]]}],
    }
    path.write_text(json.dumps(answers))
    sets = {"tasks": str(tmp_path / "target"), "order_of": str(tmp_path / "asked")}
    found = find_source(str(path), sets["tasks"], order_of=sets["order_of"], store=store)
    assert found.outcomes == {"answered": 1, "missing": 0, "left out": 1}
    assert arcgrid.score(found.tasks, found.submission).percent == 100
    message = f"^{path}: {tmp_path}/asked and {tmp_path}/other have no task of it in common$"
    with pytest.raises(SubmissionError, match=message):
        find_source(str(path), str(tmp_path / "other"), order_of=sets["order_of"], store=store)


def test_submissions_and_runs_on_the_same_tasks(
    run: RunResult, submission: str, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARCGRID_STORE", "elsewhere.sqlite")  # the one that is given is looked into
    tasks, several = find_sources([submission, "half", submission, "half"], store=store)
    assert tasks.ids == ASKED
    assert [one.name for one in several] == [submission, "half", submission, "half"]
    mini, [again] = find_sources(["half"], "arcgrid/mini", store=store)
    assert (mini.digest, cells(again)) == (MINI.digest, cells(run.submission))
    message = r"^name the task set to score on \(--tasks SET\)$"
    with pytest.raises(SubmissionError, match=message):
        find_sources([submission, submission], store=store)
    arcgrid.run("identity", MINI.subset(ASKED[:1]), store=store, inline=True, name="other")
    with pytest.raises(SubmissionError) as caught:
        find_sources(["half", "other"], store=store)
    problem = "it was asked for other tasks than half: name the set to compare on"
    assert str(caught.value) == f"other: {problem}"
    found = find_source("half", "arcgrid/mini", store=store)
    assert cells(found.submission) == cells(run.submission)


def test_what_is_not_there(tmp_path: Path, run: RunResult, store: Path) -> None:
    problem = "half: no such file, and there is no run store to find a run in"
    for find_it in (find_submission, find_source):
        with pytest.raises(FormatError) as caught:
            find_it("half", store=tmp_path / "none.sqlite")
        assert str(caught.value) == problem
    with pytest.raises(UnknownNameError):
        find_submission("hald", store=store)
    assert cells(find_submission("half", store=store)) == cells(run.submission)


def test_a_path_is_what_is_there_or_looks_like_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("answers").mkdir()
    for name in ("answers", "a.json", "a.csv", "a.zip", "of/somebody"):
        assert is_path(name), name
    for name in ("half", "a.sqlite", "a.JSON"):
        assert not is_path(name), name


def test_a_run_over_what_was_valid_of_a_set_is_read_again(tmp_path: Path, store: Path) -> None:
    """And a task is found by its id, whatever that has in it."""
    text = format_task(MINI[ASKED[0]])
    (tmp_path / "tasks.json").write_text(f'{{"of/mine": {text}, "broken": 5}}')
    tasks = arcgrid.load(tmp_path / "tasks.json", invalid="skip")
    arcgrid.run("identity", tasks, store=store, inline=True, name="valid")
    with Store(store) as opened:
        found = opened.find_run("valid")
        assert tasks_of(found).ids == tasks.ids == ["of/mine"]
        assert find_run_task(opened, found, "of/mine")[0].id == "of/mine"


def test_tasks_that_have_changed_are_told(tmp_path: Path, store: Path) -> None:
    task = MINI[ASKED[0]]
    home = tmp_path / "mine"
    home.mkdir()
    (home / "a.json").write_text(format_task(task))
    arcgrid.run("identity", str(home), store=store, inline=True, name="mine")
    (home / "a.json").write_text(format_task(MINI[ASKED[1]]))
    with Store(store) as opened, pytest.raises(StoreError, match="have changed since the run mine"):
        tasks_of(opened.find_run("mine"))
    (home / "a.json").unlink()
    with Store(store) as opened, pytest.raises(StoreError, match="cannot be loaded"):
        tasks_of(opened.find_run("mine"))


def test_a_part_of_a_run_is_finished(run: RunResult) -> None:
    assert run.finished is run
    part = RunResult(run.run, run.tasks, {ASKED[0]: run.by_task[ASKED[0]]})
    assert part.finished.tasks.ids == ASKED[:1]
    assert part.finished.percent == 100
    assert part.percent == pytest.approx(100 / 3)
    nothing = RunResult(run.run, run.tasks, {})
    assert (nothing.seconds_per_task, nothing.cpu_seconds_per_task) == (None, None)
    blind = RunResult(run.run, blinded(MINI.subset(ASKED)), run.by_task)
    assert (blind.percent, blind.solved, blind.scores) == (None, [], [])
    assert [one["solved"] for one in blind.records()] == [None] * 3
