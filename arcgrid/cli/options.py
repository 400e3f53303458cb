"""Options and outputs that several commands share."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path
from typing import Any, Literal, TypeVar

import click
import msgspec

from arcgrid.errors import SolverError
from arcgrid.palette import PALETTES

Command = TypeVar("Command", bound=Any)

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
        default="classic",
        show_default=True,
        help=f"One of {', '.join(PALETTES)}.",
    )
    decorated: Command = option(command)
    return decorated


def print_json(value: object) -> None:
    """Print a value as indented JSON."""
    text = msgspec.json.format(msgspec.json.encode(value), indent=2)
    click.echo(text.decode())


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
