"""`arcgrid run`: run a solver, or go on with a run."""

from __future__ import annotations

import signal
import statistics
from itertools import product
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
from arcgrid.engines.engine import START_SECONDS
from arcgrid.engines.registry import DEFAULT_ENGINE, engines
from arcgrid.isolation import LEVELS, Level
from arcgrid.report.records import result_record
from arcgrid.report.scores import result_document
from arcgrid.report.text import format_document
from arcgrid.result import DEFAULT_MEMORY, DEFAULT_SECONDS, EFFORTS, GIB, Effort
from arcgrid.runner import resume, run, run_failed
from arcgrid.selection import Selection
from arcgrid.sources import RunResult

_SECONDS = ", ".join(f"{effort} {seconds:g}" for effort, seconds in DEFAULT_SECONDS.items())
_MEMORY = ", ".join(f"{effort} {memory // GIB}GiB" for effort, memory in DEFAULT_MEMORY.items())


_ALWAYS = (
    *("store", "as_json", "max_cost", "yes", "no_transcripts", "start_seconds"),
    *("scheduler", "allow_versions"),
)
"""What may be given with a run that goes on, or is taken up: it changes no figure."""


class Efforts(click.ParamType[tuple[Effort, ...]]):
    """One effort, or several with commas between them."""

    name = "effort"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[Effort, ...]:
        """Take the list apart, or fail with a usage error."""
        given = str(value).split(",")
        known = [effort for effort in EFFORTS if effort in given]
        if sorted(known) != sorted(given):
            self.fail(f"{value!r} is not low, medium or high, or several of them", param, ctx)
        return tuple(known)


class ShardNumber(click.ParamType[tuple[int, int]]):
    """A part of so many, as 3/16; `selection` decides whether there is such a part."""

    name = "number/of"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int]:
        """Take the two numbers apart, or fail with a usage error."""
        number, _, of = str(value).partition("/")
        if not (number.isascii() and of.isascii() and number.isdigit() and of.isdigit()):
            self.fail(f"{value!r} is not NUMBER/OF, such as 3/16", param, ctx)
        return int(number), int(of)


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
@click.option(
    "--effort",
    "efforts",
    type=Efforts(),
    default="low",
    show_default=True,
    help="low, medium or high; several (low,high) make a run each.",
)
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
@click.option(
    "--workers",
    type=click.IntRange(1),
    help="Processes, or requests in flight [default: one a core, or 8].",
)
@click.option("--seed", type=int, default=0, show_default=True)
@selection_options
@click.option(
    "--shard",
    type=ShardNumber(),
    help="Only this part of the tasks, as 3/16; `arcgrid merge` joins the stores of all parts.",
)
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
    help=f"How solvers are run: one of {', '.join(engines())} [default: {DEFAULT_ENGINE}, or the "
    "solver's own].",
)
@click.option("--inline", is_flag=True, help="Short for --engine inline: no isolation; to debug.")
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="The Dask cluster for --engine dask, as tcp://host:8786 [default: this machine].",
)
@click.option(
    "--allow-versions", is_flag=True, help="Work also where numpy and so on have other versions."
)
@click.option(
    "--max-cost", type=float, metavar="DOLLARS", help="Stop a run before it spends more on a model."
)
@click.option("--yes", is_flag=True, help="Do not ask before a model is paid for.")
@click.option("--no-transcripts", is_flag=True, help="Keep no requests and replies of models.")
@click.option(
    "--sandbox",
    type=click.Choice(LEVELS),
    default="default",
    show_default=True,
    help="What the solver is kept from; strict needs bubblewrap, off is to debug.",
)
@click.option("--network", is_flag=True, help="Let the solver use the network.")
@click.option(
    "--allow",
    multiple=True,
    metavar="PATH",
    type=click.Path(exists=True),
    help="What the solver may read besides its own code.",
)
@click.option(
    "--fresh/--reuse",
    default=True,
    show_default=True,
    help="A process of its own for each puzzle, or one for many.",
)
@click.option(
    "--start-seconds",
    type=click.FloatRange(0, min_open=True),
    default=START_SECONDS,
    show_default=True,
    help="Limit for importing the solver and its warm-up, and for a cluster to have a worker.",
)
@invalid_option
@store_option
@json_option
def command(
    solver: str | None,
    tasks: str | None,
    resumed: str | None,
    name: str | None,
    efforts: tuple[Effort, ...],
    attempts: int,
    seconds: float | None,
    memory: int | None,
    workers: int | None,
    seed: int,
    selection: Selection,
    shard: tuple[int, int] | None,
    failed: str | None,
    note: str,
    options: tuple[str, ...],
    repeat: int,
    engine: str | None,
    inline: bool,
    scheduler: str | None,
    allow_versions: bool,
    max_cost: float | None,
    yes: bool,
    no_transcripts: bool,
    sandbox: Level,
    network: bool,
    allow: tuple[str, ...],
    fresh: bool,
    start_seconds: float,
    store: Path | None,
    as_json: bool,
) -> None:
    """Run SOLVER over a task set, store every outcome, and score it.

    SOLVER is the name of an installed solver (see `arcgrid solvers`) or a file: mine.py, or
    mine.py:function. Interrupt with Ctrl-C; `--resume RUN` (or `--resume latest`) finishes.
    """
    _interrupt_on(signal.SIGTERM)
    _interrupt_on(signal.SIGHUP)
    progress = Progress(live=not inline, yes=yes)
    kept: dict[str, Any] = {"max_cost": max_cost, "transcripts": not no_transcripts}
    kept["start_seconds"] = start_seconds
    kept |= {"scheduler": scheduler, "allow_versions": allow_versions}
    try:
        if resumed is not None:
            _refuse_with("resumed", ("workers", *_ALWAYS))
            results = [resume(resumed, workers=workers, store=store, watcher=progress, **kept)]
        elif failed is not None:
            _refuse_with("failed", ("workers", "seconds", "memory", *_ALWAYS))
            kept |= {"seconds": seconds, "memory": memory, "workers": workers}
            results = [run_failed(failed, **kept, store=store, watcher=progress)]
        elif solver is None or tasks is None:
            problem = "a SOLVER and --tasks SET are needed, or --resume RUN, or --failed RUN"
            raise click.UsageError(problem)
        else:
            results = []
            chosen = selection.of(load(tasks))
            for effort, number in product(efforts, range(repeat)):
                result = run(
                    solver,
                    chosen,
                    name=name and _name(name, effort, number, len(efforts), repeat),
                    effort=effort,
                    attempts=attempts,
                    seconds=seconds,
                    memory=memory,
                    seed=seed + number,
                    workers=workers,
                    shard=shard,
                    options=parse_options(options),
                    engine=engine,
                    inline=inline,
                    sandbox=sandbox,
                    network=network,
                    allow=allow,
                    fresh=fresh,
                    note=note,
                    store=store,
                    watcher=progress,
                    **kept,
                )
                results.append(result)
    except KeyboardInterrupt:
        _stopped(progress)
    _print(results, repeat, as_json)


