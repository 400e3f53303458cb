"""`arcgrid audit`: what a submission file holds."""

from __future__ import annotations

from pathlib import Path

import click

from arcgrid.audit import audit
from arcgrid.cli import complete
from arcgrid.cli.options import Out, invalid_option, output_options, say, store_option
from arcgrid.report.audits import audit_document, audit_record
from arcgrid.reproduce import DEFAULT_TASKS
from arcgrid.sources import find_source, is_path


@click.command()
@click.argument("path", shell_complete=complete.runs_or_files)
@click.option(
    "--tasks",
    metavar="SET",
    shell_complete=complete.task_sets,
    help=f"[default: {DEFAULT_TASKS}; a run's own set for a run]",
)
@click.option("--claim", type=float, metavar="PERCENT", help="Find what this figure comes from.")
@invalid_option
@store_option
@output_options
def command(
    path: str, tasks: str | None, claim: float | None, store: Path | None, out: Out
) -> None:
    """Look into the submission at PATH (a file, directory, zip, or a run's name).

    Prints every rule's score, what is missing, extra, repeated or malformed, how answers were
    mapped to test inputs, cost and tokens. With --claim 82.8: which rules, set versions and
    denominators give that figure.
    """
    if tasks is None and is_path(path):
        tasks = DEFAULT_TASKS
        say(f"audited against {tasks}, as no other set is named (--tasks SET)")
    found = find_source(path, tasks, store=store)
    result = audit(found.tasks, found.submission, claim)
    out.show(lambda: audit_document(result, claim, out.plus_minus), lambda: audit_record(result))
