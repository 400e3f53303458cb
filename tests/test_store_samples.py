"""Samples of language models in the store: what comes out is what went in, or it is said."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from arcgrid.errors import DamagedError
from arcgrid.sample import Transcript
from arcgrid.store import Store
from arcgrid.store.repair import Finding, check, repair
from tests.test_store import OLD, PLAN, SAMPLE, TRANSCRIPT, described_sample

OTHER = replace(SAMPLE, number=5, kind="refusal", grid=None, problem="it refused")
SAID = Transcript("another request", "another reply")
SAMPLE_4 = "sample 4 of test 1 is not what was stored"

CHANGES = {
    **dict.fromkeys(("kind", "grid", "view", "read_by", "started", "finish", "model"), "{} || 'x'"),
    **dict.fromkeys(("prompt_tokens", "output_tokens", "cached_tokens"), "{} + 1"),
    **dict.fromkeys(("reasoning_tokens", "prompt_cost", "cost", "seconds", "tries"), "{} + 1"),
    "problem": "'none'",
    "request": "(SELECT digest FROM requests WHERE body = 'another request')",
    "reply_digest": "'0'",
    "seal": "'0'",
}
"""Another value for each column of a sample."""


@pytest.fixture
def made(store: Path) -> Path:
    """A store with a run that has two samples for one task."""
    with Store(store, create=True) as opened:
        run = opened.create_run(PLAN, "mine")
        opened.add_sample(run, "one", SAMPLE, TRANSCRIPT)
        opened.add_sample(run, "one", OTHER, SAID)
    return store


def change(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as db:
        assert db.execute(statement).rowcount == 1
        db.commit()


def test_every_column_of_a_sample_is_sealed(made: Path) -> None:
    with closing(sqlite3.connect(made)) as db:
        columns = {row[1] for row in db.execute("PRAGMA table_info(samples)")}
    assert columns == {*CHANGES, "run", "task", "test", "sample", "reply"}


@pytest.mark.parametrize("column", CHANGES)
def test_a_sample_that_was_changed_is_named(column: str, made: Path) -> None:
    change(made, f"UPDATE samples SET {column} = {CHANGES[column].format(column)} WHERE sample = 4")
    with Store(made) as opened:
        run = opened.find_run("mine")
        for read in (lambda: opened.samples(run), lambda: opened.transcripts(run, "one")):
            with pytest.raises(DamagedError) as caught:
                read()
            assert caught.value.damage == f"task one: {SAMPLE_4}"
    assert check(made).findings == (Finding("mine", "one", SAMPLE_4),)


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE samples SET reply = reply || 'x' WHERE sample = 4", "the reply of"),
        ("UPDATE requests SET body = 'x' WHERE body != 'another request'", "the request of"),
    ],
)
def test_a_transcript_that_was_changed_is_named(statement: str, what: str, made: Path) -> None:
    change(made, statement)
    problem = f"{what} {SAMPLE_4}"
    with Store(made) as opened:
        run = opened.find_run("mine")
        assert len(opened.samples(run)["one"]) == 2, "a score does not depend on it"
        with pytest.raises(DamagedError) as caught:
            opened.transcripts(run, "one")
        assert caught.value.damage == f"task one: {problem}"
    assert check(made).findings == (Finding("mine", "one", problem),)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE samples SET cost = 0 WHERE sample = 4",
        "UPDATE samples SET reply = 'x' WHERE sample = 4",
        "UPDATE requests SET body = 'x' WHERE body != 'another request'",
    ],
)
def test_repair_leaves_it_out_and_keeps_the_others(statement: str, made: Path) -> None:
    change(made, statement)
    found, kept = repair(made)
    assert len(found.findings) == 1
    assert kept is not None
    assert check(made).findings == ()
    with Store(made) as opened:
        run = opened.find_run("mine")
        ((left, said),) = opened.transcripts(run, "one")
        assert (described_sample(left), said) == (described_sample(OTHER), SAID)
        opened.add_sample(run, "one", SAMPLE, TRANSCRIPT)
        assert [said for _, said in opened.transcripts(run, "one")] == [TRANSCRIPT, SAID]


def test_a_text_that_is_none_is_named(made: Path) -> None:
    change(made, "UPDATE samples SET view = CAST(x'ff' AS TEXT) WHERE sample = 4")
    (found,) = check(made).findings
    assert (found.run, found.task) == ("mine", "one")
    assert found.problem.startswith("sample 4 of test 1 is no such row: Could not decode to UTF-8")


def test_samples_from_before_there_were_seals_are_read_and_get_one(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite"
    shutil.copy(OLD / "version-7.sqlite", path)
    with Store(path) as opened:
        run = opened.find_run("old")
        task = run.plan.asked[0]
        ((sample, said),) = opened.transcripts(run, task)
        assert (described_sample(sample), said) == (described_sample(SAMPLE), TRANSCRIPT)
    assert repair(path)[0].findings == ()
    change(path, "UPDATE samples SET reply = 'x'")
    assert check(path).findings == (Finding("old", task, f"the reply of {SAMPLE_4}"),)
    change(path, "UPDATE samples SET kind = 'cut'")
    assert check(path).findings == (Finding("old", task, SAMPLE_4),)
