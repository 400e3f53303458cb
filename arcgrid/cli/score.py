"""`arcgrid score`: score a submission or a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from arcgrid.cli.options import json_option, print_json, store_option, text_width
from arcgrid.report.records import format_counts, format_scores, score_record
from arcgrid.scoring.rules import find_rule, score, score_all
from arcgrid.sources import find_source


@click.command()
@click.argument("submission")
@click.option("--tasks", metavar="SET", help="A task set's name, or a path.")
@click.option(
    "--order-of",
    metavar="SET",
    help="The answers are in the order of this other version of the set: match them by input.",
)
@click.option("--rule", help="Only this rule [default: all, the default rule first].")
@store_option
@json_option
def command(
    submission: str,
    tasks: str | None,
    order_of: str | None,
    rule: str | None,
    store: Path | None,
    as_json: bool,
) -> None:
    """Score SUBMISSION: a file, a directory or a zip, or the name of a run.

    Its format is found out: Kaggle JSON (2024 and later) or CSV (2020), or a directory with one
    <id>.json for each task. Of a zip with several submissions, name one: x.zip/path/in/it.

    A run is scored on the tasks that it was asked for, unless --tasks says otherwise.
    """
    if rule is not None:
        find_rule(rule)  # before anything is read
    found = find_source(submission, tasks, order_of=order_of, store=store)
    if rule is None:
        scores = score_all(found.tasks, found.submission)
    else:
        scores = [score(found.tasks, found.submission, rule)]
    if as_json:
        record: dict[str, Any] = {"submission": found.submission.name}
        record["scores"] = [score_record(entry) for entry in scores]
        record["outcomes"] = found.outcomes
        print_json(record)
        return
    click.echo(f"{found.submission.name}: {format_counts(found.outcomes)}")
    click.echo(format_scores(scores, text_width()), nl=False)
