"""Conversions between formats: nothing is lost unless told so, and what is lost is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from arcgrid import GridError, Submission, TaskSet, load, read_submission
from arcgrid.cli import main
from arcgrid.convert import Conversion, convert, written_submission_formats, written_task_formats
from arcgrid.errors import FormatError, UnknownNameError
from arcgrid.formats.aab_plain import write_submission
from arcgrid.formats.format import TaskOptions
from arcgrid.formats.task_json import write_task_directory
from arcgrid.formats.tasks import read_tasks
from arcgrid.result import Attempt
from arcgrid.task import Pair, Task
from tests.samples import SMALL, submission, task, task_set

A, B, C, D = [[1]], [[2]], [[3]], [[4]]
FILE_IDS = st.text("abc0_-", min_size=1, max_size=8)
TWO = st.tuples(SMALL, SMALL)
TARGETS = {
    "kaggle": "s.json",
    "kaggle-2020": "s.csv",
    "aab-plain": "s",
    "directory": "t",
    "kaggle-tasks": "t_challenges.json",
    "bundled": "t.json",
}


def shown(given: Submission) -> object:
    def plain(one: Attempt) -> object:
        return str(one) if isinstance(one, GridError) else None if one is None else one.tolist()

    return {id: [list(map(plain, test)) for test in tests] for id, tests in given.attempts.items()}


@given(
    st.dictionaries(FILE_IDS, st.lists(TWO, min_size=1, max_size=3).map(tuple), min_size=1),
    st.permutations(written_submission_formats()),
)
def test_two_grids_for_each_test_go_round_all_formats(
    tmp_path_factory: pytest.TempPathFactory,
    attempts: dict[str, tuple[tuple[Attempt, ...], ...]],
    formats: list[str],
) -> None:
    path = tmp_path_factory.mktemp("convert")
    write_submission(path / "first", Submission("any", attempts))
    source = path / "first"
    for number, format in enumerate(formats):
        target = path / f"{number}-{TARGETS[format]}"
        done = convert(source, target, format)
        assert (done.tasks, done.lost) == (len(attempts), ())
        source = target
    assert shown(read_submission(source)) == shown(read_submission(path / "first"))


# name: what a task's tests hold, the target's format, what is lost, what remains
LOSSES: dict[str, tuple[list[object], str, str, list[object]]] = {
    "a third attempt": (
        [[A, B, C]],
        "kaggle",
        "1 attempts that are more than the format has for a test input",
        [[A, B]],
    ),
    "a fourth guess": (
        [[A, B, C, D]],
        "kaggle-2020",
        "1 attempts that are more than the format has for a test input",
        [[A, B, C]],
    ),
    "a missing attempt": (
        [[A]],
        "kaggle",
        "that 1 attempts are missing: they become [[0,0],[0,0]]",
        [[A, [[0, 0], [0, 0]]]],
    ),
    "a null before a grid": (
        [[None, A]],
        "kaggle-2020",
        "that attempts are missing before a grid at 1 test inputs: they become |00|00|",
        [[[[0, 0], [0, 0]], A]],
    ),
    "no test input": ([], "kaggle-2020", "1 tasks without test inputs", []),
}


@pytest.mark.parametrize(("tests", "format", "lost", "left"), LOSSES.values(), ids=LOSSES)
def test_what_a_submission_loses(
    tests: list[list[Attempt | list[list[int]]]],
    format: str,
    lost: str,
    left: list[object],
    tmp_path: Path,
) -> None:
    source, target = tmp_path / "source", tmp_path / TARGETS[format]
    write_submission(source, submission({"ab": tests, "cd": [[A, B]]}))
    with pytest.raises(FormatError) as caught:
        convert(source, target, format)
    problem = f"{format} would lose {lost} (lossy does it all the same)"
    assert str(caught.value) == f"{source}: {problem}"
    assert not target.exists()
    assert convert(source, target, format, lossy=True).lost == (lost,)
    wanted = {"ab": left, "cd": [[A, B]]} if left else {"cd": [[A, B]]}
    assert shown(read_submission(target)) == wanted


def test_nulls_after_the_grids_are_nothing(tmp_path: Path) -> None:
    write_submission(tmp_path / "source", submission({"ab": [[A, None], [None, None]]}))
    assert not convert(tmp_path / "source", tmp_path / "s.csv", "kaggle-2020").lost
    assert shown(read_submission(tmp_path / "s.csv")) == {"ab": [[A], []]}


def test_metadata_and_malformed_attempts_are_lost(tmp_path: Path) -> None:
    attempt = {"answer": [[1], []], "metadata": {"cost": {"total_cost": 1}}}
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "ab.json").write_text(json.dumps([{"attempt_1": attempt}]))
    lost = "1 attempts that are no grids", "the metadata of 1 attempts, cost and tokens included"
    with pytest.raises(FormatError, match=f"/in: aab-plain would lose {lost[0]}; {lost[1]} "):
        convert(tmp_path / "in", tmp_path / "out", "aab-plain")
    done = convert(tmp_path / "in", tmp_path / "out", "aab-plain", lossy=True)
    assert done.lost == lost
    assert shown(read_submission(tmp_path / "out")) == {"ab": [[None]]}


@given(st.permutations(written_task_formats()))
def test_tasks_go_round_all_formats(
    tmp_path_factory: pytest.TempPathFactory, formats: list[str]
) -> None:
    path = tmp_path_factory.mktemp("convert")
    given = TaskSet("any", (task("ab", A, B), task("cd", C)))
    write_task_directory(path / "first", given)
    source = path / "first"
    for number, format in enumerate(formats):
        target = path / f"{number}-{TARGETS[format]}"
        done = convert(source, target, format, options=TaskOptions(split="eval"))
        assert (done.tasks, done.outputs, done.lost) == (2, 3, ())
        assert (done.source, done.format) == (str(source), format)
        assert Path(done.target).exists()
        source = target
    if formats[-1] == "bundled":
        convert(source, path / "last", "directory", options=TaskOptions(split="eval"))
        source = path / "last"
    assert read_tasks(source).digest == given.digest


def test_known_outputs_are_lost_beside_unknown_ones(tmp_path: Path) -> None:
    known = task("ab", A)
    test = (Pair(known.test[0].input),)
    write_task_directory(tmp_path / "in", [known, Task("cd", known.train, test)])
    lost = "1 outputs, as 1 others are unknown: there will be no solutions"
    with pytest.raises(FormatError, match=f"/in: kaggle-tasks would lose {lost} "):
        convert(tmp_path / "in", tmp_path / "challenges.json", "kaggle-tasks")
    done = convert(tmp_path / "in", tmp_path / "challenges.json", "kaggle-tasks", lossy=True)
    assert done.lost == (lost,)
    assert [one.has_answers for one in read_tasks(tmp_path / "challenges.json")] == [False] * 2
    (tmp_path / "in" / "ab.json").unlink()
    assert not convert(tmp_path / "in", tmp_path / "two_challenges.json", "kaggle-tasks").lost
    write_task_directory(tmp_path / "more", [task("ef", A, B), Task("cd", known.train, test)])
    lost = "2 outputs, as 1 others are unknown: there will be no solutions"
    with pytest.raises(FormatError, match=f"/more: kaggle-tasks would lose {lost} "):
        convert(tmp_path / "more", tmp_path / "more_challenges.json", "kaggle-tasks")


PAIRS = [{"input": [[n]], "output": [[n, n]]} for n in range(10)]


def test_sources_that_are_only_read(tmp_path: Path) -> None:
    (tmp_path / "re").mkdir()
    (tmp_path / "re" / "ab.json").write_text(json.dumps(PAIRS))
    (tmp_path / "b.jsonl").write_text('{"examples": [[[[1]], [[1]]], [[[2]], [[2.0]]]]}\n')
    (tmp_path / "mini").mkdir()
    mini = {"train": [{"input": [["1"]], "output": [[None]]}], "test": [PAIRS[1]]}
    (tmp_path / "mini" / "m.json").write_text(json.dumps(mini))
    with pytest.raises(
        FormatError, match=r"would lose the pairs that were not chosen: .*seed 7: 3"
    ):
        convert(tmp_path / "re", tmp_path / "t1", "directory", options=TaskOptions(seed=7))
    done = convert(tmp_path / "re", tmp_path / "t1", "directory", lossy=True)
    assert (done.tasks, done.outputs) == (1, 1)
    with pytest.raises(
        FormatError, match=r"would lose the code and the descriptions that stand besi"
    ):
        convert(tmp_path / "b.jsonl", tmp_path / "t2", "directory")
    convert(tmp_path / "b.jsonl", tmp_path / "t2", "directory", lossy=True)
    assert (tmp_path / "t2" / "b-00000001.json").exists()
    with pytest.raises(
        GridError, match=r"train\[0\]\.output, row 0, column 0: null is not an integer"
    ):
        convert(tmp_path / "mini", tmp_path / "t3", "directory", options=TaskOptions("mini-arc"))
    (tmp_path / "b.jsonl").rename(tmp_path / "b.json")
    with pytest.raises(FormatError, match=r"would lose the code and the descriptions"):
        convert(tmp_path / "b.json", tmp_path / "t3", "directory", options=TaskOptions("barc"))
    options = TaskOptions("mini-arc", null_as=0)
    assert not convert(tmp_path / "mini", tmp_path / "t3", "directory", options=options).lost


def test_a_task_set_is_converted_by_its_name(tmp_path: Path) -> None:
    done = convert("arcgrid/mini", tmp_path / "out", "directory")
    mini = load("arcgrid/mini")
    assert done == Conversion(
        "arcgrid/mini", str(tmp_path / "out"), "directory", len(mini), mini.outputs, ()
    )
    assert read_tasks(tmp_path / "out").digest == mini.digest


def test_what_is_refused(tmp_path: Path) -> None:
    write_submission(tmp_path / "in", submission({"ab": [[A, B]]}))
    with pytest.raises(UnknownNameError, match=r"^unknown format 'kagle'; did you mean kaggle or"):
        convert(tmp_path / "in", tmp_path / "out", "kagle")
    with pytest.raises(FormatError, match=r"/in: this exists already \(--force"):
        convert(tmp_path / "in", tmp_path / "in", "kaggle")
    write_task_directory(tmp_path / "t", [task("ab", A)])
    convert(tmp_path / "t", tmp_path / "b.json", "bundled")
    with pytest.raises(
        FormatError, match=r"b\.json: a bundled file holds two sets: convert one of th"
    ):
        convert(tmp_path / "b.json", tmp_path / "out", "directory")


def test_a_submission_never_becomes_tasks(tmp_path: Path) -> None:
    given = submission({"ab": [[A, B]]})
    with pytest.raises(FormatError) as caught:
        convert(given, tmp_path / "t", "directory")
    assert str(caught.value) == "given: a submission cannot become directory"


def test_a_file_is_written_anew_by_force_alone(tmp_path: Path) -> None:
    answers, tasks = tmp_path / "s.json", tmp_path / "t.json"
    for color in (A, B):
        given, known = submission({"ab": [[color, color]]}), task_set(task("ab", color))
        write_task_directory(tmp_path / str(color), known)
        force = color is B
        assert not convert(given, answers, "kaggle", force=force).lost
        options = TaskOptions(split="eval")
        convert(tmp_path / str(color), tasks, "bundled", force=force, options=options)
        assert shown(read_submission(answers)) == {"ab": [[color, color]]}
        assert read_tasks(tasks, options).digest == known.digest


def test_the_command(tmp_path: Path) -> None:
    write_submission(tmp_path / "in", submission({"ab": [[A, B, C], [A, B]]}))
    out = tmp_path / "s.json"
    arguments = ["convert", str(tmp_path / "in"), "-o", str(out), "--format", "kaggle"]
    lost = "1 attempts that are more than the format has for a test input"
    refused = CliRunner().invoke(main, arguments)
    assert refused.exit_code == 2
    assert refused.stderr == (
        f"Error: {tmp_path}/in: kaggle would lose {lost} (lossy does it all the same)\n"
    )
    done = CliRunner().invoke(main, [*arguments, "--lossy"])
    assert (done.exit_code, done.stderr) == (0, f"lost: {lost}\n")
    assert done.stdout == f"{out}: kaggle, 1 tasks, 2 test inputs\n"
    out.unlink()
    record = json.loads(CliRunner().invoke(main, [*arguments, "--lossy", "--json"]).stdout)
    assert record == {
        "source": str(tmp_path / "in"),
        "target": str(out),
        "format": "kaggle",
        "tasks": 1,
        "outputs": 2,
        "lost": [lost],
    }
