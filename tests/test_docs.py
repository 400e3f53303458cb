"""The examples and the commands of the README and the docs run as they stand."""

from __future__ import annotations

import importlib.util
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import arcgrid
from arcgrid.cli import main
from arcgrid.datasets import SETS
from arcgrid.formats.task_json import write_task_directory
from arcgrid.view.server import Server
from benchmarks.__main__ import BENCHMARKS
from tests import published
from tests.endpoint import ChatServer, knowing

ROOT = Path(__file__).parents[1]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]

PYTHON = re.compile(r"```python\n(.*?)```", re.DOTALL)
TOML = re.compile(r"```toml\n(.*?)```", re.DOTALL)
LINK = re.compile(r"\]\(([^)#:]+)\)")
PROGRAMS = r"(?:[A-Z_]+=\S+ )?(?:\.venv/bin/)?(?:arcgrid|python -m|make|sqlite3) "
COMMAND = re.compile(
    rf"^ {{4}}(?P<line>{PROGRAMS}.*?)(?: +#.*)?$|`(?P<words>{PROGRAMS}[^`]+)`", re.MULTILINE
)
"""A line of a block of commands, or words of a sentence."""

PLACEHOLDERS = {
    "FILE": "submission.json",
    "ID": "gravity-down",
    "PATH": "mine.json",
    "RUN": "latest",
    "SET": "arcgrid/mini",
    "SOLVER": "identity",
    "TASK...": "arcgrid/mini/gravity-down",
    "my_module": "arcgrid.kernels.color",
}
"""What stands for something of the reader's own."""

MODEL_SERVER = "http://localhost:8080/v1"
"""Where the pages say that a model is served."""

SPOKEN_OF = ("gravity-down", "maze-thread", "mine-counts")
"""Puzzles that the pages name, and one that `transforms` nearly solves."""

STATUS: dict[str, int] = {}
"""Commands that are shown because they end with another status than 0."""


def examples(pattern: re.Pattern[str]) -> list[Any]:
    return [
        pytest.param(page, found, id=f"{page.name}-{number}")
        for page in PAGES
        for number, found in enumerate(pattern.findall(page.read_text()))
    ]


def commands(page: Path) -> list[list[str]]:
    """The commands of a page in their order; of a bare `arcgrid NAME` in a sentence, its help."""
    found = []
    for match in COMMAND.finditer(page.read_text()):
        words = shlex.split(match["line"] or match["words"])
        words = [word for word in words if not re.match(r"[A-Z_]+=", word)]
        words[0] = Path(words[0]).name
        if match["words"] and words[0] == "arcgrid" and len(words) == 2:
            words.append("--help")
        found.append([PLACEHOLDERS.get(word, word) for word in words])
    return found


def ends_at_once(server: Server, begin: Callable[[], None]) -> None:
    """Serve, were there somebody who ends it."""
    begin()
    server.server_close()


@pytest.fixture(autouse=True)
def few_puzzles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few puzzles for `arcgrid/mini`: a command is to run, not to take its time."""
    mini = arcgrid.load("arcgrid/mini")
    chosen = mini.subset(sorted({*SPOKEN_OF, *mini.ids[:3]}))
    write_task_directory(tmp_path / "mini", chosen)
    digest = arcgrid.load(tmp_path / "mini").digest
    few = replace(SETS[mini.name], path=str(tmp_path / "mini"), digest=digest)
    monkeypatch.setitem(SETS, mini.name, few)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A working directory with what the commands speak of, and no evaluation set."""
    stand_in = published.task_set(tmp_path / "stand-in")
    source = replace(SETS["arcgrid/mini"], path=str(tmp_path / "stand-in"), digest=stand_in.digest)
    for name in [name for name in SETS if name.endswith("/evaluation")]:
        monkeypatch.setitem(SETS, name, replace(source, name=name))
    truth = published.truth(stand_in)
    official = published.results(dict.fromkeys(truth, 1.0))
    published.write(tmp_path / "downloads", "someone", official, truth, "directory")
    published.zipped(tmp_path / "downloads" / "submissions" / "someone", tmp_path / "o3.zip")

    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ARCGRID_STORE", raising=False)
    monkeypatch.setattr("arcgrid.cli.view.serve", ends_at_once)
    shutil.copy(ROOT / "tasks" / "arcgrid_tasks" / "mini" / "gravity-down.json", "mine.json")
    shutil.copytree(ROOT / "docs" / "programs", "docs/programs")
    example = PYTHON.findall((ROOT / "docs" / "write-a-solver.md").read_text())[0]
    Path("mine.py").write_text(f"{example}\n\nother_function = solve\n")
    arcgrid.run("identity", "arc-agi-1/training", limit=3, inline=True)
    call(["arcgrid", "export", "latest", "-o", "submission.json"])
    for name, solver in (("first-run", "identity"), ("other-run", "transforms")):
        arcgrid.run(solver, "arcgrid/mini", name=name, inline=True)
    yield
    sys.modules.pop("mine", None)  # of a run in this process


