"""Where answers to be scored come from: a file, a directory, a zip, or a run with all it came to.

Reading is done by `formats` and `store`, judging by `scoring`.
"""

from __future__ import annotations

import importlib
import os.path
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from arcgrid.datasets import find, load
from arcgrid.errors import (
    ArcgridError,
    ArgumentError,
    FormatError,
    StoreError,
    SubmissionError,
    TaskError,
)
from arcgrid.fingerprint import match_inputs
from arcgrid.formats.submissions import read_submission
from arcgrid.notebook import Shown
from arcgrid.result import OUTCOME_KINDS, Outcome, OutcomeKind, Score, Submission
from arcgrid.sample import Sample
from arcgrid.scoring.curve import CurvePoint, sample_curve
from arcgrid.scoring.rules import DEFAULT_RULE, find_rule, scores_of
from arcgrid.scoring.verdicts import Verdicts, distance, judge_answer
from arcgrid.selection import Selection
from arcgrid.store import Run, Store, store_path
from arcgrid.task import Task, TaskSet


@dataclass(frozen=True)
class RunResult(Shown):
    """What a run came to: every outcome is read once, every attempt judged once.

    Attributes:
        run: the run as it is in the store.
        tasks: what it was asked for.
        by_task: the outcomes by task id, in the order of the tasks; those that the run has not
            come to are not there.
        samples: by task id the samples of a solver that asks models.
    """

    run: Run
    tasks: TaskSet
    by_task: Mapping[str, Outcome]
    samples: Mapping[str, tuple[Sample, ...]] = field(default_factory=dict)

    @cached_property
    def outcomes(self) -> dict[OutcomeKind, int]:
        """How many outcomes there are of each kind; every kind is there."""
        kinds = [outcome.kind for outcome in self.by_task.values()]
        return {kind: kinds.count(kind) for kind in OUTCOME_KINDS}

    @cached_property
    def submission(self) -> Submission:
        """The last answer to every task that has an outcome."""
        attempts = {
            id: tuple(tuple(guess.grid for guess in guesses) for guesses in outcome.answer.guesses)
            if outcome.answer
            else ((),) * len(self.tasks[id].test)
            for id, outcome in self.by_task.items()
        }
        return Submission(self.run.name, attempts)

    @cached_property
    def judged(self) -> dict[str, tuple[Verdicts, ...]]:
        """By task id, what the attempts of each answer are, in the order in which they came."""
        return {
            id: tuple(judge_answer(self.tasks[id], timed.answer) for timed in outcome.answers)
            for id, outcome in self.by_task.items()
        }

    @cached_property
    def verdicts(self) -> dict[str, Verdicts]:
        """By task id, what the attempts of the last answer are: the ones that score."""
        none = {id: judge_answer(self.tasks[id], None) for id in self.by_task}
        return none | {id: answers[-1] for id, answers in self.judged.items() if answers}

    @cached_property
    def scores(self) -> list[Score]:
        """The score under every rule, the default one first; empty where answers are not known."""
        known = len(self.tasks) and all(task.has_answers for task in self.tasks)
        return scores_of(self.tasks, self.verdicts) if known else []

    def score(self, rule: str = DEFAULT_RULE) -> Score | None:
        """The score under one rule; None where the answers are not known."""
        return next((score for score in self.scores if score.rule == rule), None)

    @cached_property
    def samples_by_test(self) -> dict[tuple[str, int], tuple[Sample, ...]]:
        """By task id and test input the samples, in their order; of tasks that have an outcome."""
        found: dict[tuple[str, int], list[Sample]] = {}
        for id in self.by_task:
            for sample in self.samples.get(id, ()):
                found.setdefault((id, sample.test), []).append(sample)
        return {place: tuple(given) for place, given in found.items()}

    def sample_curve(self, rule: str = DEFAULT_RULE) -> list[CurvePoint]:
        """What the run would have scored with fewer samples; empty where it has none, or no score.

        Raises:
            UnknownNameError: there is no such rule.
        """
        chosen, attempts = find_rule(rule), self.run.plan.budget.attempts
        known = self.scores and self.samples_by_test
        return sample_curve(self.tasks, self.samples_by_test, chosen, attempts) if known else []

    @cached_property
    def finished(self) -> RunResult:
        """The same over the tasks that the run has come to alone: itself where that is all."""
        if len(self.by_task) == len(self.tasks):
            return self
        return replace(self, tasks=self.tasks.subset(self.by_task))

    @property
    def percent(self) -> float | None:
        """The figure under the default rule, 0..100; None where the answers are not known."""
        score = self.score()
        return None if score is None else score.percent

    @property
    def solved(self) -> list[str]:
        """The ids of the tasks that are solved wholly."""
        score = self.score()
        return [] if score is None else [id for id, share in score.solved.items() if share == 1]

    def records(self) -> list[dict[str, object]]:
        """A plain record for each task that has an outcome, as a row of a data frame.

        Its keys: `task`, `kind`, `solved` (share of the outputs, or None), `wrong` (cells of the
        best attempts, or None), `wall_seconds`, `cpu_seconds`, `peak_memory` (bytes), `answers`,
        `cost` (US dollars), `tokens`, `confidence` (of the first guess, or None), `error`.
        """
        score, attempts = self.score(), find_rule(DEFAULT_RULE).attempts
        return [
            {
                "task": id,
                "kind": one.kind,
                "solved": None if score is None else score.solved[id],
                "wrong": distance(self.verdicts[id], attempts),
                "wall_seconds": one.wall_seconds,
                "cpu_seconds": one.cpu_seconds,
                "peak_memory": one.peak_memory,
                "answers": len(one.answers),
                "cost": one.cost,
                "tokens": one.tokens,
                "confidence": one.confidence,
                "error": one.error,
            }
            for id, one in self.by_task.items()
        ]

    def to_pandas(self) -> Any:
        """The records as a pandas.DataFrame, with the task ids as its index.

        Raises:
            ArgumentError: pandas is not installed, which arcgrid itself does not need.
        """
        try:
            pandas = importlib.import_module("pandas")
        except ImportError:
            raise ArgumentError("to_pandas needs pandas: pip install pandas") from None
        return pandas.DataFrame(self.records()).set_index("task")

    @property
    def dollars_per_task(self) -> float | None:
        """Mean cost; None unless every task that was asked for says its own."""
        costs = [one.cost for one in self.by_task.values() if one.cost is not None]
        return sum(costs) / len(costs) if costs and len(costs) == len(self.tasks) else None

    @property
    def cpu_seconds_per_task(self) -> float | None:
        """Mean CPU seconds of a task; None before the first outcome, or where none were used."""
        seconds = [outcome.cpu_seconds for outcome in self.by_task.values()]
        return sum(seconds) / len(seconds) if any(seconds) else None

    @property
    def seconds_per_task(self) -> float | None:
        """Mean wall-clock seconds of a task on its own clock; None before the first outcome."""
        seconds = [outcome.wall_seconds for outcome in self.by_task.values()]
        return sum(seconds) / len(seconds) if seconds else None


