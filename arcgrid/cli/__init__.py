"""The command line: arguments in, text out, one command a module; `report` makes what is shown.

A command's module is imported only when it is used, so that `arcgrid --version` stays quick.
"""

from __future__ import annotations

import errno
import importlib
import io
import os
import sys
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any

import click

from arcgrid import __version__
from arcgrid.errors import ArcgridError, printable

if TYPE_CHECKING:
    from typing_extensions import Buffer

_STDERR = 2

_COMMANDS = {
    "run": "Run a solver over a task set, store every outcome, and score it.",
    "merge": "Join the stores of all shards of a run.",
    "prompt": "Print what the solver `chat` would send about a task.",
    "search": "Solve tasks with the solver `search`, and show each guess.",
    "score": "Score a submission or a run under the named rules.",
    "audit": "Look into a submission: all rules, coverage, dirt, cost, claims.",
    "reproduce": "Rescore published attempts, and compare them with their official results.",
    "compare": "Compare two or more runs or submissions, task by task.",
    "table": "Show reported figures and this machine's runs in one table.",
    "runs": "List the runs in the store, newest first.",
    "store": "Check and repair the run store.",
    "outcomes": "Show what happened to each task of a run.",
    "samples": "Show what a run of a language model would have scored with fewer samples.",
    "export": "Write a run's answers as a submission.",
    "convert": "Convert a submission or tasks to another format.",
    "show": "Show one task in the terminal.",
    "render": "Draw tasks and attempts as a PNG, SVG, PDF or TikZ file.",
    "report": "Write a report on runs as one HTML file that needs no network.",
    "gallery": "Write a browser for a task set as one HTML file.",
    "view": "Show runs while they go on, or a task set, in the browser.",
    "tasks": "List, check, fingerprint and compare task sets.",
    "solvers": "List the solvers that are installed.",
    "check-solver": "Check a solver with odd puzzles, and say what it gets wrong.",
    "doctor": "Try what this machine can keep a solver from.",
    "warmup": "Compile the kernels before they are needed.",
}


class _LazyGroup(click.Group):
    """Knows the commands and their one-line helps; imports the one that is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = f"arcgrid.cli.{cmd_name.replace('-', '_')}"
        command = importlib.import_module(module).command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            from arcgrid.errors import UnknownNameError

            raise click.UsageError(str(UnknownNameError("command", args[0], _COMMANDS))) from None

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ArcgridError as error:
            click.echo(f"Error: {error}", err=True)
            ctx.exit(2)
        except UnicodeEncodeError as error:  # of a file's name, in a store, a table or JSON
            name = printable(str(error.object)[max(0, error.start - 40) : error.start + 40])
            problem = f"this name is not UTF-8, which can be neither kept nor printed: {name!r}"
            click.echo(f"Error: {problem}", err=True)
            ctx.exit(2)
        except KeyboardInterrupt:
            click.echo("Stopped.", err=True)
            ctx.exit(130)

    def main(self, *args: Any, **options: Any) -> Any:
        """Run; what is printed has arrived, or the exit status and a line say that it has not."""
        _have_streams()
        try:
            try:
                return super().main(*args, **options)
            finally:
                sys.stdout.flush()
        except OSError as error:
            if error.errno == errno.EPIPE:  # `| head`: nobody reads on
                _drop(sys.stdout)
                sys.exit(1)
            click.echo(f"Error: {_os_problem(error)}", err=True)
            _drop(sys.stdout)
            sys.exit(2)


def _os_problem(error: OSError) -> str:
    """What the system refused, in a line."""
    if error.errno in (errno.EMFILE, errno.ENFILE):
        return "too many open files: raise the limit, as by `ulimit -n 1024`"
    if error.filename is not None:
        return printable(f"{error.filename}: {str(error.strerror).lower()}")
    if error.errno is None:  # as Python itself raises it
        return printable(str(error))
    return f"cannot write the output: {error.strerror}"


class _Heard(io.FileIO):
    """Standard error that nobody reads, or whose disk is full: a run goes on without a word."""

    def write(self, data: Buffer, /) -> int:
        """Write what can be written."""
        try:
            return super().write(data) or 0
        except OSError:
            return memoryview(data).nbytes


def _have_streams() -> None:
    """Refuse a closed standard output; without standard error, nobody hears a word."""
    if sys.stderr is None:
        # As a file of its own: else what is opened next is the standard error of every worker.
        if os.open(os.devnull, os.O_WRONLY) != _STDERR:
            os.dup2(os.open(os.devnull, os.O_WRONLY), _STDERR)
        sys.stderr = open(_STDERR, "w", closefd=False)  # noqa: SIM115  # for as long as we live
    elif sys.__stderr__ is not None and sys.stderr is sys.__stderr__:
        heard = io.BufferedWriter(_Heard(_STDERR, "wb", closefd=False))
        encoding = sys.stderr.encoding
        sys.stderr = io.TextIOWrapper(heard, encoding, "backslashreplace", line_buffering=True)
    if sys.stdout is None:
        click.echo("Error: cannot write the output: standard output is closed", err=True)
        sys.exit(2)


def _drop(stream: IO[str]) -> None:
    """Have what is left in a broken stream go nowhere, so that the end of the process is quiet."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="arcgrid")
def main() -> None:
    """Toolkit and evaluation harness for ARC-style grid puzzles."""
    if sys.platform == "win32":
        raise click.ClickException("arcgrid runs on Linux and macOS; on Windows, use WSL")
