"""Answers to be scored, whatever they are called: a file, a directory, a zip, or a run.

Reading is done by `formats` and `store`; scoring by `scoring`.
"""

from __future__ import annotations

import os.path
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from arcgrid.datasets import load
from arcgrid.errors import FormatError, SubmissionError
from arcgrid.fingerprint import match_inputs
from arcgrid.formats.detect import read_submission
from arcgrid.result import Submission
from arcgrid.runner import tasks_of
from arcgrid.store import Store, store_path
from arcgrid.task import TaskSet


@dataclass(frozen=True, slots=True)
class Answers:
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


def find_answers(
    name: str,
    tasks: str | None = None,
    *,
    order_of: str | None = None,
    store: str | Path | None = None,
) -> Answers:
    """Find a submission by its path, or a run by its name or id.

    Args:
        name: path of a submission of any format, or a run.
        tasks: the set to score on; a run is scored on what it was asked for when not given.
        order_of: the set that was answered, where that is another version of `tasks`: answers go
            to the tests of `tasks` that have the same input.
        store: the run store; default `ARCGRID_STORE` or `runs/arcgrid.sqlite`.

    Raises:
        FormatError, SubmissionError, StoreError, UnknownNameError: there is no such submission or
            run, or it cannot be read, or a submission is given without `tasks`.
    """
    if tasks is not None:
        chosen = load(tasks)
        submission = find_submission(name, store=store)
        counts = {}
        if order_of is not None:
            given = len(submission.attempts)
            submission = match_inputs(submission, load(order_of), chosen)
            counts["left out"] = given - len(submission.attempts)
            if given and not submission.attempts:
                problem = f"{order_of} and {tasks} have no task of it in common"
                raise SubmissionError(problem, file=name)
        answered = sum(task.id in submission.attempts for task in chosen)
        counts = {"answered": answered, "missing": len(chosen) - answered} | counts
        return Answers(chosen, submission, counts)
    if is_path(name):
        raise SubmissionError("name the task set to score on (--tasks SET)", file=name)
    with Store(_store_with_runs(name, store)) as opened:
        run = opened.find_run(name)
        kinds = {str(kind): count for kind, count in opened.count_outcomes(run).items()}
        return Answers(tasks_of(run), opened.submission(run), kinds)


def find_submission(name: str, *, store: str | Path | None = None) -> Submission:
    """Find a submission by its path, or the answers of a run by its name or id.

    Raises:
        FormatError, StoreError, UnknownNameError: there is none, or it cannot be read.
    """
    if is_path(name):
        return read_submission(Path(name))
    with Store(_store_with_runs(name, store)) as opened:
        return opened.submission(opened.find_run(name))


def find_all_answers(
    names: Sequence[str], tasks: str | None = None, *, store: str | Path | None = None
) -> tuple[TaskSet, list[Submission]]:
    """Find several submissions or runs that answer the same tasks.

    Raises:
        SubmissionError: two runs were asked for different tasks, and `tasks` is not given.
        FormatError, StoreError, UnknownNameError: as `find_answers`.
    """
    runs = [name for name in names if not is_path(name)]
    if tasks is not None:
        shared = load(tasks)
    elif runs:
        shared = find_answers(runs[0], store=store).tasks
    else:
        raise SubmissionError("name the task set to score on (--tasks SET)")
    submissions = []
    for name in names:
        if is_path(name):
            submissions.append(read_submission(Path(name)))
            continue
        found = find_answers(name, store=store)
        if tasks is None and found.tasks.digest != shared.digest:
            problem = f"it was asked for other tasks than {runs[0]}: name the set to compare on"
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
