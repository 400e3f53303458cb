"""Closed, full and broken streams, an early Ctrl-C: a line and a status, never a trace."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from arcgrid.cli import main
from tests.runs import run_small

ARCGRID = f"{sys.executable} -m arcgrid"
CLOSED = "Error: cannot write the output: standard output is closed\n"
FULL = "Error: cannot write the output: No space left on device\n"

# a command line: its status, what it says on standard error
ENDS: dict[str, tuple[int, str]] = {
    "table >&-": (2, CLOSED),
    "run identity --tasks arcgrid/mini >&-": (2, CLOSED),
    "--help >/dev/full": (2, FULL),
    "tasks list --help >/dev/full": (2, FULL),
    "table >/dev/full": (2, FULL),
    "tasks list 2>&-": (0, ""),
    "solvers": (0, ""),
}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize(("line", "ends"), ENDS.items(), ids=ENDS)
def test_a_stream_that_takes_nothing(line: str, ends: tuple[int, str], store: Path) -> None:
    done = subprocess.run(
        f"{ARCGRID} {line}", shell=True, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == ends
    assert not store.exists()


def test_a_reader_that_goes_ends_it_quietly(store: Path) -> None:
    line = f"{ARCGRID} outcomes identity-1 --json | head -1"
    run_small(store, "identity", limit=40)
    done = subprocess.run(line, shell=True, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("{\n", "")


@pytest.mark.parametrize("line", ["solvers", "tasks list --json"])
def test_a_reader_that_was_never_there_is_no_mistake(line: str, store: Path) -> None:
    """What is printed fits into a buffer: only its end meets the broken pipe."""
    reads, writes = os.pipe()
    os.close(reads)
    command = [sys.executable, "-m", "arcgrid", *line.split()]
    done = subprocess.run(command, stdout=writes, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writes)
    assert (done.returncode, done.stderr) == (1, "")


def test_an_early_interrupt_ends_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("arcgrid.cli.solvers.list_solvers", interrupted)
    result = CliRunner().invoke(main, ["solvers"])
    assert (result.exit_code, result.stderr) == (130, "Stopped.\n")


# what warmup is given: what it says
MODULES = {
    "mine.py": "mine.py: this is a file; name a module, such as my_package.kernels",
    "../mine.py": "../mine.py: this is a file; name a module, such as my_package.kernels",
    "no_such_module": "module no_such_module cannot be imported: ModuleNotFoundError: No module",
}


@pytest.mark.parametrize(("module", "message"), MODULES.items())
def test_warmup_of_what_is_no_module(module: str, message: str) -> None:
    result = CliRunner().invoke(main, ["warmup", module])
    assert result.exit_code == 2
    assert result.stderr.startswith(f"Error: {message}")


def test_show_leaves_no_trailing_blanks(store: Path) -> None:
    run_small(store, "identity")
    for arguments in (["arcgrid/mini/gravity-down"], ["bars-in-order", "--run", "latest"]):
        lines = CliRunner().invoke(main, ["show", *arguments]).stdout.splitlines()
        assert [line for line in lines if line != line.rstrip()] == []


def test_json_has_a_row_of_a_grid_in_a_line() -> None:
    text = CliRunner().invoke(main, ["show", "arcgrid/mini/gravity-down", "--json"]).stdout
    assert "[0, 3, 0, 0]" in text


COMPLETED = {
    "arcgrid run se": ["search"],
    "arcgrid run search --tasks arc-agi-1/": ["arc-agi-1/training", "arc-agi-1/evaluation"],
    "arcgrid show arcgrid/mini/gravity": ["arcgrid/mini/gravity-down"],
    "arcgrid outcomes iden": ["identity-1"],
    "arcgrid show x --palette col": ["color-blind"],
    "arcgrid sh": ["show"],
}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
@pytest.mark.parametrize(("typed", "offered"), COMPLETED.items(), ids=COMPLETED)
def test_the_shell_completes(typed: str, offered: list[str], shell: str, store: Path) -> None:
    run_small(store, "identity")
    words = typed.split()
    environment = {
        "_ARCGRID_COMPLETE": f"{shell}_complete",
        "COMP_WORDS": typed,
        "COMP_CWORD": words[-1] if shell == "fish" else str(len(words) - 1),
    }
    result = CliRunner().invoke(main, [], prog_name="arcgrid", env=environment)
    assert all(name in result.output for name in offered)
