"""How a run goes on, on standard error: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as _Bar

from arcgrid.engines.engine import Estimate
from arcgrid.report.text import count, format_estimate
from arcgrid.result import Outcome
from arcgrid.scoring.rules import solved_share
from arcgrid.store import Run
from arcgrid.task import Task

_LINE_SECONDS = 10.0


class Progress:
    """A watcher of a run that shows how far it is and how much is solved.

    Args:
        live: False where the solver prints to the same terminal, so that a bar would be torn.
        yes: do not ask before something is paid for.
    """

    def __init__(self, live: bool = True, yes: bool = False) -> None:
        self.run: Run | None = None
        self._bar: _Bar | None = None
        self._yes = yes
        self._live = live and sys.stderr.isatty()

    def begin(self, run: Run, left: int) -> None:
        """Say which run begins, and start the bar."""
        self.run, self._total, self._done, self._solved = run, left, 0, 0.0
        self._said = time.monotonic()
        begun = "goes on" if run.done else "begins"
        plan, tasks = run.plan, count(left, "task")
        click.echo(
            f"run {run.name} {begun}: {plan.solver.name} on {plan.task_set}, {tasks} left",
            err=True,
        )
        if plan.isolation is not None:
            click.echo(str(plan.isolation), err=True)
        if self._live:
            self._bar = _Bar(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeRemainingColumn(elapsed_when_finished=True),
                console=Console(stderr=True),
            )
            self._bar.start()
            self._entry = self._bar.add_task("starting", total=left)

    def preflight(self, estimate: Estimate) -> None:
        """Say what is about to be paid for, and ask."""
        click.echo(format_estimate(estimate), err=True)
        if not self._yes:
            click.confirm("Go on?", abort=True, err=True)

    def say(self, text: str) -> None:
        """Pass a line on."""
        click.echo(text, err=True)

    def warming(self) -> None:
        """Say that the solver warms up."""
        text = "warming up (kernels are compiled once, then cached)"
        if self._bar is not None:
            self._bar.update(self._entry, description=text)
        else:
            click.echo(text, err=True)

    def outcome(self, task: Task, outcome: Outcome) -> None:
        """Count an outcome."""
        self._done += 1
        self._solved += solved_share(task, outcome.answer)
        text = f"{self._solved:.5g} solved"
        if self._bar is not None:
            self._bar.update(self._entry, description=text, advance=1)
        elif time.monotonic() >= self._said + _LINE_SECONDS:
            self._said = time.monotonic()
            click.echo(f"{self._done} of {count(self._total, 'task')} done, {text}", err=True)

    def end(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None
