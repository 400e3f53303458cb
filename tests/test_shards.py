"""Shards: the parts of a run by content, and joining them to what was never in parts."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

import arcgrid
from arcgrid.cli import main
from arcgrid.errors import ArgumentError, StoreError
from arcgrid.result import Answer, Guess, Outcome, TimedAnswer
from arcgrid.selection import shard_of
from arcgrid.store import RunPlan, Store
from arcgrid.store.merging import merge
from arcgrid.store.sealing import seal_of_run
from arcgrid.task import Task, TaskSet
from tests.runs import HOSTILE
from tests.test_store import PLAN, SAMPLE, TRANSCRIPT, described

ROOT = Path(__file__).parents[1]
MINI = arcgrid.load("arcgrid/mini")
PARTS = 3


def renamed(tasks: TaskSet) -> TaskSet:
    """The same tasks under other ids, in the other order."""
    return TaskSet("other", tuple(Task(f"x-{t.id}", t.train, t.test) for t in tasks.tasks[::-1]))


def test_every_task_is_in_one_shard() -> None:
    parts = [shard_of(MINI, number, 7) for number in range(1, 8)]
    ids = [id for _, part in parts for id in part.ids]
    assert sorted(ids) == sorted(MINI.ids)
    for shard, part in parts:
        assert part.ids == [MINI.ids[place] for place in shard.places]
        assert (shard.digest, shard.tasks) == (MINI.digest, len(MINI))


def test_content_alone_decides_on_the_shard() -> None:
    for number in (1, 2, 3):
        one, other = shard_of(MINI, number, 3)[1], shard_of(renamed(MINI), number, 3)[1]
        assert {f"x-{id}" for id in one.ids} == set(other.ids)


@pytest.mark.parametrize(("number", "of"), [(0, 4), (5, 4), (1, 0), (True, 2), (1.0, 2)])
def test_there_are_no_other_shards(number: Any, of: Any) -> None:
    with pytest.raises(ArgumentError, match="a shard is NUMBER/OF, such as 1/16 to 16/16, not"):
        shard_of(MINI, number, of)


def call(*words: object) -> str:
    result = CliRunner().invoke(main, [str(word) for word in words])
    assert result.exit_code == 0, result.output
    return result.stdout


def run_shards(folder: Path, solver: str, of: int = PARTS, **settings: Any) -> list[Path]:
    paths = [folder / f"{number}.sqlite" for number in range(1, of + 1)]
    for number, path in enumerate(paths, 1):
        given: dict[str, Any] = {"name": "mine", "inline": True, **settings}
        arcgrid.run(solver, "arcgrid/mini", shard=(number, of), store=path, **given)
    return paths


@pytest.fixture(scope="module")
def shards(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return run_shards(tmp_path_factory.mktemp("shards"), "transforms")


def test_the_joined_run_is_the_one_that_was_never_in_parts(
    shards: list[Path], tmp_path: Path
) -> None:
    whole, joined = tmp_path / "whole.sqlite", tmp_path / "joined.sqlite"
    arcgrid.run("transforms", "arcgrid/mini", name="mine", inline=True, store=whole)
    call("merge", *shards[::-1], "-o", joined)
    for command in (["export"], ["score"], ["score", "--json"], ["outcomes"]):
        said = [call(*command, "mine", "--store", store) for store in (whole, joined)]
        if command == ["outcomes"]:  # times and memory are those of each run
            said = [re.sub(r"\d[\d.,]* (s|MiB)", "", text) for text in said]
        assert said[0] == said[1]
        assert said[0]
    with Store(whole) as one, Store(joined) as other:
        mine, theirs = one.find_run("mine"), other.find_run("mine")
    assert replace(mine.plan, origin="") == replace(theirs.plan, origin="")
    assert theirs.ended is not None
    assert theirs.cpu_seconds is not None


def test_an_empty_shard_is_one_too(tmp_path: Path) -> None:
    paths = run_shards(tmp_path, "identity", of=20, only=MINI.ids[:2])
    sizes = []
    for path in paths:
        with Store(path) as opened:
            sizes.append(len(opened.find_run("mine").plan.asked))
    assert sorted(set(sizes)) == [0, 1]
    joined = merge(paths, tmp_path / "joined.sqlite")
    assert joined.plan.asked == tuple(MINI.ids[:2])
    assert "0 of 0" in call("runs", "--store", paths[sizes.index(0)])


def test_the_same_from_the_command_line(tmp_path: Path) -> None:
    given = ["identity", "--tasks", "arcgrid/mini", "--inline", "--sample", 6, "--seed", 3]
    for number in (1, 2):
        call("run", *given, "--shard", f"{number}/2", "--store", tmp_path / f"{number}.sqlite")
    said = call(
        "merge", tmp_path / "1.sqlite", tmp_path / "2.sqlite", "-o", tmp_path / "all.sqlite"
    )
    assert said.startswith("run identity-1 in ")
    assert "identity on arcgrid/mini [6 of 40 tasks], 6 outcomes of 2 stores" in said
    refused = CliRunner().invoke(main, ["run", *map(str, given), "--shard", "half"])
    assert "'half' is not NUMBER/OF, such as 3/16" in refused.output
    refused = CliRunner().invoke(main, ["run", *map(str, given), "--shard", "9/4"])
    assert "a shard is NUMBER/OF, such as 1/16 to 16/16, not 9/4" in refused.output


def refusal(paths: list[Path], out: Path, **settings: Any) -> str:
    with pytest.raises(StoreError) as caught:
        merge(paths, out, **settings)
    return str(caught.value)


def test_what_is_missing_or_double_is_named(shards: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "out.sqlite"
    assert refusal([shards[0]], out) == "2 of 3 shards missing: 2/3, 3/3"
    copy = Path(shutil.copy(shards[1], tmp_path / "again.sqlite"))
    problem = f"shard 2/3 is double: in {shards[1]} (run mine), and in {copy} (run mine)"
    assert refusal([*shards, copy], out) == problem
    assert refusal([*shards], out, run="other").startswith("none of these stores holds a shard na")
    assert not out.exists()


def test_a_shard_that_is_not_done_is_named(shards: list[Path], tmp_path: Path) -> None:
    broken = Path(shutil.copy(shards[1], tmp_path / "broken.sqlite"))
    with closing(sqlite3.connect(broken)) as db:
        (task,) = db.execute("SELECT min(task) FROM outcomes").fetchone()
        db.execute("DELETE FROM attempts WHERE task = ?", (task,))
        db.execute("DELETE FROM outcomes WHERE task = ?", (task,))
        db.commit()
    said = refusal([shards[0], broken, shards[2]], tmp_path / "out.sqlite")
    hint = f"go on with: arcgrid run --resume mine --store {broken}"
    assert said == f"{broken}: shard 2/3 lacks 1 of its outcomes; {hint}"


def changed(path: Path, target: Path, change: Callable[[RunPlan], RunPlan]) -> Path:
    """A copy of a store whose run has another plan."""
    shutil.copy(path, target)
    with Store(target) as opened:
        plan = change(opened.find_run("mine").plan)
    with closing(sqlite3.connect(target)) as db:
        (id,) = db.execute("SELECT id FROM runs").fetchone()
        record = msgspec.json.encode(plan).decode()
        db.execute("UPDATE runs SET record = ?, digest = ?", (record, seal_of_run(id, record)))
        db.commit()
    return target


def other_shard(plan: RunPlan, **changes: Any) -> RunPlan:
    assert plan.shard is not None
    return replace(plan, shard=replace(plan.shard, **changes))


DISAGREEMENTS: dict[str, Callable[[RunPlan], RunPlan]] = {
    "number of shards": lambda plan: other_shard(plan, of=4),
    "set": lambda plan: other_shard(plan, digest="0" * 64),
    "solver": lambda plan: replace(plan, solver=replace(plan.solver, digest="0" * 64)),
    "options": lambda plan: replace(plan, options={"depth": 3}),
    "seed": lambda plan: replace(plan, budget=replace(plan.budget, seed=1)),
    "budget": lambda plan: replace(plan, budget=replace(plan.budget, seconds=11.0)),
    "engine": lambda plan: replace(plan, engine="local"),
    "versions": lambda plan: replace(plan, versions={**plan.versions, "numpy": "1.0"}),
}


@pytest.mark.parametrize("what", DISAGREEMENTS)
def test_parts_that_disagree_are_refused(what: str, shards: list[Path], tmp_path: Path) -> None:
    other = changed(shards[1], tmp_path / "other.sqlite", DISAGREEMENTS[what])
    said = refusal([shards[0], other, shards[2]], tmp_path / "out.sqlite")
    assert said.startswith(f"these are no parts of one run: their {what} is ")
    assert f" in {shards[0]} (run mine), and " in said
    assert f" in {other} (run mine)" in said
    assert ("--allow-versions" in said) == (what == "versions")
    assert not (tmp_path / "out.sqlite").exists()


def test_a_damaged_shard_is_named(shards: list[Path], tmp_path: Path) -> None:
    broken = Path(shutil.copy(shards[1], tmp_path / "broken.sqlite"))
    with closing(sqlite3.connect(broken)) as db:
        db.execute("UPDATE runs SET record = replace(record, 'low', 'high')")
        db.commit()
    said = refusal([shards[0], broken, shards[2]], tmp_path / "out.sqlite")
    assert str(broken) in said
    assert "its record is not what was stored" in said


def test_other_versions_are_joined_when_allowed(shards: list[Path], tmp_path: Path) -> None:
    other = changed(shards[1], tmp_path / "other.sqlite", DISAGREEMENTS["versions"])
    paths = [shards[0], other, shards[2]]
    out = tmp_path / "out.sqlite"
    assert CliRunner().invoke(main, ["merge", *map(str, paths), "-o", str(out)]).exit_code == 2
    call("merge", *paths, "-o", out, "--allow-versions")
    with Store(out) as opened:
        assert opened.find_run("latest").plan.versions["numpy"].endswith("; 1.0")


def test_several_runs_in_the_stores_are_told_apart_by_name(tmp_path: Path) -> None:
    for name, seed in (("one", 1), ("two", 2)):
        paths = run_shards(tmp_path, "identity", of=2, name=name, seed=seed, limit=5)
    out = tmp_path / "out.sqlite"
    assert "their seed is 1" in refusal(paths, out)
    call("merge", *paths, "-o", out, "--run", "one")
    call("merge", *paths, "-o", out, "--run", "two", "--name", "second")
    with Store(out) as opened:
        seeds = [opened.find_run(name).plan.budget.seed for name in ("one", "second")]
    assert seeds == [1, 2]
    assert refusal(paths, out, run="one") == f"{out}: there is a run named 'one' already"


def test_all_that_a_run_has_is_joined(tmp_path: Path) -> None:
    """Answers before the last, samples and their transcripts, marks of times that are not known."""
    outcome = Outcome(
        "timeout",
        2.5,
        1.5,
        peak_memory=5,
        answers=tuple(
            TimedAnswer(at, Answer(((Guess([[at]], 0.5, "why"),),), cost=0.5, tokens=7))  # type: ignore[arg-type]  # lists will do
            for at in (1, 2)
        ),
        error="slow",
        output="said",
        guesses_beyond=2,
    )
    tasks = MINI.subset(MINI.ids[:8])
    paths = []
    for number in (1, 2):
        shard, part = shard_of(tasks, number, 2)
        paths.append(tmp_path / f"{number}.sqlite")
        with Store(paths[-1], create=True) as opened:
            run = opened.create_run(replace(PLAN, asked=tuple(part.ids), shard=shard), f"p{number}")
            with opened.session(run, lambda: (12.0, 20.0)):
                for id in part.ids:
                    opened.add_sample(run, id, SAMPLE, TRANSCRIPT)
                    opened.add_outcome(run, id, 1, 42, outcome)
    whole = merge(paths, tmp_path / "out.sqlite")
    assert (whole.name, whole.wall_seconds, whole.cpu_seconds) == ("identity-1", 24.0, 40.0)
    with Store(tmp_path / "out.sqlite") as opened:
        found = opened.outcomes(whole)
        assert list(found) == tasks.ids
        told = described(replace(outcome, answers=(replace_cost(outcome), outcome.answers[1])))
        assert all(described(one) == told for one in found.values())
        assert opened.transcripts(whole, tasks.ids[0])[0][1] == TRANSCRIPT
        assert set(opened.samples(whole)) == set(tasks.ids)


def replace_cost(outcome: Outcome) -> TimedAnswer:
    """Cost and tokens are kept with the last answer alone."""
    first = outcome.answers[0]
    return replace(first, answer=replace(first.answer, cost=None, tokens=None))


def test_nothing_is_left_of_a_join_that_failed(shards: list[Path], tmp_path: Path) -> None:
    broken = Path(shutil.copy(shards[2], tmp_path / "broken.sqlite"))
    with closing(sqlite3.connect(broken)) as db:
        db.execute("DROP TABLE attempts")
        db.commit()
    out = tmp_path / "out.sqlite"
    assert "no such table: attempts" in refusal([*shards[:2], broken], out)
    with Store(out) as opened:
        assert opened.runs() == []


PAGE = (ROOT / "docs" / "many-machines.md").read_text()


def test_the_array_of_the_page_runs(tmp_path: Path) -> None:
    """Each job as SLURM would begin it; the second try of one goes on."""
    (script,) = re.findall(r"```bash\n(.*?)```", PAGE, re.DOTALL)
    assert len(script.splitlines()) <= 10
    for shown, small in (
        ("run search", "run identity --workers 1"),
        ("--tasks arc-agi-1/training --effort high", "--tasks arcgrid/mini --limit 5"),
    ):
        assert script.count(shown) == 1
        script = script.replace(shown, small)
    (tmp_path / "array.sh").write_text(script)
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    for number in ("1", "2", "1"):
        environment = {"SLURM_ARRAY_TASK_ID": number, "SLURM_ARRAY_TASK_COUNT": "2", "PATH": path}
        command = ["bash", "array.sh"]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
    merged = merge(sorted((tmp_path / "shards").glob("*.sqlite")), tmp_path / "all.sqlite")
    assert merged.done == 5


def test_a_solver_file_elsewhere_is_the_same_solver(tmp_path: Path) -> None:
    """What a machine calls a file does not matter: its bytes do."""
    paths = []
    for number in (1, 2):
        home = tmp_path / f"machine-{number}"
        home.mkdir()
        solver = shutil.copy(HOSTILE, home / "mine.py")
        paths.append(home / "store.sqlite")
        arcgrid.run(
            f"{solver}:yield_nothing",
            "arcgrid/mini",
            shard=(number, 2),
            limit=3,
            store=paths[-1],
            workers=1,
        )
    assert merge(paths, tmp_path / "all.sqlite").done == 3
