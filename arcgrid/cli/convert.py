"""`arcgrid convert`: from one format to another."""

from __future__ import annotations

from pathlib import Path

import click

from arcgrid.cli.options import force_option, json_option, print_json, say, store_option, tell
from arcgrid.convert import convert, written_submission_formats, written_task_formats
from arcgrid.formats import mini_arc
from arcgrid.formats.format import Split, SubmissionFormat, TaskFormat, TaskOptions
from arcgrid.formats.submissions import submission_formats
from arcgrid.formats.tasks import task_formats
from arcgrid.sources import find_submission

_SUBMISSIONS, _TASKS = written_submission_formats(), written_task_formats()


class _WithFormats(click.Command):
    """Lists the formats there are below its options."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for title, formats in (
            ("Formats of submissions", submission_formats()),
            ("Formats of tasks", task_formats()),
        ):
            with formatter.section(title):
                formatter.write_dl([_described(format) for format in formats.values()])


def _described(format: SubmissionFormat | TaskFormat) -> tuple[str, str]:
    about = format.about.replace("`", "")
    return format.name, about if format.write else f"{about} (only read)"


@click.command(cls=_WithFormats)
@click.argument("source")
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), help="What to write."
)
@click.option(
    "--format",
    "form",
    required=True,
    type=click.Choice([*_SUBMISSIONS, *_TASKS]),
    help="As what.",
)
@force_option
@click.option("--lossy", is_flag=True, help="Write although something would be lost.")
@click.option(
    "--mini-arc",
    "is_mini_arc",
    is_flag=True,
    help="SOURCE is Mini-ARC: cells are digits in quotes.",
)
@click.option("--null-as", type=click.IntRange(0, 9), help="Color of a null in Mini-ARC.")
@click.option("--split", type=click.Choice(["train", "eval"]), help="Half of a bundled file.")
@click.option("--seed", default=0, show_default=True, help="Chooses the pairs of RE-ARC.")
@store_option
@json_option
def command(
    source: str,
    output: Path,
    form: str,
    force: bool,
    lossy: bool,
    is_mini_arc: bool,
    null_as: int | None,
    split: Split | None,
    seed: int,
    store: Path | None,
    as_json: bool,
) -> None:
    """Convert SOURCE, whose format is found out, to a submission format or a task format.

    Submissions (also in a zip) and runs become submissions, tasks (also a named set) tasks. What
    would lose something is refused without --lossy.
    """
    options = TaskOptions(mini_arc.FORMAT.name if is_mini_arc else None, null_as, split, seed)
    given = find_submission(source, store=store) if form in _SUBMISSIONS else source
    done = convert(given, output, form, lossy=lossy, force=force, options=options)
    if as_json:
        print_json(done)
        return
    tell(f"{done.target}: {done.format}, {done.tasks} tasks, {done.outputs} test inputs")
    for line in done.lost:
        say(f"lost: {line}")
