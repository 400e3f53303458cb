"""Options and outputs that several commands share."""

from __future__ import annotations

import functools
import os
import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar, cast

import click
import msgspec

from arcgrid.cli import complete
from arcgrid.datasets import invalid_tasks
from arcgrid.errors import SolverError, one_line, printable
from arcgrid.palette import PALETTES
from arcgrid.report.document import Document
from arcgrid.report.markup import FORMS
from arcgrid.report.text import count, format_document
from arcgrid.selection import Selection, read_ids
from arcgrid.task import TaskSet
from arcgrid.writing import write_text

Command = TypeVar("Command", bound=Any)

_NUMBERS = re.compile(r"\[\s+((?:-?[0-9]+,\s+)*-?[0-9]+)\s+\]")
_CONTROLS = re.compile("[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_LISTED = 5
_UNITS = {"": 0, "k": 10, "m": 20, "g": 30, "t": 40}


def json_option(command: Command) -> Command:
    """Add `--json`."""
    option = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
    decorated: Command = option(command)
    return decorated


def store_option(command: Command) -> Command:
    """Add `--store`."""
    option = click.option(
        "--store",
        type=click.Path(path_type=Path),
        help="The run store [default: $ARCGRID_STORE or runs/arcgrid.sqlite].",
    )
    decorated: Command = option(command)
    return decorated


def palette_option(command: Command) -> Command:
    """Add `--palette`; `palette.palette` refuses a name that is not known."""
    option = click.option(
        "--palette",
        metavar="NAME",
        shell_complete=complete.palettes,
        default="classic",
        show_default=True,
        help=f"One of {', '.join(PALETTES)}.",
    )
    decorated: Command = option(command)
    return decorated


@dataclass(frozen=True, slots=True)
class Out:
    """Where and how a command's result goes.

    Attributes:
        form: `text`, `json`, or a name in `markup.FORMS`.
        path: the file; None for standard output.
        force: whether a file that exists is written anew.
        plus_minus: intervals as what is above and below a figure.
    """

    form: str
    path: Path | None
    force: bool
    plus_minus: bool = False

    def show(self, document: Callable[[], Document], record: Callable[[], object]) -> None:
        """Show a result: made as a document for people, or as a record for JSON."""
        if self.form == "json":
            text = format_json(record())
        elif self.form == "text":
            text = format_document(document(), None if self.path else text_width())
        else:
            text = FORMS[self.form](document())
        if self.path is None:
            click.echo(printable(text) if sys.stdout.isatty() else text, nl=False)
        else:
            write_text(self.path, text, force=self.force)
            say(f"{self.path}: written")


def output_options(command: Command) -> Command:
    """Add `--format`, `--json`, `-o` and `--force`; the command gets them as one `out`."""

    @functools.wraps(command)
    def wrapped(
        *args: Any,
        form: str,
        as_json: bool,
        output: Path | None,
        force: bool,
        plus_minus: bool,
        **options: Any,
    ) -> object:
        out = Out("json" if as_json else form, output, force, plus_minus)
        return command(*args, out=out, **options)

    decorated: Any = wrapped
    for option in (
        click.option("--force", is_flag=True, help="Write a file anew that exists."),
        click.option("--plus-minus", is_flag=True, help="Intervals as ± rather than as ranges."),
        click.option(
            "-o", "--output", type=click.Path(path_type=Path), help="File [default: print]."
        ),
        click.option("--json", "as_json", is_flag=True, help="Short for --format json."),
        click.option(
            "--format",
            "form",
            type=click.Choice(["text", *FORMS, "json"]),
            default="text",
            show_default=True,
        ),
    ):
        decorated = option(decorated)
    return cast(Command, decorated)


def selection_options(command: Command) -> Command:
    """Add `--only`, `--ids`, `--sample` and `--limit`; the command gets them as one `selection`.

    The sample's seed is the command's `--seed`, which it must have.
    """

    @functools.wraps(command)
    def wrapped(
        *args: Any,
        only: tuple[str, ...],
        ids: Path | None,
        sample: int | None,
        limit: int | None,
        seed: int,
        **options: Any,
    ) -> object:
        named = [*only, *(read_ids(ids) if ids is not None else ())]
        selection = Selection(tuple(dict.fromkeys(named)), sample, seed, limit)
        return command(*args, selection=selection, seed=seed, **options)

    decorated: Any = wrapped
    for option in (
        click.option("--limit", type=click.IntRange(1), help="Only the first so many tasks."),
        click.option(
            "--sample", type=click.IntRange(1), help="So many tasks, drawn by --seed and their ids."
        ),
        click.option(
            "--ids",
            type=click.Path(path_type=Path),
            metavar="FILE",
            help="Only the tasks in this file, an id a line.",
        ),
        click.option("--only", multiple=True, metavar="ID", help="Only this task (repeatable)."),
    ):
        decorated = option(decorated)
    return cast(Command, decorated)


def invalid_option(command: Command) -> Command:
    """Add `--skip-invalid`: unsound tasks of a path are left out, and said to be."""

    @functools.wraps(command)
    def wrapped(*args: Any, skip_invalid: bool, **options: Any) -> object:
        with invalid_tasks("skip" if skip_invalid else "error", _say_left_out):
            return command(*args, **options)

    option = click.option(
        "--skip-invalid", is_flag=True, help="Leave unsound tasks of a path out, and say which."
    )
    return cast(Command, option(wrapped))


def _say_left_out(tasks: TaskSet) -> None:
    """List what was left out of a set, on standard error."""
    for line in tasks.left_out[:_LISTED]:
        say(f"left out: {line}")
    if len(tasks.left_out) > _LISTED:
        say(f"left out: ... (`arcgrid tasks validate {tasks.origin}` lists all)")
    if tasks.left_out:
        whole = len(tasks) + len(tasks.left_out)
        say(f"{count(len(tasks.left_out), 'task')} of {whole} left out: they are not sound")


def tell(line: str) -> None:
    """Tell a result that is a line of text, on standard output."""
    click.echo(one_line(line))


def say(line: str) -> None:
    """Tell something beside the result, on standard error."""
    click.echo(one_line(line), err=True)


def force_option(command: Command) -> Command:
    """Add `--force`, for a command that writes a file."""
    option = click.option("--force", is_flag=True, help="Write a file anew that exists.")
    decorated: Command = option(command)
    return decorated


def format_json(value: object) -> str:
    """A value as indented JSON; a row of numbers, such as a grid's, stands in one line.

    Control characters are escaped, C1 and invisible ones too, which JSON leaves as they are.
    """
    text = msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
    text = _CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return (
        _NUMBERS.sub(lambda row: f"[{', '.join(row[1].split())}]".replace(",,", ","), text) + "\n"
    )


def print_json(value: object) -> None:
    """Print a value as indented JSON."""
    click.echo(format_json(value), nl=False)


def text_width() -> int | None:
    """The terminal's width, or None where the output is no terminal."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def terminal_colors() -> Literal["none", "256", "24bit"]:
    """What standard output can show (https://no-color.org, COLORTERM)."""
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return "none"
    return "24bit" if os.environ.get("COLORTERM") in ("truecolor", "24bit") else "256"


class MemorySize(click.ParamType[int]):
    """A number of bytes such as `512MB` or `2GiB`; all units count in 1024."""

    name = "size"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """Parse the size, or fail with a usage error."""
        match = re.fullmatch(r"([0-9.]+)\s*([kmgt]?)(i?b)?", str(value).strip().lower())
        try:
            if match is None:
                raise ValueError
            return int(float(match[1]) * (1 << _UNITS[match[2]]))
        except ValueError:
            self.fail(f"{value!r} is not a size such as 512MB or 2GiB", param, ctx)


def parse_options(pairs: tuple[str, ...]) -> dict[str, object]:
    """Parse `KEY=VALUE` pairs.

    Raises:
        SolverError: a pair has no `=`.
    """
    options: dict[str, object] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key:
            raise SolverError(f"-O {pair}: KEY=VALUE is wanted")
        options[key] = value
    return options
