"""What other packages register: formats and engines by entry point, as solvers are."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

import arcgrid
from arcgrid.cli import main
from arcgrid.convert import convert
from arcgrid.engines.registry import ENGINES, engines, find_engine
from arcgrid.errors import UnknownNameError
from arcgrid.formats.submissions import submission_formats
from arcgrid.formats.tasks import task_formats
from arcgrid.plugins import plugins

PACKAGE = '''
from pathlib import Path

from arcgrid import Pair, Submission, TaskSet, Task, as_grid
from arcgrid.engines.engine import EngineKind
from arcgrid.engines.inline import InlineEngine
from arcgrid.formats.files import read_bytes
from arcgrid.formats.format import SubmissionFormat, TaskFormat


def read(files, names, name):
    """A line for each task: its id and the one row of its one attempt."""
    rows = dict(line.split() for line in read_bytes(files, names[0]).decode().split("|")[1:])
    grids = {id: as_grid([[int(cell) for cell in row]]) for id, row in rows.items()}
    return Submission(name, {id: ((grid,),) for id, grid in grids.items()})


LINES = SubmissionFormat(
    name="lines",
    about="a line a task",
    sniff=lambda head: head.startswith(b"LINES|"),
    read=read,
    write=lambda path, submission: path.write_text("LINES|" + "|".join(
        f"{id} {''.join(map(str, tests[0][0][0]))}" for id, tests in submission.attempts.items()
    )),
    losses=lambda submission: ["all but the first row"],
    suffixes=(".lines",),
)
PAIR = (Pair(as_grid([[1]]), as_grid([[2]])),)
ROW = TaskFormat(
    name="row",
    about="one task, whose answer is the row in the file",
    sniff=lambda path: path.suffix == ".row",
    read=lambda path, options: TaskSet(str(path), (
        Task("ab", PAIR, (Pair(as_grid([[1]]), as_grid([[int(c) for c in path.read_text()]])),)),
    )),
)
ENGINE = EngineKind("elsewhere", "an engine of another package", InlineEngine, parallel=False)
'''

ENTRY_POINTS = """
[arcgrid.submission_formats]
lines = other_package:LINES
broken = no_such_package:FORMAT
[arcgrid.task_formats]
row = other_package:ROW
[arcgrid.engines]
elsewhere = other_package:ENGINE
"""


@pytest.fixture
def other_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An installed package that registers two formats, an engine, and something broken."""
    home = tmp_path / "site"
    info = home / "other_package-1.dist-info"
    info.mkdir(parents=True)
    (home / "other_package.py").write_text(PACKAGE)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: other-package\nVersion: 1\n")
    (info / "entry_points.txt").write_text(ENTRY_POINTS)
    monkeypatch.syspath_prepend(home)
    plugins.cache_clear()
    yield home
    plugins.cache_clear()
    sys.modules.pop("other_package", None)


def test_formats_of_another_package_are_found_out(other_package: Path, tmp_path: Path) -> None:
    assert next(iter(submission_formats())) == "lines"
    (tmp_path / "a.lines").write_text("LINES|ab 123")
    (tmp_path / "a.row").write_text("123")
    score = arcgrid.score(
        arcgrid.load(tmp_path / "a.row"), arcgrid.read_submission(tmp_path / "a.lines")
    )
    assert score.percent == 100
    assert "row" in task_formats()


def test_a_format_of_another_package_is_written(other_package: Path, tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_text("output_id,output\nab_0,|123| \n")
    done = convert(tmp_path / "s.csv", tmp_path / "out.lines", "lines", lossy=True)
    assert done.lost == ("all but the first row",)
    assert (tmp_path / "out.lines").read_text() == "LINES|ab 123"


def test_an_engine_of_another_package_runs(other_package: Path, store: Path) -> None:
    assert next(iter(engines())) == "elsewhere"
    result = arcgrid.run("identity", "arcgrid/mini", limit=2, engine="elsewhere", workers=8)
    assert (result.run.plan.engine, result.run.plan.workers) == ("elsewhere", 1)
    assert result.outcomes["answered"] == 2


def test_a_stored_run_of_an_engine_that_is_gone_is_read(
    other_package: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arcgrid.run("identity", "arcgrid/mini", limit=2, engine="elsewhere")
    monkeypatch.setattr(sys, "path", [entry for entry in sys.path if entry != str(other_package)])
    plugins.cache_clear()
    assert "identity-1" in CliRunner().invoke(main, ["runs"]).output
    assert CliRunner().invoke(main, ["score", "identity-1"]).exit_code == 0


def test_what_comes_with_arcgrid_needs_no_entry_point() -> None:
    names = [engine.name for engine in ENGINES]
    assert names == ["local", "inline", "chat", "replay", "person", "dask"]
    with pytest.raises(UnknownNameError) as caught:
        find_engine("lokal")
    assert str(caught.value) == "unknown engine 'lokal'; did you mean local?"


def test_an_unknown_engine_is_one_line(store: Path) -> None:
    arguments = ["run", "identity", "--tasks", "arcgrid/mini", "--engine", "lokal"]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2
    assert result.stderr == "Error: unknown engine 'lokal'; did you mean local?\n"
    assert not store.exists()
