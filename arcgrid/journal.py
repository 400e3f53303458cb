"""What a run has besides outcomes while it is worked on: samples, and the machines at work."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from arcgrid.errors import StoreError
from arcgrid.machine import Machine
from arcgrid.sample import Sample, Transcript
from arcgrid.sources import tasks_of
from arcgrid.store import Run, Store
from arcgrid.task import TaskSet


class RunJournal:
    """Keeps samples and machines of a run in the store; which run that is, is known once it begins.

    Args:
        store: where it is.
        tasks: what it is asked for; their ids are the keys.
        transcripts: keep what was sent and what came back.

    Attributes:
        used_elsewhere: CPU seconds that other machines have used.
        is_shared: whether puzzles share a process, whatever was wanted.
    """

    def __init__(self, store: Store, tasks: TaskSet, transcripts: bool) -> None:
        self._store, self._tasks, self._transcripts = store, tasks, transcripts
        self._before: Mapping[str, Sequence[Sample]] = {}
        self._others: dict[str, tuple[Run, TaskSet]] = {}
        self._run: Run | None = None
        self._machines: list[Machine] = []
        self.used_elsewhere = 0.0
        self.is_shared = False

    def begin(self, run: Run) -> None:
        """Go on with what the store has of the run."""
        self._run = run
        self._before = self._store.samples(run)
        for machine in self._machines:
            self._store.add_machine(run, machine)

    def machine(self, machine: Machine) -> None:
        """Commit that a machine works on the run; one that gets ready before it begins waits."""
        if machine in self._machines:
            return
        self._machines.append(machine)
        if self._run is not None:
            self._store.add_machine(self._run, machine)

    def used(self, cpu_seconds: float) -> None:
        """CPU seconds were used where this process cannot count them."""
        self.used_elsewhere += cpu_seconds

    def shared(self) -> None:
        """The solver's puzzles share a process: a run that begins then says so."""
        self.is_shared = True

    def samples(self, key: str) -> Sequence[Sample]:
        """The samples of a task that came before the run was interrupted."""
        return self._before.get(key, ())

    def add(self, key: str, sample: Sample, transcript: Transcript | None) -> None:
        """Commit a sample; one that failed gives way to another of its number."""
        assert self._run is not None
        self._store.add_sample(self._run, key, sample, transcript if self._transcripts else None)

    def spent(self) -> tuple[float, int]:
        """US dollars that the run has spent so far, and the samples that do not know their own."""
        costs = [sample.cost for samples in self._before.values() for sample in samples]
        return math.fsum(cost or 0.0 for cost in costs), costs.count(None)

    def recorded(self, run: str, key: str) -> Sequence[tuple[Sample, Transcript]]:
        """The samples of the same task in another run, in their order, with their transcripts.

        Raises:
            UnknownNameError: there is no such run.
            StoreError: it was not asked for the same task, or has no transcripts of it.
        """
        if run not in self._others:
            found = self._store.find_run(run)
            self._others[run] = found, tasks_of(found)
        found, tasks = self._others[run]
        if key not in tasks or tasks[key].puzzle != self._tasks[key].puzzle:
            raise StoreError(f"the run {found.name} was not asked for this task", task=key)
        kept = self._store.transcripts(found, key)
        given = [(sample, text) for sample, text in kept if text is not None]
        if len(given) < len(kept) or not given:
            raise StoreError(f"the run {found.name} has no transcripts of this task", task=key)
        return given
