"""What the shell offers after TAB: names of sets, runs, solvers, palettes."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import click
from click.shell_completion import CompletionItem

from arcgrid.datasets import SETS, load
from arcgrid.errors import ArcgridError
from arcgrid.palette import PALETTES
from arcgrid.solver import list_solvers
from arcgrid.store import LATEST, Store, store_path

Completion = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def _offering(names: Callable[[str], Iterable[str]], *, files: bool = False) -> Completion:
    """Offers the names that begin as what is typed; where none does, files."""

    def complete(
        ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        try:
            found = [name for name in names(incomplete) if name.startswith(incomplete)]
        except ArcgridError:  # a store that cannot be read offers nothing
            found = []
        if found or not files:
            return [CompletionItem(name) for name in found]
        return [CompletionItem(incomplete, type="file")]

    return complete


def _run_names(_: str) -> list[str]:
    path = store_path(None)
    if not path.exists():
        return []
    with Store(path) as opened:
        return [LATEST, *(run.name for run in opened.runs())]


def _task_names(incomplete: str) -> list[str]:
    home = incomplete.rpartition("/")[0]
    if home in SETS:
        return [f"{home}/{id}" for id in load(home).ids]
    return list(SETS)


task_sets = _offering(lambda _: SETS, files=True)
tasks = _offering(_task_names, files=True)
runs = _offering(_run_names)
runs_or_sets = _offering(lambda name: [*_run_names(name), *SETS], files=True)
runs_or_files = _offering(_run_names, files=True)
solvers = _offering(lambda _: [source.name for source in list_solvers()], files=True)
palettes = _offering(lambda _: PALETTES)