def tasks_of(run: Run) -> TaskSet:
    """Load the tasks that a run was asked for.

    Raises:
        StoreError: they cannot be loaded, or are not the same any more.
    """
    plan = run.plan
    try:
        tasks = load(plan.origin, invalid="skip").subset(plan.asked)
    except ArcgridError as error:
        problem = f"the tasks of the run {run.name} cannot be loaded: {error}"
        raise StoreError(problem) from None
    if tasks.digest != plan.digest:
        raise StoreError(f"the tasks in {plan.origin} have changed since the run {run.name} began")
    return TaskSet(plan.task_set, tasks.tasks, tasks.origin)


def read_run(store: Store, run: Run, tasks: TaskSet | None = None) -> RunResult:
    """Read what the store has of a run.

    Args:
        store: where it is.
        run: the run; what has changed since it was found is read anew.
        tasks: what it was asked for, where they are loaded already.

    Raises:
        StoreError: the run's tasks cannot be loaded, or are not the same any more.
    """
    tasks = tasks_of(run) if tasks is None else tasks
    return RunResult(store.find_run(run.id), tasks, store.outcomes(run), store.samples(run))


def read_runs(store: Store, runs: Sequence[Run]) -> list[RunResult]:
    """Read several runs; a set that they share is loaded once.

    Raises:
        StoreError: the tasks of one cannot be loaded, or are not the same any more.
    """
    loaded: dict[tuple[str, str, str, tuple[str, ...]], TaskSet] = {}
    results = []
    for run in runs:
        key = (run.plan.origin, run.plan.task_set, run.plan.digest, run.plan.asked)
        if key not in loaded:
            loaded[key] = tasks_of(run)
        results.append(read_run(store, run, loaded[key]))
    return results


def find_run_task(store: Store, run: Run, name: str) -> tuple[Task, Outcome | None]:
    """Find a task of a run, by any of its names or by its id alone, and what the run made of it.

    Returns:
        The task and its outcome, which is None where the run has not come to it.

    Raises:
        UnknownNameError: the run was not asked for such a task.
        TaskError: the name is that of a set.
        StoreError: the run's tasks cannot be loaded, or are not the same any more.
    """
    asked = tasks_of(run)
    id = name if name in asked else name.rpartition("/")[2]
    if id not in asked and os.path.exists(name) and isinstance(find(name), TaskSet):
        raise TaskError("this is a task set; name one of its tasks", file=name)
    task = asked[id]
    return task, store.outcomes(run).get(task.id)


