"""Looks at a whole run of the tests: every option of every command is to reach it in some test.

What commands are called with in process is written down while tests run. Where several processes
share the tests (pytest-xdist), each tells the first one at its end. After a whole run, an option
that no test gave is a failure.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.core import ParameterSource

from arcgrid.cli import main

OPTIONS_GIVEN: set[str] = set()
"""`command subcommand --option` of all that a command has been called with."""

WHOLE = pytest.StashKey[bool]()
"""Whether every file of tests is run, with all that is in it."""

UNUSED = pytest.StashKey[list[str]]()
"""After a whole run: the options that no test has given."""


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


@pytest.fixture(autouse=True, scope="session")
def _note_options() -> Iterator[None]:
    invoke = click.Command.invoke

    def noting(command: click.Command, context: click.Context) -> Any:
        path = " ".join(context.command_path.split()[1:])
        for option in command.params:
            name = option.name or ""
            if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
                OPTIONS_GIVEN.add(f"{path} {max(option.opts, key=len)}")
        return invoke(command, context)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(click.Command, "invoke", noting)
        yield


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Find out whether this is a whole run."""
    there = {item.path for item in items}
    chosen = config.option.keyword or config.option.markexpr or config.option.deselect
    config.stash[WHOLE] = not chosen and there >= set(Path(__file__).parent.rglob("test_*.py"))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Tell the first process, or be it and judge."""
    config = session.config
    told = getattr(config, "workeroutput", None)
    if told is not None:
        told["options"] = sorted(OPTIONS_GIVEN)
        told["whole"] = config.stash.get(WHOLE, False)
    elif session.exitstatus == pytest.ExitCode.OK and config.stash.get(WHOLE, False):
        config.stash[UNUSED] = sorted(set(options(main)) - OPTIONS_GIVEN)
        if config.stash[UNUSED] and not config.option.collectonly:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Take in what a process of pytest-xdist tells at its end; one that died told nothing."""
    told = getattr(node, "workeroutput", {})
    OPTIONS_GIVEN.update(told.get("options", ()))
    node.config.stash[WHOLE] = node.config.stash.get(WHOLE, True) and told.get("whole", False)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say which options no test has given."""
    for option in config.stash.get(UNUSED, []):
        terminalreporter.write_line(f"FAILED no test gives the option: {option}", red=True)
