"""The examples of the README and the docs run as they stand."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import arcgrid
from arcgrid.cli import main

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
PYTHON = re.compile(r"```python\n(.*?)```", re.DOTALL)
COMMAND = re.compile(r"^    (?:\.venv/bin/)?arcgrid (.*?)(?:  +#.*)?$", re.MULTILINE)
LINK = re.compile(r"\]\(([^)#:]+)\)")


def examples(pattern: re.Pattern[str]) -> list[Any]:
    return [
        pytest.param(page, found, id=f"{page.name}-{number}")
        for page in PAGES
        for number, found in enumerate(pattern.findall(page.read_text()))
    ]


@pytest.mark.parametrize(("page", "code"), examples(PYTHON))
def test_python_examples_run(page: Path, code: str, store: Path, tmp_path: Path) -> None:
    if "def solve" not in code:
        exec(compile(code, str(page), "exec"), {})
        return
    path = tmp_path / "example_solver.py"
    path.write_text(code)
    result = arcgrid.run(str(path), "arcgrid/mini", limit=2, store=store)
    assert result.outcomes["answered"] == 2


@pytest.mark.parametrize(("page", "line"), examples(COMMAND))
def test_command_lines_are_understood(page: Path, line: str) -> None:
    """Every option and command that the pages show exists."""
    words = shlex.split(line)
    command: Any = main
    context: Any = None
    while hasattr(command, "get_command"):
        context = context or command.make_context("arcgrid", [], resilient_parsing=True)
        command = command.get_command(context, words.pop(0))
        assert command is not None
    assert not any(word.isupper() and word not in ("SOLVER", "SET", "RUN") for word in words)
    command.make_context(command.name, words)


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CONTRIBUTING.md"], ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text()):
        assert (page.parent / target).exists(), target


def test_help_names_every_command() -> None:
    text = CliRunner().invoke(main, ["--help"]).output
    for name in main.list_commands(None):  # type: ignore[arg-type]  # the context is not looked at
        assert f"  {name} " in text
        assert CliRunner().invoke(main, [name, "--help"]).exit_code == 0