@pytest.fixture
def model_server(desk: None) -> Iterator[str]:
    """The URL of a model that knows `arcgrid/mini`; the files of its page are on the desk."""
    page = (ROOT / "docs" / "language-models.md").read_text()
    for name, text in zip(("prices.toml", "mine.toml"), TOML.findall(page), strict=True):
        assert f"This is `{name}`:" in " ".join(page.split())
        Path(name).write_text(text)
    with ChatServer(knowing(arcgrid.load("arcgrid/mini"))) as server:
        yield server.url


def call(words: list[str]) -> None:
    """Run a command as it is shown, or as much of it as does not take hours or change the code."""
    program, *arguments = words
    line = " ".join(words)
    if program == "arcgrid":
        if "-o" in arguments:  # each example stands for itself
            Path(arguments[arguments.index("-o") + 1]).unlink(missing_ok=True)
        result = CliRunner().invoke(main, arguments)
        assert result.exit_code == STATUS.get(line, 0), f"{line}\n{result.output}"
    elif program == "sqlite3":
        path, query = arguments
        assert sqlite3.connect(path).execute(query).fetchall(), line
    elif program == "make":
        command = ["make", "--dry-run", *arguments]
        assert subprocess.run(command, cwd=ROOT, capture_output=True).returncode == 0, line
    else:
        _, module, *names = arguments
        assert importlib.util.find_spec(module) is not None, line
        assert set(names) <= set(BENCHMARKS), line


@pytest.mark.parametrize("page", [page for page in PAGES if commands(page)], ids=lambda p: p.name)
def test_commands_run(page: Path, model_server: str) -> None:
    for words in commands(page):
        call([word.replace(MODEL_SERVER, model_server) for word in words])


@pytest.mark.skipif(not shutil.which("pdflatex"), reason="there is no LaTeX here")
def test_the_paper_compiles(desk: None) -> None:
    page = ROOT / "docs" / "paper.md"
    for words in commands(page):
        call(words)
    (text,) = re.findall(r"```latex\n(.*?)```", page.read_text(), re.DOTALL)
    Path("paper.tex").write_text(text)
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "paper.tex"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]
    assert Path("paper.pdf").stat().st_size > 10_000


def test_commands_are_found() -> None:
    """Were they not, nothing would be run."""
    found = commands(ROOT / "README.md")
    assert ["make", "run"] in found
    assert ["arcgrid", "search", "arcgrid/mini/gravity-down", "--explain"] in found
    assert len(found) > 25


@pytest.mark.parametrize(("page", "code"), examples(PYTHON))
def test_python_examples_run(
    page: Path, code: str, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    if "def solve" not in code:
        exec(compile(code, str(page), "exec"), {})
        return
    path = tmp_path / "example_solver.py"
    path.write_text(code)
    result = arcgrid.run(str(path), "arcgrid/mini", limit=2, store=store)
    assert result.outcomes["answered"] == 2


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text()):
        assert (page.parent / target).exists(), target


def test_help_names_every_command() -> None:
    text = CliRunner().invoke(main, ["--help"]).output
    for name in main.list_commands(None):  # type: ignore[arg-type]  # the context is not looked at
        assert f"  {name} " in text
        assert CliRunner().invoke(main, [name, "--help"]).exit_code == 0
