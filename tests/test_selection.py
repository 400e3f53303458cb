"""Which tasks are asked for, on the command line and in Python."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import arcgrid
from arcgrid import ArcgridError, ArgumentError
from arcgrid.cli import main
from arcgrid.formats.task_json import write_task_directory
from arcgrid.selection import Selection, read_ids
from arcgrid.store import Store
from tests.samples import task, task_set

TASKS = task_set(*(task(f"t{number}", [[1]]) for number in range(9)))


def test_a_sample_depends_on_the_seed_and_the_ids_alone() -> None:
    drawn = Selection(sample=4, seed=1).of(TASKS)
    turned = task_set(*reversed(TASKS.tasks))
    assert len(drawn) == 4
    assert set(Selection(sample=4, seed=1).of(turned).ids) == set(drawn.ids)
    assert Selection(sample=4, seed=2).of(TASKS).ids != drawn.ids
    assert drawn.ids == [id for id in TASKS.ids if id in drawn], "the set's order stays"
    assert drawn.name == "hand-made [4 of 9 tasks]"


def test_named_then_drawn_then_the_first() -> None:
    only = ("t7", "t3", "t5")
    assert Selection(only).of(TASKS).ids == ["t3", "t5", "t7"]
    assert Selection(only, limit=2).of(TASKS).ids == ["t3", "t5"]
    drawn = Selection(only, sample=2).of(TASKS).ids
    assert set(drawn) < set(only)
    assert Selection(only, sample=2, limit=1).of(TASKS).ids == drawn[:1]


FAULTS = [
    (lambda: Selection(limit=0), "limit is a whole number of tasks, at least 1, not 0"),
    (lambda: Selection(sample=True), "sample is a whole number of tasks, at least 1, not True"),
    (
        lambda: Selection(sample=10).of(TASKS),
        "hand-made: a sample of 10 tasks is asked for, and there are 9",
    ),
    (lambda: Selection(("t0", "x")).of(TASKS), "unknown task of hand-made 'x'"),
]


@pytest.mark.parametrize(("make", "message"), FAULTS)
def test_what_cannot_be_chosen(make: object, message: str) -> None:
    with pytest.raises(ArcgridError) as caught:
        make()  # type: ignore[operator]  # a lambda
    assert str(caught.value).startswith(message)


def test_a_file_of_ids(tmp_path: Path) -> None:
    file = tmp_path / "ids.txt"
    file.write_text("a\n\n  b  # a remark\n# c\n")
    assert read_ids(file) == ["a", "b"]
    file.write_text("# nothing\n")
    with pytest.raises(ArgumentError, match="there is no task id in this file"):
        read_ids(file)


def test_no_task_leaves_no_run_behind(store: Path) -> None:
    for given in ({"limit": 0}, {"sample": 0}):
        with pytest.raises(ArgumentError):
            arcgrid.run("identity", "arcgrid/mini", **given)  # type: ignore[arg-type]  # wrong
    assert not store.exists()
    arcgrid.table()


def test_an_export_of_a_part_is_scored_over_that_part_when_asked(
    store: Path, tmp_path: Path
) -> None:
    run = arcgrid.run("identity", "arcgrid/mini", sample=5, seed=1, workers=1)
    ids = tmp_path / "ids.txt"
    ids.write_text("\n".join(run.tasks.ids))
    out = tmp_path / "s.json"
    assert CliRunner().invoke(main, ["export", "latest", "-o", str(out)]).exit_code == 0

    def of(*options: str) -> tuple[int, str]:
        arguments = ["score", str(out), "--tasks", "arcgrid/mini", *options, "--json"]
        result = CliRunner().invoke(main, arguments)
        assert result.exit_code == 0, result.stderr
        first = json.loads(result.stdout)["scores"][0]
        return first["denominator"], first["task_set"]

    part = "arcgrid/mini [5 of 40 tasks]"
    assert of() == (40, "arcgrid/mini")
    for options in (["--ids", str(ids)], ["--sample", "5", "--seed", "1"], ["--answered"]):
        assert of(*options) == (5, part)
    assert of("--ids", str(ids), "--limit", "2") == (2, "arcgrid/mini [2 of 40 tasks]")
    assert of("--only", run.tasks.ids[0]) == (1, "arcgrid/mini [1 of 40 tasks]")


def test_what_failed_is_run_again_as_a_run_of_its_own(store: Path, tmp_path: Path) -> None:
    solver = tmp_path / "moody.py"
    mood = tmp_path / "mood"
    solver.write_text(
        "import pathlib\n"
        "def solve(puzzle, budget, mood: str):\n"
        "    if len(puzzle.test) > 1 and not pathlib.Path(mood).exists():\n"
        "        raise ValueError('in a bad mood')\n"
        "    return [[grid] for grid in puzzle.test]\n"
    )
    options = {"mood": str(mood)}
    first = arcgrid.run(str(solver), "arcgrid/mini", limit=12, options=options, inline=True)
    failed = [id for id, one in first.by_task.items() if one.kind == "error"]
    assert 0 < len(failed) < 12
    mood.write_text("good")
    result = CliRunner().invoke(main, ["run", "--failed", first.run.name])
    assert result.exit_code == 0, result.stderr
    with Store(store) as opened:
        again = opened.find_run("latest")
        assert (list(again.plan.asked), again.note) == (failed, f"what failed in {first.run.name}")
        assert {one.kind for one in opened.outcomes(again).values()} == {"answered"}
    nothing = CliRunner().invoke(main, ["run", "--failed", again.name])
    assert (nothing.exit_code, nothing.stderr) == (
        2,
        f"Error: nothing failed in the run {again.name}\n",
    )


def large(path: Path) -> Path:
    """A directory with two tasks, one of them wider than 30 cells."""
    write_task_directory(path, [task("fine", [[1]])])
    row = [0] * 31
    wide = {"train": [{"input": [row], "output": [row]}], "test": [{"input": [row]}]}
    (path / "wide.json").write_text(json.dumps(wide))
    return path


def test_unsound_tasks_are_left_out_only_when_asked_and_never_silently(
    store: Path, tmp_path: Path
) -> None:
    folder = large(tmp_path / "set")
    problem = f"{folder}/wide.json, train[0].input: 1x31 is larger than 30x30"
    with pytest.raises(ArcgridError) as caught:
        arcgrid.load(folder)
    assert str(caught.value) == problem
    tasks = arcgrid.load(folder, invalid="skip")
    assert (tasks.ids, tasks.left_out) == (["fine"], (problem,))
    (folder / "wide.json").rename(tmp_path / "wide.json")
    assert tasks.digest == arcgrid.load(folder).digest
    (tmp_path / "wide.json").rename(folder / "wide.json")
    arguments = ["run", "identity", "--tasks", str(folder), "--workers", "1"]
    assert CliRunner().invoke(main, arguments).exit_code == 2
    result = CliRunner().invoke(main, [*arguments, "--skip-invalid"])
    assert result.exit_code == 0
    assert f"left out: {problem}\n" in result.stderr
    assert "1 task of 2 left out: they are not sound\n" in result.stderr
    assert CliRunner().invoke(main, ["score", "latest"]).exit_code == 0, "a run knows its tasks"
