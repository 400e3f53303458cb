"""A person at a run: attempts are counted here, clocks run and stand, and nothing is given away."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import arcgrid
from arcgrid.cli import main
from arcgrid.engines.person import check_person
from arcgrid.errors import ArgumentError, SolverError, StoreError
from arcgrid.grid import as_grid
from arcgrid.sources import RunResult, read_run
from arcgrid.store import Run, Store
from arcgrid.store.trials import TrialStore
from arcgrid.task import TaskSet
from arcgrid.view.sitting import Sitting
from arcgrid.view.solve import find_sitting, sitting

WRONG = [[1, 2], [3, 4]]


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tasks() -> TaskSet:
    """Three puzzles; the first one has two tests."""
    mini = arcgrid.load("arcgrid/mini")
    several = [task for task in mini if len(task.test) > 1]
    single = [task for task in mini if len(task.test) == 1]
    return mini.subset([several[0].id, single[0].id, single[1].id])


class Desk:
    """A sitting with its store, as a page uses them."""

    def __init__(self, path: Path, run: Run, tasks: TaskSet, clock: Clock) -> None:
        self.path, self.run, self.tasks, self.clock = path, run, tasks, clock
        self.sit_down()

    def sit_down(self) -> None:
        """As after the server ended, however it did."""
        with TrialStore(self.path) as store:
            self.sitting = Sitting(store, self.run, self.tasks, self.clock)

    def act(self, what: str, *given: Any) -> Any:
        with TrialStore(self.path) as store:
            return getattr(self.sitting, what)(store, *given)

    def submit(self, number: int, test: int, grid: Any) -> Any:
        return self.act("submit", number, test, as_grid(grid))

    def truth(self, number: int, test: int) -> Any:
        return self.tasks[number].test[test].output

    def result(self) -> RunResult:
        with Store(self.path) as store:
            return read_run(store, store.find_run(self.run.id))


@pytest.fixture
def desk(store: Path, tasks: TaskSet, clock: Clock) -> Desk:
    with sitting(store, tasks, "me", 2) as site:
        run = site.run
    return Desk(store, run, tasks, clock)


def test_attempts_are_scored_as_those_of_any_solver(desk: Desk, clock: Clock) -> None:
    desk.act("open", 1)
    clock.now += 10
    assert not desk.submit(1, 0, WRONG).over
    clock.now += 5
    assert desk.submit(1, 0, desk.truth(1, 0)).over
    desk.act("open", 2)
    desk.submit(2, 0, WRONG)
    assert desk.submit(2, 0, WRONG).over
    result = desk.result()
    assert [round(100 * share) for share in result.scores[0].solved.values()] == [0, 100, 0]
    outcome = result.by_task[desk.tasks[1].id]
    assert (outcome.kind, outcome.wall_seconds) == ("answered", 15)
    assert [timed.seconds for timed in outcome.answers] == [10, 15]
    assert [len(timed.answer.guesses[0]) for timed in outcome.answers] == [1, 2]
    assert result.run.plan.engine == "person"
    assert result.run.plan.options == {"name": "me"}


def test_each_output_has_its_own_attempts(desk: Desk) -> None:
    desk.act("open", 0)
    work = desk.submit(0, 0, desk.truth(0, 0))
    assert [work.left(0), work.left(1)] == [0, 2]
    with pytest.raises(ArgumentError, match="no attempt at this test is left"):
        desk.submit(0, 0, WRONG)
    desk.submit(0, 1, WRONG)
    assert desk.submit(0, 1, WRONG).over
    (solved,) = [share for share in desk.result().scores[0].solved.values() if share]
    assert solved == 1 / len(desk.tasks[0].test)


def test_attempts_stay_spent_whatever_happens(desk: Desk) -> None:
    """Neither a page that is loaded again nor a server that is killed gives one back."""
    desk.act("open", 1)
    desk.submit(1, 0, WRONG)
    desk.sit_down()
    assert desk.act("open", 1).left(0) == 1
    desk.submit(1, 0, WRONG)
    with pytest.raises(ArgumentError, match="not open"):
        desk.submit(1, 0, desk.truth(1, 0))
    assert desk.act("open", 1).over
    desk.sit_down()
    assert desk.act("open", 1).over
    assert desk.result().percent == 0


def test_a_plug_that_is_pulled_after_the_last_attempt(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pulled(*_: object) -> None:
        raise KeyboardInterrupt

    desk.act("open", 1)
    monkeypatch.setattr(Store, "add_outcome", pulled)
    with pytest.raises(KeyboardInterrupt):
        desk.submit(1, 0, desk.truth(1, 0))
    monkeypatch.undo()
    assert desk.result().by_task == {}
    desk.sit_down()
    assert desk.result().solved == [desk.tasks[1].id]
    with TrialStore(desk.path) as store:
        assert store.trials(desk.run) == {}


def test_the_clock_stands_while_a_puzzle_is_put_aside(desk: Desk, clock: Clock) -> None:
    desk.act("open", 1)
    clock.now += 30
    desk.act("open", 2)  # puts the first one aside
    clock.now += 100
    desk.act("open", 1)
    clock.now += 4
    desk.act("put_aside")
    clock.now += 1000
    desk.sit_down()
    desk.act("open", 1)
    clock.now += 2
    desk.submit(1, 0, desk.truth(1, 0))
    assert desk.result().by_task[desk.tasks[1].id].wall_seconds == pytest.approx(36)


def test_opening_again_what_is_open_changes_nothing(desk: Desk, clock: Clock) -> None:
    desk.act("open", 1)
    clock.now += 7
    desk.act("open", 1)
    desk.submit(1, 0, desk.truth(1, 0))
    assert desk.result().by_task[desk.tasks[1].id].wall_seconds == pytest.approx(7)


def test_who_gives_up_has_what_was_given(desk: Desk, clock: Clock) -> None:
    desk.act("open", 0)
    desk.submit(0, 0, desk.truth(0, 0))
    clock.now += 8
    assert desk.act("give_up", 0).over
    desk.act("open", 2)
    assert desk.act("give_up", 2).over
    result = desk.result()
    assert result.scores[0].solved[desk.tasks[0].id] == 1 / len(desk.tasks[0].test)
    assert result.by_task[desk.tasks[0].id].wall_seconds == pytest.approx(8)
    assert result.outcomes["answered"] == 2
    assert result.by_task[desk.tasks[2].id].answer is not None
    with pytest.raises(ArgumentError, match="not open"):
        desk.act("give_up", 2)


@pytest.mark.parametrize(
    ("what", "given", "said"),
    [
        ("open", (3,), "there is no puzzle 3"),
        ("submit", (1, 0, as_grid(WRONG)), "this puzzle is not open any more"),
        ("submit", (0, 9, as_grid(WRONG)), "this puzzle has no test 9"),
    ],
)
def test_what_cannot_be_done(what: str, given: tuple[Any, ...], said: str, desk: Desk) -> None:
    desk.act("open", 0)
    with pytest.raises(ArgumentError, match=said):
        desk.act(what, *given)


def test_the_same_command_goes_on(store: Path, tasks: TaskSet) -> None:
    with sitting(store, tasks, "me", 2) as site:
        first = site.run.name
        with pytest.raises(StoreError, match="another process"), sitting(store, tasks, "me", 2):
            pass
    for name, attempts, asked, known in (
        ("me", 2, tasks, first),
        ("you", 2, tasks, "human-2"),
        ("me", 3, tasks, "human-3"),
        ("me", 2, tasks[:2], "human-4"),
        ("me", 2, tasks, first),
    ):
        with sitting(store, asked, name, attempts) as site:
            assert site.run.name == known
    with Store(store) as opened:
        assert [run.ended for run in opened.runs()] == [None] * 4


def solve_all(path: Path, tasks: TaskSet, name: str, solved: int) -> None:
    """A person solves the first few puzzles and gives up the others."""
    with sitting(path, tasks, name, 2) as site, TrialStore(path) as store:
        at = site._sitting
        for number, task in enumerate(tasks):
            at.open(store, number)
            for test, pair in enumerate(task.test if number < solved else ()):
                assert pair.output is not None
                at.submit(store, number, test, pair.output)
            if number >= solved:
                at.give_up(store, number)


def test_people_stand_in_the_table_each_and_together(store: Path, tasks: TaskSet) -> None:
    solve_all(store, tasks, "Ada", 3)
    solve_all(store, tasks, "Ben", 2)
    solve_all(store, tasks, "Ben", 3)  # has seen the answers by now
    with sitting(store, tasks, "Cid", 2):
        pass
    by_system = {row.system: row for row in arcgrid.table(mine=True).others}
    assert set(by_system) == {"human (Ada)", "human (Ben)", "human (Cid)", "human, mean of 2"}
    together = by_system["human, mean of 2"]
    assert together.percent == pytest.approx((100 + 200 / 3) / 2)
    assert together.setting == "2 attempts, standard deviation 23.57, 66.67 to 100"
    assert together.source == "run human-1, run human-2"
    text = CliRunner().invoke(main, ["table", "--mine"]).output
    for name in ("human (Ada)", "human, mean of 2"):
        assert name in " ".join(text.split())


def test_every_command_takes_a_run_of_a_person(store: Path, tasks: TaskSet, tmp_path: Path) -> None:
    solve_all(store, tasks, "Ada", 3)
    arcgrid.run("identity", tasks, inline=True, name="other")
    out = tmp_path / "answers.json"
    for line in (
        "score human-1",
        "outcomes human-1",
        "compare human-1 other",
        f"export human-1 -o {out}",
        f"report human-1 -o {tmp_path / 'report.html'}",
        f"show {tasks.ids[0]} --run human-1",
    ):
        result = CliRunner().invoke(main, line.split())
        assert result.exit_code == 0, result.output
    assert json.loads(out.read_text()).keys() == set(tasks.ids)


@pytest.mark.parametrize("line", ["run human --tasks arcgrid/mini", "run --resume human-1"])
def test_a_person_is_not_run_without_a_page(line: str, store: Path, tasks: TaskSet) -> None:
    with sitting(store, tasks, "me", 2):
        pass
    result = CliRunner().invoke(main, line.split())
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert "arcgrid view SET --solve" in result.stderr


@pytest.mark.parametrize("name", ["", "a/b", "x" * 41, "a\nb", " me", "<b>"])
def test_names_of_people(name: str) -> None:
    with pytest.raises(ArgumentError, match="a person's name"):
        check_person(name)
    check_person("Ada L. of-Eng_land")


def test_what_came_of_a_sitting_is_printed(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("arcgrid.cli.view.serve", lambda server, _: server.server_close())
    line = "view arcgrid/mini --solve --sample 3 --seed 7 --name Ada"
    result = CliRunner().invoke(main, line.split())
    assert result.exit_code == 0
    assert "run human-1 begins\n" in result.stderr
    assert "outcomes: none; 3 tasks left" in result.stdout
    again = CliRunner().invoke(main, line.split())
    assert "run human-1 begins\n" in again.stderr


def test_a_run_of_another_solver_is_no_sitting(store: Path, tasks: TaskSet) -> None:
    arcgrid.run("identity", tasks, inline=True)
    with Store(store) as opened:
        assert find_sitting(opened, tasks, "me", 2) is None
    with pytest.raises(SolverError):
        arcgrid.run("human", tasks)
