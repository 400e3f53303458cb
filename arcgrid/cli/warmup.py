"""`arcgrid warmup`: compile the kernels before they are needed."""

from __future__ import annotations

import importlib
import os
import time

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from arcgrid.errors import ArgumentError
from arcgrid.kernels.compile import FAMILIES, cache_directory
from arcgrid.kernels.warm import cold_kernels, warm


@click.command()
@click.argument("modules", nargs=-1, metavar="[MODULE]...")
@click.option(
    "--workers",
    type=click.IntRange(1),
    default=os.cpu_count(),
    help="Processes [default: one a core].",
)
def command(modules: tuple[str, ...], workers: int) -> None:
    """Compile all kernels, those of any MODULE included, and keep them in the cache."""
    for module in modules:
        _import(module)
    started = time.monotonic()
    cold = cold_kernels((*FAMILIES, *modules))
    columns = (TextColumn("compiling"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not cold) as bar:
        entry = bar.add_task("kernels", total=len(cold))
        for done in warm(cold, workers):
            bar.update(entry, completed=done)
    seconds = time.monotonic() - started
    click.echo(f"{len(cold)} kernels compiled in {seconds:.1f} s; kept in {cache_directory()}")


def _import(module: str) -> None:
    """Import a module by its name; a file is a solver, which `run` warms up by itself."""
    if module.endswith(".py") or "/" in module:
        problem = "this is a file; name a module, such as my_package.kernels"
        raise ArgumentError(
            f"{problem} (`arcgrid run` compiles what a solver's file holds)", file=module
        )
    try:
        importlib.import_module(module)
    except Exception as error:  # whatever the module's code raises
        problem = f"{type(error).__name__}: {error}"
        raise ArgumentError(f"module {module} cannot be imported: {problem}") from None
