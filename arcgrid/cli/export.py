"""`arcgrid export`: a run's answers as a submission."""

from __future__ import annotations

from pathlib import Path

import click

from arcgrid.cli import complete
from arcgrid.cli.options import force_option, say, store_option
from arcgrid.export import export_aab
from arcgrid.formats.kaggle import ATTEMPTS, format_submission
from arcgrid.parquet import export_parquet
from arcgrid.report.text import count
from arcgrid.sources import RunResult, read_run
from arcgrid.store import Store, store_path
from arcgrid.writing import write_text


@click.command()
@click.argument("run", shell_complete=complete.runs)
@click.option(
    "--format",
    "form",
    type=click.Choice(["kaggle", "aab", "parquet"]),
    default="kaggle",
    show_default=True,
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="File [default: standard output]; for aab and parquet a directory.",
)
@force_option
@store_option
def command(run: str, form: str, output: Path | None, force: bool, store: Path | None) -> None:
    """Write the answers of RUN (a name, an id, or `latest`) as a submission.

    Every task that the run has come to is in it. For kaggle, an attempt that is missing is filled
    with [[0,0],[0,0]], as two are wanted for every test input; the store knows that there was none.
    aab is a directory for the scorer of arc-agi-benchmarking, with tokens and cost of each attempt.
    parquet is a directory of the tables runs, outcomes and attempts, with all that the store knows.
    """
    if form != "kaggle":
        _export_directory(run, form, output, store)
        return
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
    _say_left(len(found.plan.asked) - len(submission.attempts))


def _export_directory(run: str, form: str, output: Path | None, store: Path | None) -> None:
    if output is None:
        raise click.UsageError(f"--format {form} writes a directory: name it with -o")
    with Store(store_path(store)) as opened:
        result = read_run(opened, opened.find_run(run))
    if form == "aab":
        _export_aab(result, output)
    else:
        rows = export_parquet(result, output)
        tables = [f"{name}.parquet with {count(number, 'row')}" for name, number in rows.items()]
        say(f"{output}: {', '.join(tables)}")
    _say_left(len(result.run.plan.asked) - len(result.by_task))


def _export_aab(result: RunResult, output: Path) -> None:
    done = export_aab(result, output)
    what = f"{count(done.tasks, 'task')}, {count(done.outputs, 'test input')}"
    say(f"{output}: {what}, {count(done.attempts, 'attempt')}")
    if done.left_out:
        say(f"{count(done.left_out, 'attempt')} past the second left out")
    if done.without_cost:
        unknown = count(done.without_cost, "attempt")
        say(f"the cost of {unknown} is not known: 0 is written, marked in kwargs.arcgrid.unknown")


def _say_left(left: int) -> None:
    if left:
        say(f"{count(left, 'task')} not in it: the run has not come there yet")
