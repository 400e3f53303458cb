"""What a run has besides outcomes: samples with what they cost, and the machines at work."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import arcgrid
from arcgrid import TaskSet
from arcgrid.errors import StoreError
from arcgrid.journal import RunJournal
from arcgrid.machine import Machine
from arcgrid.sample import Transcript
from arcgrid.store import Run, Store
from tests.fake_engine import IDS, MINI
from tests.samples import task, task_set
from tests.test_store import SAMPLE, TRANSCRIPT, described_sample

TASKS = MINI.subset(IDS[:3])
SECOND = replace(SAMPLE, number=5, cost=None)


def begun(store: Path, tasks: TaskSet = TASKS, name: str = "mine") -> Run:
    """A run that answered its tasks."""
    return arcgrid.run("identity", tasks, store=store, inline=True, name=name).run


def test_machines_wait_for_the_run_and_are_there_once(store: Path) -> None:
    run = begun(store)
    here = run.machines
    with Store(store) as opened:
        journal = RunJournal(opened, TASKS, transcripts=True)
        journal.machine(Machine("early", "cpu", 2))
        assert opened.find_run("mine").machines == here
        journal.begin(run)
        journal.machine(Machine("late", "cpu", 1))
        opened._db.execute("DELETE FROM machines WHERE name = 'late'")
        journal.machine(Machine("late", "cpu", 1))  # it is known: nothing is written
        names = {one.name for one in opened.find_run("mine").machines}
        assert names == {"early", *(one.name for one in here)}
        journal.used(1.5)
        journal.used(2.0)
        assert journal.used_elsewhere == 3.5


@pytest.mark.parametrize("kept", [True, False])
def test_samples_are_there_when_a_run_goes_on(kept: bool, store: Path) -> None:
    run = begun(store)
    with Store(store) as opened:
        journal = RunJournal(opened, TASKS, transcripts=kept)
        assert (list(journal.samples(IDS[0])), journal.spent()) == ([], (0.0, 0))
        journal.begin(run)
        for sample in (SAMPLE, SECOND):
            journal.add(IDS[0], sample, TRANSCRIPT)
        journal.add(IDS[1], replace(SAMPLE, cost=0.25), TRANSCRIPT)
        transcripts = [text for _, text in opened.transcripts(run, IDS[0])]
        assert transcripts == [TRANSCRIPT if kept else None] * 2
        assert list(journal.samples(IDS[0])) == [], "these are of this session"
        journal.begin(run)
        found = [described_sample(one) for one in journal.samples(IDS[0])]
        assert found == [described_sample(SAMPLE), described_sample(SECOND)]
        assert list(journal.samples(IDS[2])) == []
        assert journal.spent() == (0.75, 1)


def test_transcripts_of_another_run_are_those_of_the_same_task(store: Path) -> None:
    run = begun(store)
    changed = task_set(task(IDS[0], [[5]]), MINI[IDS[1]], MINI[IDS[2]], MINI[IDS[4]])
    with Store(store) as opened:
        journal = RunJournal(opened, changed, transcripts=True)
        for id in IDS[:2]:
            opened.add_sample(run, id, SAMPLE, TRANSCRIPT)
            opened.add_sample(run, id, SECOND, Transcript("{}", "[]"))
        opened.add_sample(run, IDS[2], SAMPLE, TRANSCRIPT)
        opened.add_sample(run, IDS[2], SECOND)
        given = journal.recorded("mine", IDS[1])
        assert [text for _, text in given] == [TRANSCRIPT, Transcript("{}", "[]")]
        assert [one.number for one, _ in given] == [4, 5]
        for id in (IDS[0], IDS[4]):
            with pytest.raises(StoreError) as caught:
                journal.recorded(run.id, id)
            assert str(caught.value) == f"task {id}: the run mine was not asked for this task"
        problem = f"task {IDS[2]}: the run mine has no transcripts of this task"
        with pytest.raises(StoreError) as caught:
            journal.recorded("mine", IDS[2])
        assert str(caught.value) == problem
        opened.rename_run(run, "theirs")
        assert len(journal.recorded("mine", IDS[1])) == 2, "it was found before"


def test_a_run_without_samples_has_no_transcripts(store: Path) -> None:
    begun(store)
    with Store(store) as opened, pytest.raises(StoreError) as caught:
        RunJournal(opened, TASKS, transcripts=True).recorded("mine", IDS[0])
    problem = f"task {IDS[0]}: the run mine has no transcripts of this task"
    assert str(caught.value) == problem
