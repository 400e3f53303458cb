"""What many tests need: a run store of their own, and a note of what commands are given."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.core import ParameterSource
from hypothesis import settings

from tests.whole import OPTIONS_GIVEN, WHOLE

# A busy machine is no failure: no test asserts a time.
settings.register_profile("arcgrid", deadline=None)
settings.load_profile("arcgrid")


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The path of a run store that does not exist yet, also the default of this test."""
    path = tmp_path / "store.sqlite"
    monkeypatch.setenv("ARCGRID_STORE", str(path))
    return path


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
    """What looks at all that was run comes last."""
    there = {item.path for item in items}
    chosen = config.option.keyword or config.option.markexpr or config.option.deselect
    config.stash[WHOLE] = not chosen and there >= set(Path(__file__).parent.rglob("test_*.py"))
    items.sort(key=lambda item: item.path.name == "test_cli_options.py")
