"""Every option of every command reaches its command in some test.

What commands are given is written down while the tests run (see `conftest`), so this comes last,
and says something after a whole run only.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from arcgrid.cli import main
from tests.whole import OPTIONS_GIVEN, WHOLE

UNTESTED = frozenset(
    {
        "check-solver --allow",
        "check-solver --seconds",
        "check-solver -O",
        "convert --mini-arc",
        "convert --null-as",
        "convert --seed",
        "convert --split",
        "merge --allow-versions",
        "merge --name",
        "merge --run",
        "prompt --answer-by",
        "run --allow-versions",
        "run --no-transcripts",
        "run --scheduler",
        "samples --rule",
        "samples --store",
        "store check --json",
        "store repair --store",
        "view --ids",
        "view --port",
        "view --store",
        "warmup --workers",
    }
)
"""Options that are given in processes of their own, or in Python alone. None is to be added."""


def options(command: click.Command, path: str = "") -> Iterator[str]:
    """`command subcommand --option` for each option of a command and of those below it."""
    for parameter in command.params:
        if isinstance(parameter, click.Option) and not parameter.is_eager:  # as `--version` is
            yield f"{path} {max(parameter.opts, key=len)}"
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from options(below, f"{path} {name}".strip())


def test_what_a_command_is_called_with_is_noted(store: Path) -> None:
    OPTIONS_GIVEN.discard("runs --tag")
    CliRunner().invoke(main, ["runs", "--tag", "none", "--no-such-option"])
    assert "runs --tag" not in OPTIONS_GIVEN
    CliRunner().invoke(main, ["runs", "--tag", "none"])
    assert "runs --tag" in OPTIONS_GIVEN
    assert {"runs --tag", "runs tag --note"} <= set(options(main))


def test_every_option_has_been_used(pytestconfig: pytest.Config) -> None:
    if not pytestconfig.stash[WHOLE]:
        pytest.skip("only a run of all tests uses every option")
    known = set(options(main))
    assert known >= UNTESTED
    assert sorted(known - OPTIONS_GIVEN - UNTESTED) == []
