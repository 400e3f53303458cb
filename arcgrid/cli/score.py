"""`arcgrid score`: score a submission or a run."""

from __future__ import annotations

from pathlib import Path

import click

from arcgrid.cli import complete
from arcgrid.cli.options import (
    Out,
    invalid_option,
    output_options,
    selection_options,
    store_option,
)
from arcgrid.report.document import Document
from arcgrid.report.records import score_record
from arcgrid.report.scores import format_counts, scores_document
from arcgrid.scoring.rules import RULES, find_rule, score, score_all
from arcgrid.selection import Selection
from arcgrid.sources import find_source


@click.command()
@click.argument("submission", shell_complete=complete.runs_or_files)
@click.option(
    "--tasks",
    metavar="SET",
    shell_complete=complete.task_sets,
    help="A task set's name, or a path.",
)
@click.option(
    "--order-of",
    metavar="SET",
    help="The answers are in the order of this other version of the set: match them by input.",
)
@click.option("--rule", help=f"One of {', '.join(RULES)} [default: all, the first one first].")
@click.option("--answered", is_flag=True, help="Only on the tasks that it answers: no whole score.")
@click.option("--seed", type=int, default=0, show_default=True, help="Draws the --sample.")
@selection_options
@invalid_option
@store_option
@output_options
def command(
    submission: str,
    tasks: str | None,
    order_of: str | None,
    rule: str | None,
    answered: bool,
    seed: int,
    selection: Selection,
    store: Path | None,
    out: Out,
) -> None:
    """Score SUBMISSION: a file, a directory or a zip, or the name of a run.

    Its format is found out: Kaggle JSON (2024 and later) or CSV (2020), or a directory with one
    <id>.json for each task. Of a zip with several submissions, name one: x.zip/path/in/it.

    A run is scored on the tasks that it was asked for, unless --tasks says otherwise.
    """
    if rule is not None:
        find_rule(rule)  # before anything is read
    found = find_source(
        submission, tasks, order_of=order_of, selection=selection, answered=answered, store=store
    )
    if rule is None:
        scores = score_all(found.tasks, found.submission)
    else:
        scores = [score(found.tasks, found.submission, rule)]

    def document() -> Document:
        counts = f"{found.submission.name}: {format_counts(found.outcomes)}"
        return [counts, *scores_document(scores, out.plus_minus)]

    def record() -> object:
        return {
            "submission": found.submission.name,
            "scores": [score_record(entry) for entry in scores],
            "outcomes": found.outcomes,
        }

    out.show(document, record)