def _name(name: str, effort: Effort, number: int, efforts: int, repeats: int) -> str:
    """The name of one of several runs: the effort and the number tell them apart."""
    parts = [name, *([effort] if efforts > 1 else []), *([str(number + 1)] if repeats > 1 else [])]
    return "-".join(parts)


def _refuse_with(option: str, allowed: tuple[str, ...]) -> None:
    """A run goes on, or is taken up, as it began: only some things may be given anew."""
    context = click.get_current_context()
    names = {parameter.name: parameter.opts[0] for parameter in context.command.params}
    for name in names:
        given = context.get_parameter_source(str(name)) is ParameterSource.COMMANDLINE
        if given and name not in (option, *allowed):
            may = " and ".join(f"--{one}" for one in allowed if one not in _ALWAYS)
            problem = f"{names[option]} goes on as the run began: only {may} may be given with it"
            raise click.UsageError(problem)


def _interrupt_on(number: signal.Signals) -> None:
    """Stop as Ctrl-C does, unless the signal is to be ignored, as under nohup."""
    if signal.getsignal(number) is not signal.SIG_IGN:
        signal.signal(number, _interrupt)


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def _stopped(progress: Progress) -> NoReturn:
    if progress.run is None:
        click.echo("Stopped before the run began.", err=True)
    else:
        name = progress.run.name
        click.echo(f"Stopped; go on with: arcgrid run --resume {name}", err=True)
    raise click.exceptions.Exit(130)


def _print(results: list[RunResult], repeat: int, as_json: bool) -> None:
    if as_json:
        record: dict[str, Any] = result_record(results[0])
        if len(results) > 1:
            record = {"runs": [result_record(result) for result in results]}
        if repeat > 1:
            record["repeats"] = [entry for same in _repeats(results, repeat) for entry in same]
        print_json(record)
        return
    document = [part for result in results for part in result_document(result)]
    document += [
        f"{entry['rule']}: mean {entry['figure']} {entry['mean']:.2f}%, standard deviation "
        f"{entry['deviation']:.2f} over {repeat} seeds "
        f"({entry['lowest']:.2f} to {entry['highest']:.2f})"
        for same in _repeats(results, repeat)
        for entry in same
    ]
    click.echo(format_document(document, text_width()), nl=False)


def _repeats(results: list[RunResult], repeat: int) -> list[list[dict[str, Any]]]:
    """For the runs that differ in their seed alone, mean and spread; nothing without repeats."""
    starts = range(0, len(results), repeat) if repeat > 1 else ()
    return [_spread(results[start : start + repeat]) for start in starts]


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
