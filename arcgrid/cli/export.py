"""`arcgrid export`: a run's answers as a submission."""

from __future__ import annotations

from pathlib import Path

import click

from arcgrid.cli.options import store_option
from arcgrid.formats.files import write_text
from arcgrid.formats.kaggle import ATTEMPTS, format_submission
from arcgrid.store import Store, store_path


@click.command()
@click.argument("run")
@click.option(
    "--format", "form", type=click.Choice(["kaggle"]), default="kaggle", show_default=True
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="File [default: standard output]."
)
@store_option
def command(run: str, form: str, output: Path | None, store: Path | None) -> None:
    """Write the answers of RUN (a name, an id, or `latest`) as a submission.

    Every task that the run was asked for is in it. An attempt that is missing is filled with
    [[0,0],[0,0]], as Kaggle wants two for every test input; the store knows that there was none.
    """
    with Store(store_path(store)) as opened:
        found = opened.find_run(run)
        submission = opened.submission(found)
        tests = {task: len(attempts) for task, attempts in submission.attempts.items()}
    text = format_submission(submission)
    if output is None:
        click.echo(text, nl=False)
    else:
        write_text(output, text)
        click.echo(f"{output}: {len(tests)} tasks, {sum(tests.values())} test inputs", err=True)
    beyond = sum(
        max(0, len(attempts) - ATTEMPTS)
        for given in submission.attempts.values()
        for attempts in given
    )
    if beyond:
        click.echo(f"{beyond} attempts past the second were left out", err=True)
    left = len(found.plan.asked) - len(tests)
    if left:
        click.echo(f"{left} tasks are not in it: the run has not come to them yet", err=True)
