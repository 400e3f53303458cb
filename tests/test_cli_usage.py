"""Options that do not go together, and commands that are none: what is said, after the usage."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from arcgrid.cli import main

USAGE: dict[str, tuple[str, str]] = {
    "unknown command": ("shwo", "unknown command 'shwo'; did you mean show?"),
    "run without anything": (
        "run",
        "a SOLVER and --tasks SET are needed, or --resume RUN, or --failed RUN",
    ),
    "resume and a solver": (
        "run identity --resume latest",
        "--resume goes on as the run began: only --workers may be given with it",
    ),
    "view, nothing to solve": ("view --solve", "--solve needs one SET"),
    "view, a run to solve": ("view latest --solve", "--solve needs one SET"),
    "view, a name and nothing to solve": ("view set --name me", "--name is for --solve"),
    "view, a limit and nothing to solve": ("view set --limit 3", "--limit is for --solve"),
    "report, no file": ("report latest", "name a file (-o FILE), or --watch"),
    "report, watched and a file": (
        "report latest --watch -o x.html",
        "name a file (-o FILE), or --watch",
    ),
    "no size": (
        "run identity --tasks set --memory much",
        "Invalid value for '--memory': 'much' is not a size such as 512MB or 2GiB",
    ),
}


@pytest.mark.parametrize(("command", "message"), USAGE.values(), ids=USAGE)
def test_wrong_usage(command: str, message: str, store: Path) -> None:
    result = CliRunner().invoke(main, command.split())
    assert result.stderr.splitlines()[-1] == f"Error: {message}"
    assert result.stdout == ""
    assert result.exit_code == 2
    assert not store.exists()
