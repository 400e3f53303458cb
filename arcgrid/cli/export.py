"""`arcgrid export`: a run's answers as a submission."""

from __future__ import annotations

from pathlib import Path

import click

from arcgrid.cli import complete
from arcgrid.cli.options import force_option, say, store_option
from arcgrid.formats.files import write_text
from arcgrid.formats.kaggle import ATTEMPTS, format_submission
from arcgrid.report.text import count
from arcgrid.store import Store, store_path


@click.command()
@click.argument("run", shell_complete=complete.runs)
@click.option(
    "--format", "form", type=click.Choice(["kaggle"]), default="kaggle", show_default=True
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="File [default: standard output]."
)
@force_option
@store_option
def command(run: str, form: str, output: Path | None, force: bool, store: Path | None) -> None:
    """Write the answers of RUN (a name, an id, or `latest`) as a submission.

    Every task that the run has come to is in it. An attempt that is missing is filled with
    [[0,0],[0,0]], as Kaggle wants two for every test input; the store knows that there was none.
    """
    with Store(store_path(store)) as opened:
        found = opened.find_run(run)
        submission = opened.submission(found)
    tests = [tests for given in submission.attempts.values() for tests in given]
    text = format_submission(submission)
    if output is None:
        click.echo(text, nl=False)
    else:
        write_text(output, text, force=force)
        what = f"{count(len(submission.attempts), 'task')}, {count(len(tests), 'test input')}"
        say(f"{output}: {what}")
    beyond = sum(max(0, len(attempts) - ATTEMPTS) for attempts in tests)
    if beyond:
        say(f"{count(beyond, 'attempt')} past the second left out")
    left = len(found.plan.asked) - len(submission.attempts)
    if left:
        say(f"{count(left, 'task')} not in it: the run has not come there yet")
