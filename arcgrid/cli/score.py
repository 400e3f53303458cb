"""`arcgrid score`: score a submission or a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from arcgrid.cli.options import json_option, print_json, store_option, text_width
from arcgrid.datasets import load
from arcgrid.errors import FormatError
from arcgrid.formats.kaggle import read_submission
from arcgrid.report.records import format_counts, format_scores, score_record
from arcgrid.result import Submission
from arcgrid.runner import tasks_of
from arcgrid.scoring import score, score_all
from arcgrid.store import Store, store_path
from arcgrid.task import TaskSet


@click.command()
@click.argument("submission")
@click.option("--tasks", metavar="SET", help="A task set's name, or a path.")
@click.option("--rule", help="Only this rule [default: all, the default rule first].")
@store_option
@json_option
def command(
    submission: str, tasks: str | None, rule: str | None, store: Path | None, as_json: bool
) -> None:
    """Score SUBMISSION: a Kaggle submission.json, or the name of a run.

    A run is scored on the tasks that it was asked for, unless --tasks says otherwise.
    """
    chosen, attempts, counts = _read(submission, tasks, store)
    scores = [score(chosen, attempts, rule)] if rule else score_all(chosen, attempts)
    if as_json:
        record: dict[str, Any] = {"submission": attempts.name}
        record["scores"] = [score_record(entry) for entry in scores]
        record["outcomes"] = counts
        print_json(record)
        return
    click.echo(f"{attempts.name}: {format_counts(counts)}")
    click.echo(format_scores(scores, text_width()), nl=False)


def _read(
    name: str, tasks: str | None, store: Path | None
) -> tuple[TaskSet, Submission, dict[str, int]]:
    """The tasks, the attempts, and how many tasks ended in which way."""
    path = Path(name)
    if path.exists() or path.suffix == ".json" or "/" in name:
        if tasks is None:
            raise click.UsageError("a submission file is scored on --tasks SET")
        attempts = read_submission(path)
        chosen = load(tasks)
        answered = sum(task.id in attempts.attempts for task in chosen)
        return chosen, attempts, {"answered": answered, "missing": len(chosen) - answered}
    if not store_path(store).exists():
        raise FormatError(
            "no such file, and no run store that could have a run of this name", file=name
        )
    with Store(store_path(store)) as opened:
        run = opened.find_run(name)
        chosen = load(tasks) if tasks else tasks_of(run)
        kinds = {str(kind): count for kind, count in opened.count_outcomes(run).items()}
        return chosen, opened.submission(run), kinds
