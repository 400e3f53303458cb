"""Transcripts of language models: kept, or not, and answered from anew."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import arcgrid
from arcgrid.errors import ArcgridError
from arcgrid.sources import RunResult
from arcgrid.store import Store
from tests.chats import (
    REPLY_COST,
    TASK,
    ask,
    mini,
    only,
    priced,
    right,
    samples_of,
    serving,
    truth,
)
from tests.endpoint import Reply, Request, answer

WRONG, OTHER = [[1, 2], [3, 4]], [[5]]


# -- transcripts and replay ---------------------------------------------------------------


def test_requests_and_replies_are_kept_unless_they_shall_not(store: Path) -> None:
    with serving(right) as server:
        kept = ask(server, store, options={"samples": 2})
        ask(server, store, name="silent", transcripts=False)
    with Store(store) as opened:
        found = opened.transcripts(kept.run, TASK)
        assert [text for _, text in opened.transcripts(opened.find_run("silent"), TASK)] == [None]
    for (_, transcript), request in zip(found, server.requests, strict=False):
        assert transcript is not None
        assert json.loads(transcript.request) == request.body
        assert json.loads(transcript.reply)["model"] == "puzzler-1"


def test_replay_reads_and_votes_anew_at_no_cost(store: Path, tmp_path: Path) -> None:
    given = [OTHER, OTHER, WRONG, WRONG, truth(), truth(), truth()]
    options = priced(tmp_path) | {"samples": 7, "augment": 3}

    def behave(request: Request) -> Reply:
        return answer(request, given[request.number])

    with serving(behave) as server:
        first = ask(server, store, name="first", workers=1, options=options)
        asked = len(server.requests)

        def replay(**more: object) -> RunResult:
            options = {"run": "first", **more}
            return arcgrid.run("replay", mini(), options=options, store=store)

        again, fewer = replay(), replay(samples="5")
    assert len(server.requests) == asked
    assert answers_of(again) == answers_of(first)
    assert only(again).cost == 0.0
    assert only(first).cost == pytest.approx(7 * REPLY_COST)
    assert len(samples_of(store, fewer)) == 5
    assert answers_of(fewer) != answers_of(first)
    shuffled = [sample.grid for sample in samples_of(store, replay(order="shuffled"))]
    assert sorted(map(str, shuffled)) == sorted(str(one.grid) for one in samples_of(store, first))
    assert [str(grid) for grid in shuffled] != [str(one.grid) for one in samples_of(store, first)]


def answers_of(result: Any) -> object:
    outcome = only(result)
    assert outcome.answer is not None
    return [(guess.grid.tolist(), guess.confidence) for guess in outcome.answer.guesses[0]]


def test_replay_says_what_it_lacks(store: Path) -> None:
    with serving(right) as server:
        ask(server, store, name="silent", transcripts=False)

    def replay(run: str, *ids: str) -> None:
        arcgrid.run("replay", mini(*ids), options={"run": run}, store=store)

    with pytest.raises(ArcgridError, match=f"task {TASK}: the run silent has no transcripts"):
        replay("silent")
    with pytest.raises(ArcgridError, match="the run silent was not asked for this task"):
        replay("silent", "gravity-down")
    with pytest.raises(ArcgridError, match="unknown run 'slient'; did you mean silent"):
        replay("slient")
    with pytest.raises(ArcgridError, match="option 'run' is needed"):
        arcgrid.run("replay", mini(), store=store)