@dataclass(frozen=True, slots=True)
class Source:
    """A submission with the tasks that it is to be scored on.

    Attributes:
        tasks: what was asked for.
        submission: the attempts.
        outcomes: how many tasks ended in which way: the kinds of a run's outcomes, or `answered`
            and `missing` for a submission; and `left out`, the tasks that only one of two versions
            of a set has.
    """

    tasks: TaskSet
    submission: Submission
    outcomes: Mapping[str, int]


def find_source(
    name: str,
    tasks: str | None = None,
    *,
    order_of: str | None = None,
    selection: Selection | None = None,
    answered: bool = False,
    store: str | Path | None = None,
) -> Source:
    """Find a submission by its path, or a run by its name or id.

    Args:
        name: path of a submission of any format, or a run.
        tasks: the set to score on; a run is scored on what it was asked for when not given.
        order_of: the set that was answered, where that is another version of `tasks`: answers go
            to the tests of `tasks` that have the same input.
        selection: which of the tasks it is scored on; answers to others are left out.
        answered: score on the tasks that it answers, of those.
        store: the run store; default `ARCGRID_STORE` or `runs/arcgrid.sqlite`.

    Raises:
        FormatError, SubmissionError, StoreError, UnknownNameError: there is no such submission or
            run, or it cannot be read, or a submission is given without `tasks`.
    """
    if tasks is not None:
        found = _on_tasks(find_submission(name, store=store), name, tasks, order_of)
    elif is_path(name):
        raise SubmissionError("name the task set to score on (--tasks SET)", file=name)
    else:
        with Store(_store_with_runs(name, store)) as opened:
            result = read_run(opened, opened.find_run(name))
        kinds = {str(kind): count for kind, count in result.outcomes.items()}
        found = Source(result.tasks, result.submission, kinds)
    return _part(found, selection or Selection(), answered)


def _part(found: Source, selection: Selection, answered: bool) -> Source:
    """What is to be scored of a source; its outcomes are counted anew where that is a part."""
    tasks = selection.of(found.tasks)
    given = found.submission.attempts
    if answered:
        tasks = tasks.subset(id for id in tasks.ids if id in given)
    if len(tasks) == len(found.tasks):
        return found
    kept = {id: given[id] for id in given if id in tasks}
    counts = {"answered": len(kept), "missing": len(tasks) - len(kept)}
    return Source(tasks, replace(found.submission, attempts=kept), counts)


def _on_tasks(submission: Submission, name: str, tasks: str, order_of: str | None) -> Source:
    chosen = load(tasks)
    left_out = {}
    if order_of is not None:
        given = len(submission.attempts)
        submission = match_inputs(submission, load(order_of), chosen)
        left_out["left out"] = given - len(submission.attempts)
        if given and not submission.attempts:
            problem = f"{order_of} and {tasks} have no task of it in common"
            raise SubmissionError(problem, file=name)
    answered = sum(task.id in submission.attempts for task in chosen)
    counts = {"answered": answered, "missing": len(chosen) - answered, **left_out}
    return Source(chosen, submission, counts)


def find_submission(name: str, *, store: str | Path | None = None) -> Submission:
    """Find a submission by its path, or the answers of a run by its name or id.

    Raises:
        FormatError, StoreError, UnknownNameError: there is none, or it cannot be read.
    """
    if is_path(name):
        return read_submission(Path(name))
    with Store(_store_with_runs(name, store)) as opened:
        return opened.submission(opened.find_run(name))


def find_sources(
    names: Sequence[str], tasks: str | None = None, *, store: str | Path | None = None
) -> tuple[TaskSet, list[Submission]]:
    """Find several submissions or runs that answer the same tasks.

    Raises:
        SubmissionError: two runs were asked for different tasks, and `tasks` is not given.
        FormatError, StoreError, UnknownNameError: as `find_source`.
    """
    if tasks is not None:
        return load(tasks), [find_submission(name, store=store) for name in names]
    first = next((name for name in names if not is_path(name)), None)
    if first is None:
        raise SubmissionError("name the task set to score on (--tasks SET)")
    shared = find_source(first, store=store).tasks
    submissions = []
    for name in names:
        if is_path(name):
            submissions.append(read_submission(Path(name)))
            continue
        found = find_source(name, store=store)
        if found.tasks.digest != shared.digest:
            problem = f"it was asked for other tasks than {first}: name the set to compare on"
            raise SubmissionError(problem, file=name)
        submissions.append(found.submission)
    return shared, submissions


def _store_with_runs(name: str, store: str | Path | None) -> Path:
    path = store_path(store)
    if not path.exists():
        raise FormatError("no such file, and there is no run store to find a run in", file=name)
    return path


def is_path(name: str) -> bool:
    """True when a name is that of a file or directory rather than of a run."""
    path = Path(name)
    return os.path.exists(path) or path.suffix in (".json", ".csv", ".zip") or "/" in name
