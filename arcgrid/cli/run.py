"""`arcgrid run`: run a solver, or go on with a run."""

from __future__ import annotations

import signal
import statistics
from pathlib import Path
from typing import Any, NoReturn

import click
from click.core import ParameterSource

from arcgrid.cli import complete
from arcgrid.cli.options import (
    MemorySize,
    invalid_option,
    json_option,
    parse_options,
    print_json,
    selection_options,
    store_option,
    text_width,
)
from arcgrid.cli.progress import Progress
from arcgrid.datasets import load
from arcgrid.engines.registry import DEFAULT_ENGINE, engines
from arcgrid.report.records import result_record
from arcgrid.report.scores import result_document
from arcgrid.report.text import format_document
from arcgrid.result import DEFAULT_MEMORY, DEFAULT_SECONDS, EFFORTS, GIB, Effort
from arcgrid.runner import resume, run, run_failed
from arcgrid.selection import Selection
from arcgrid.sources import RunResult

_SECONDS = ", ".join(f"{effort} {seconds:g}" for effort, seconds in DEFAULT_SECONDS.items())
_MEMORY = ", ".join(f"{effort} {memory // GIB}GiB" for effort, memory in DEFAULT_MEMORY.items())


@click.command()
@click.argument("solver", required=False, shell_complete=complete.solvers)
@click.option(
    "--tasks",
    metavar="SET",
    shell_complete=complete.task_sets,
    help="A task set's name, or a path.",
)
@click.option(
    "--resume",
    "resumed",
    metavar="RUN",
    shell_complete=complete.runs,
    help="Go on with an interrupted run.",
)
@click.option("--name", help="The run's name [default: made up].")
@click.option("--effort", type=click.Choice(EFFORTS), default="low", show_default=True)
@click.option(
    "--attempts", type=click.IntRange(1), default=2, show_default=True, help="Guesses an output."
)
@click.option(
    "--seconds",
    type=click.FloatRange(0, min_open=True),
    help=f"Wall-clock limit a puzzle [default: {_SECONDS}].",
)
@click.option(
    "--memory",
    type=MemorySize(),
    help=f"What the solver may add once it is ready [default: {_MEMORY}].",
)
@click.option("--workers", type=click.IntRange(1), help="Processes [default: one a core].")
@click.option("--seed", type=int, default=0, show_default=True)
@selection_options
@click.option(
    "--failed",
    metavar="RUN",
    shell_complete=complete.runs,
    help="Run again what this run did not answer.",
)
@click.option("--note", default="", help="What to remember of the run.")
@click.option("-O", "options", multiple=True, metavar="KEY=VALUE", help="An option of the solver.")
@click.option("--repeat", type=click.IntRange(1), default=1, help="Runs, each with the next seed.")
@click.option(
    "--engine",
    metavar="NAME",
    default=DEFAULT_ENGINE,
    show_default=True,
    help=f"How solvers are run: one of {', '.join(engines())}.",
)
@click.option("--inline", is_flag=True, help="Short for --engine inline: no isolation; to debug.")
@invalid_option
@store_option
@json_option
def command(
    solver: str | None,
    tasks: str | None,
    resumed: str | None,
    name: str | None,
    effort: Effort,
    attempts: int,
    seconds: float | None,
    memory: int | None,
    workers: int | None,
    seed: int,
    selection: Selection,
    failed: str | None,
    note: str,
    options: tuple[str, ...],
    repeat: int,
    engine: str,
    inline: bool,
    store: Path | None,
    as_json: bool,
) -> None:
    """Run SOLVER over a task set, store every outcome, and score it.

    SOLVER is the name of an installed solver (see `arcgrid solvers`) or a file: mine.py, or
    mine.py:function. Interrupt with Ctrl-C; `--resume RUN` (or `--resume latest`) finishes.
    """
    signal.signal(signal.SIGTERM, _interrupt)
    progress = Progress(live=not inline)
    try:
        if resumed is not None:
            _refuse_with("resumed", ("workers", "store", "as_json"))
            results = [resume(resumed, workers=workers, store=store, watcher=progress)]
        elif failed is not None:
            _refuse_with("failed", ("workers", "store", "as_json", "seconds", "memory"))
            given = {"seconds": seconds, "memory": memory, "workers": workers}
            results = [run_failed(failed, **given, store=store, watcher=progress)]  # type: ignore[arg-type]  # of a dict
        elif solver is None or tasks is None:
            problem = "a SOLVER and --tasks SET are needed, or --resume RUN, or --failed RUN"
            raise click.UsageError(problem)
        else:
            results = []
            chosen = selection.of(load(tasks))
            for number in range(repeat):
                result = run(
                    solver,
                    chosen,
                    name=name if name is None or repeat == 1 else f"{name}-{number + 1}",
                    effort=effort,
                    attempts=attempts,
                    seconds=seconds,
                    memory=memory,
                    seed=seed + number,
                    workers=workers,
                    options=parse_options(options),
                    engine=engine,
                    inline=inline,
                    note=note,
                    store=store,
                    watcher=progress,
                )
                results.append(result)
    except KeyboardInterrupt:
        _stopped(progress)
    _print(results, as_json)


def _refuse_with(option: str, allowed: tuple[str, ...]) -> None:
    """A run goes on, or is taken up, as it began: only some things may be given anew."""
    context = click.get_current_context()
    names = {parameter.name: parameter.opts[0] for parameter in context.command.params}
    for name in names:
        given = context.get_parameter_source(str(name)) is ParameterSource.COMMANDLINE
        if given and name not in (option, *allowed):
            may = " and ".join(f"--{one}" for one in allowed if one not in ("store", "as_json"))
            problem = f"{names[option]} goes on as the run began: only {may} may be given with it"
            raise click.UsageError(problem)


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def _stopped(progress: Progress) -> NoReturn:
    if progress.run is None:
        click.echo("Stopped before the run began.", err=True)
    else:
        name = progress.run.name
        click.echo(f"Stopped; go on with: arcgrid run --resume {name}", err=True)
    raise click.exceptions.Exit(130)


def _print(results: list[RunResult], as_json: bool) -> None:
    if as_json:
        record: dict[str, Any] = result_record(results[0])
        if len(results) > 1:
            record = {"runs": [result_record(result) for result in results]}
            record["repeats"] = _spread(results)
        print_json(record)
        return
    document = [part for result in results for part in result_document(result)]
    if len(results) > 1:
        document += [
            f"{entry['rule']}: mean {entry['figure']} {entry['mean']:.2f}%, standard deviation "
            f"{entry['deviation']:.2f} over {len(results)} seeds "
            f"({entry['lowest']:.2f} to {entry['highest']:.2f})"
            for entry in _spread(results)
        ]
    click.echo(format_document(document, text_width()), nl=False)


def _spread(results: list[RunResult]) -> list[dict[str, Any]]:
    """Mean and spread of each rule's figure over repeated runs."""
    spread = []
    for scores in zip(*(result.scores for result in results), strict=True):
        percents = [score.percent for score in scores]
        spread.append(
            {
                "rule": scores[0].rule,
                "figure": "error" if scores[0].lower_is_better else "score",
                "mean": statistics.mean(percents),
                "deviation": statistics.stdev(percents),
                "lowest": min(percents),
                "highest": max(percents),
            }
        )
    return spread
