"""`arcgrid runs`: the runs in the store."""

from __future__ import annotations

from pathlib import Path

import click

from arcgrid.cli import complete
from arcgrid.cli.options import Out, output_options, say, store_option, tell
from arcgrid.report.document import Document
from arcgrid.report.runs import list_runs, runs_document, runs_record
from arcgrid.report.text import count
from arcgrid.store import Store, store_path


@click.group(invoke_without_command=True)
@click.option("--tag", help="Only runs with this tag.")
@store_option
@output_options
@click.pass_context
def command(context: click.Context, tag: str | None, store: Path | None, out: Out) -> None:
    """List the runs in the store, newest first; rename, tag or delete one."""
    context.obj = store
    if context.invoked_subcommand is not None:
        return
    path = store_path(store)
    runs = []
    if path.exists() or store is not None:
        with Store(path) as opened:
            listed = list_runs(opened)
            for problem in (*opened.damaged(), *(one.damage for one in listed)):
                if problem is not None:
                    say(str(problem))
        runs = [one for one in listed if tag is None or tag in one.run.tags]

    def document() -> Document:
        return runs_document(runs) if runs else [f"no runs yet in {path}"]

    out.show(document, lambda: runs_record(runs))


@command.command()
@click.argument("run", shell_complete=complete.runs)
@click.argument("name")
@click.pass_obj
def rename(store: Path | None, run: str, name: str) -> None:
    """Give RUN (a name, an id, or `latest`) another NAME."""
    with Store(store_path(store)) as opened:
        found = opened.find_run(run)
        opened.rename_run(found, name)
    tell(f"run {found.name} is now {name}")


@command.command()
@click.argument("run", shell_complete=complete.runs)
@click.argument("tags", nargs=-1, metavar="[TAG]...")
@click.option("--note", help="What to remember of the run, in place of what there is.")
@click.option("--remove", is_flag=True, help="Take these tags away rather than add them.")
@click.pass_obj
def tag(
    store: Path | None, run: str, tags: tuple[str, ...], note: str | None, remove: bool
) -> None:
    """Add TAGs to RUN (a name, an id, or `latest`), and a note; `runs --tag TAG` finds it."""
    with Store(store_path(store)) as opened:
        found = opened.find_run(run)
        kept = [one for one in found.tags if one not in tags]
        marked = opened.mark_run(
            found, kept if remove else [*kept, *tags], found.note if note is None else note
        )
    noted = f"; note: {marked.note}" if marked.note else ""
    tell(f"run {marked.name}: tags {' '.join(marked.tags) or 'none'}{noted}")


@command.command()
@click.argument("run", shell_complete=complete.runs)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def delete(store: Path | None, run: str, yes: bool) -> None:
    """Remove RUN (a name or an id) from the store, with all its outcomes and attempts."""
    with Store(store_path(store)) as opened:
        found = opened.find_run(run)
        what = f"{found.plan.solver.name} on {found.plan.task_set}, {count(found.done, 'outcome')}"
        tell(f"run {found.name} ({found.id}): {what}, begun {found.started[:16]}")
        if not yes:
            click.confirm("Remove it for good?", abort=True)
        opened.delete_run(found)
    tell(f"run {found.name} is removed")
