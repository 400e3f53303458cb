"""How a run goes on, on standard error: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as _Bar

from arcgrid.cli.options import say
from arcgrid.engines.engine import Estimate
from arcgrid.report.standing import Standing
from arcgrid.report.text import count, format_estimate, format_seconds
from arcgrid.result import Outcome
from arcgrid.sources import RunResult
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

    def begin(self, result: RunResult, left: int) -> None:
        """Say which run begins, and start the bar."""
        run = self.run = result.run
        self._standing, self._left, self._asked_for = Standing(result), left, left
        self._began = self._said = time.monotonic()
        begun = "goes on" if run.done else "begins"
        plan, tasks = run.plan, count(left, "task")
        say(f"run {run.name} {begun}: {plan.solver.name} on {plan.task_set}, {tasks} left")
        if plan.isolation is not None:
            say(str(plan.isolation))
        if self._live:
            self._bar = _Bar(
                TextColumn("{task.description}"),
                BarColumn(bar_width=20),
                MofNCompleteColumn(),
                TimeRemainingColumn(elapsed_when_finished=True),
                console=Console(stderr=True),
            )
            self._bar.start()
            asked, done = self._standing.asked, self._standing.done
            self._entry = self._bar.add_task("starting", total=asked, completed=done)

    def preflight(self, estimate: Estimate) -> None:
        """Say what is about to be paid for, and ask."""
        click.echo(format_estimate(estimate), err=True)
        if not self._yes:
            click.confirm("Go on?", abort=True, err=True)

    def say(self, text: str) -> None:
        """Pass a line on."""
        say(text)

    def warming(self) -> None:
        """Say that the solver warms up."""
        text = "warming up (kernels are compiled once, then cached)"
        if self._bar is not None:
            self._bar.update(self._entry, description=text)
        else:
            say(text)

    def outcome(self, task: Task, outcome: Outcome) -> None:
        """Count an outcome."""
        self._standing.add(task, outcome)
        self._left -= 1
        if self._bar is not None:
            self._bar.update(self._entry, description=str(self._standing), advance=1)
        elif time.monotonic() >= self._said + _LINE_SECONDS:
            self._said = time.monotonic()
            done, asked = self._standing.done, count(self._standing.asked, "task")
            say(f"{done} of {asked} done, {self._standing}{self._time_left()}")

    def _time_left(self) -> str:
        """What is left, if the rest goes as quickly as what was done since the work began."""
        done = self._asked_for - self._left
        seconds = (time.monotonic() - self._began) / done * self._left
        return f"; about {format_seconds(round(seconds))} left" if self._left else ""

    def end(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None
