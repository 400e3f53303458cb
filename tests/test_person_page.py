"""What a person's page is sent: puzzles and verdicts, and no truth before the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import arcgrid
from arcgrid.grid import as_grid
from arcgrid.task import Task, TaskSet
from arcgrid.view.solve import sitting
from arcgrid.view.work import rows
from tests.views import Reader, get, serving


@pytest.fixture
def secretive(store: Path) -> TaskSet:
    """Two puzzles whose ids and answers are found nowhere else."""
    train = (arcgrid.Pair(as_grid([[1]]), as_grid([[2]])),)

    def task(id: str, *answers: list[list[int]]) -> Task:
        tests = tuple(
            arcgrid.Pair(as_grid([[3, number]]), as_grid(answer))
            for number, answer in enumerate(answers)
        )
        return Task(id, train, tests)

    first = task("telling-name", [[7, 8, 9, 7, 8]], [[9, 8, 7, 9, 8]])
    made = (first, task("other-name", [[5, 5, 6, 6, 5]]))
    return TaskSet("secret", made, str(store.parent / "nowhere"))


@pytest.fixture
def reader(store: Path, secretive: TaskSet) -> Iterator[Reader]:
    with sitting(store, secretive, "me", 2) as site, serving(site) as server:
        yield Reader(server)


def secrets_in(got: list[bytes]) -> set[str]:
    """Which answers and names stand in what was sent, in any way that grids are written."""
    text = b"".join(got).decode()
    found = {name for name in ("telling-name", "other-name") if name in text}
    for cells in ("78978", "98798", "55665"):
        written = (cells, ", ".join(cells), ",".join(cells), " ".join(cells))
        found |= {cells for form in written if form in text}
    return found


def test_the_truth_is_in_nothing_that_is_sent_before_the_end(reader: Reader) -> None:
    wrong = {"puzzle": 0, "grid": [[1]]}
    reader.send("open", {"puzzle": 0})
    reader.send("open", {"puzzle": 1})
    reader.send("aside", {})
    reader.send("open", {"puzzle": 0})
    reader.send("submit", {**wrong, "test": 0})
    reader.send("submit", {**wrong, "test": 1})
    reader.send("submit", {**wrong, "test": 0})
    for action, value in (
        ("submit", {**wrong, "test": 0}),
        ("submit", {**wrong, "test": 7}),
        ("open", {"puzzle": 9}),
        ("open", {"puzzle": -1}),
        ("open", {"puzzle": True}),
        ("open", {}),
        ("submit", {"puzzle": 0, "test": 1, "grid": [[99]]}),
        ("submit", {"puzzle": 0, "test": 1, "grid": "x"}),
        ("submit", {"puzzle": 1, "test": 0, "grid": [[1]]}),
        ("give-up", {"puzzle": 1}),
    ):
        assert reader.status(action, value)[0] == 409, (action, value)
    assert reader.status("open", [1])[0] == 400
    for page in ("state", "truth", "solve", "0"):
        assert reader.status(page, {"puzzle": 0})[0] == 404
        reader.got.append(get(reader.server, page)[2])
    reader.got.append(get(reader.server)[2])
    assert len(reader.got) > 20
    assert secrets_in(reader.got) == set()
    reader.send("submit", {**wrong, "test": 1})
    assert secrets_in(reader.got) == {"telling-name", "78978", "98798"}


def test_an_answer_is_only_told_by_who_gave_it(reader: Reader) -> None:
    reader.send("open", {"puzzle": 0})
    told = reader.send("submit", {"puzzle": 0, "test": 1, "grid": [[9, 8, 7, 9, 8]]})
    assert told["puzzle"]["tests"][1]["tries"] == [{"grid": [[9, 8, 7, 9, 8]], "right": True}]
    assert told["puzzle"]["tests"][1]["left"] == 0
    assert told["puzzle"]["tests"][0]["truth"] is None
    assert secrets_in(reader.got) == {"98798"}


def test_attempts_are_counted_by_the_server(reader: Reader) -> None:
    """Whatever a page says, and however often it asks."""
    reader.send("open", {"puzzle": 1})
    tries = [reader.status("submit", {"puzzle": 1, "test": 0, "grid": [[k]]})[0] for k in range(4)]
    assert tries == [200, 200, 409, 409]
    told = reader.send("open", {"puzzle": 1})
    assert told["state"][1] == {"state": "over", "solved": 0}
    assert len(told["puzzle"]["tests"][0]["tries"]) == 2


def test_answers_that_nobody_knows(store: Path, secretive: TaskSet) -> None:
    task = secretive[1]
    unknown = replace(task, test=tuple(replace(pair, output=None) for pair in task.test))
    asked = TaskSet("unknown", (unknown,), secretive.origin)
    with sitting(store, asked, "me", 2) as site, serving(site) as server:
        reader = Reader(server)
        reader.send("open", {"puzzle": 0})
        told = reader.send("submit", {"puzzle": 0, "test": 0, "grid": [[1]]})
        assert told["puzzle"]["tests"][0]["tries"] == [{"grid": [[1]], "right": None}]
        told = reader.send("submit", {"puzzle": 0, "test": 0, "grid": [[1]]})
        assert told["state"] == [{"state": "over", "solved": None}]


def test_the_page_names_nobody_but_the_person(store: Path) -> None:
    tasks = arcgrid.load("arcgrid/mini")
    with sitting(store, tasks, "Ada", 2) as site:
        reply = site.get("", "")
    assert reply is not None
    text = reply.body.decode()
    assert "Ada solves arcgrid/mini" in text
    assert not [id for id in tasks.ids if id in text]
    assert "connect-src &#39;self&#39;" in text
    assert rows(None) is None
