"""Helpers of the tests of `chat`: small runs against the server fixture."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import arcgrid
from arcgrid.result import Outcome
from arcgrid.sample import Sample
from arcgrid.sources import RunResult
from arcgrid.store import Store
from tests.endpoint import MODEL, Behavior, ChatServer, Reply, Request, answer

TASK = "diagonal-flip"
"""A bundled puzzle with one test input."""

KEY = "sk-test-0123456789-do-not-tell"


def mini(*ids: str) -> arcgrid.TaskSet:
    """Some of the bundled puzzles."""
    return arcgrid.load("arcgrid/mini").subset(ids or (TASK,))


def truth(id: str = TASK, test: int = 0) -> arcgrid.Grid:
    output = mini(id)[id].test[test].output
    assert output is not None
    return output


def ask(
    server: ChatServer, store: Path, *ids: str, options: Any = None, **settings: Any
) -> RunResult:
    """Run `chat` on some of the bundled puzzles: one sample, no waiting between retries."""
    given = {
        "model": MODEL,
        "base_url": server.url,
        "samples": "1",
        "backoff": "0",
        "retries": "2",
        "timeout": "60",
        **(options or {}),
    }
    return arcgrid.run("chat", mini(*ids), options=given, store=store, **settings)


def right(request: Request) -> Reply:
    """The right answer to `TASK`."""
    return answer(request, truth())


def priced(folder: Path) -> dict[str, Any]:
    """Options with a price for the model, by which each reply of the fixture costs `REPLY_COST`."""
    path = folder / "prices.toml"
    path.write_text('[models."puzzler-1"]\ninput = 2.0\noutput = 8.0\nas_of = "2026-11-24"\n')
    return {"prices": str(path)}


REPLY_COST = (100 * 2 + 50 * 8) / 1e6


@contextmanager
def serving(behave: Behavior) -> Iterator[ChatServer]:
    """A server that behaves so."""
    with ChatServer(behave) as server:
        yield server


def only(result: RunResult) -> Outcome:
    """The outcome of a run on one task."""
    (outcome,) = result.by_task.values()
    return outcome


def samples_of(store: Path, result: RunResult) -> list[Sample]:
    """All samples of a run, in order."""
    with Store(store) as opened:
        return [sample for given in opened.samples(result.run).values() for sample in given]
