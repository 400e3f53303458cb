"""`arcgrid convert`: from one format to another."""

from __future__ import annotations

from pathlib import Path

import click

from arcgrid.answers import find_submission
from arcgrid.cli.options import json_option, print_json, store_option
from arcgrid.convert import FORMATS, SUBMISSION_FORMATS, TaskOptions, convert
from arcgrid.formats.bundled import Split


@click.command()
@click.argument("source")
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), help="What to write."
)
@click.option("--format", "form", required=True, type=click.Choice(FORMATS), help="As what.")
@click.option("--lossy", is_flag=True, help="Write although something would be lost.")
@click.option("--mini-arc", is_flag=True, help="SOURCE is Mini-ARC: cells are digits in quotes.")
@click.option("--null-as", type=click.IntRange(0, 9), help="Color of a null in Mini-ARC.")
@click.option("--split", type=click.Choice(["train", "eval"]), help="Half of a bundled file.")
@click.option("--seed", default=0, show_default=True, help="Chooses the pairs of RE-ARC.")
@store_option
@json_option
def command(
    source: str,
    output: Path,
    form: str,
    lossy: bool,
    mini_arc: bool,
    null_as: int | None,
    split: Split | None,
    seed: int,
    store: Path | None,
    as_json: bool,
) -> None:
    """Convert SOURCE, whose format is found out, to a submission format or a task format.

    Submissions (also in a zip) and runs become kaggle (submission.json), kaggle-2020 (CSV) or
    aab-plain (a directory of <id>.json). Tasks (also a named set) become directory, kaggle-tasks
    (x_challenges.json and x_solutions.json) or bundled; RE-ARC, ConceptARC, Mini-ARC, 1D-ARC and
    BARC are read too. What would lose something is refused without --lossy.
    """
    options = TaskOptions(mini_arc, null_as, split, seed)
    given = find_submission(source, store=store) if form in SUBMISSION_FORMATS else source
    done = convert(given, output, form, lossy=lossy, options=options)
    if as_json:
        print_json(done)
        return
    click.echo(f"{done.target}: {done.format}, {done.tasks} tasks, {done.outputs} test inputs")
    for line in done.lost:
        click.echo(f"lost: {line}", err=True)
