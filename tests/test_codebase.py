"""The digest of a solver covers what it imports; a run is not gone on with by another one."""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import sys
from pathlib import Path
from typing import Any

import pytest

import arcgrid
from arcgrid import machine, runner
from arcgrid.codebase import digest_of, trace, write_bytecode
from arcgrid.errors import SolverError, StoreError
from arcgrid.solver import find_solver
from arcgrid.store import Store
from arcgrid.watcher import Silent
from tests.runs import run_small

SOLVE = """
import helper
from pkg import inner
from numpy import zeros

def solve(puzzle, budget):
    return [[helper.guess(grid)] for grid in puzzle.test]
"""
HELPER = "import os\n\ndef guess(grid):\n    return grid\n"


@pytest.fixture
def solver(tmp_path: Path) -> Path:
    """A solver of several files."""
    folder = tmp_path / "mine"
    files = {
        "solver.py": SOLVE,
        "helper.py": HELPER,
        "pkg/__init__.py": "from . import deep",
        "pkg/inner.py": "def late():\n    from ..pkg.deeper import last\n    import other.thing\n",
        "pkg/deep.py": "",
        "pkg/deeper/__init__.py": "from .last import *",
        "pkg/deeper/last.py": "this is no Python",
        "pkg/unused.py": "",
        "beside.py": "",
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder / "solver.py"


def test_imports_are_followed(solver: Path) -> None:
    found = trace([solver], solver.parent)
    assert sorted(found.files) == [
        *("helper.py", "pkg/__init__.py", "pkg/deep.py", "pkg/deeper/__init__.py"),
        *("pkg/deeper/last.py", "pkg/inner.py", "solver.py"),
    ]
    assert found.packages == ("numpy", "other")


def digest(path: Path) -> str | None:
    return find_solver(str(path)).digest


def test_the_digest_covers_all_of_them_and_no_more(solver: Path) -> None:
    whole = digest(solver)
    for name in ("beside.py", "pkg/unused.py"):
        (solver.parent / name).write_text("changed = True")
        assert digest(solver) == whole
    for name in ("helper.py", "pkg/deep.py", "pkg/deeper/last.py"):
        text = (solver.parent / name).read_text()
        (solver.parent / name).write_text(text + "\n# changed")
        assert digest(solver) != whole
        (solver.parent / name).write_text(text)
        assert digest(solver) == whole


def test_the_digest_of_search_covers_transforms() -> None:
    names = [name for name, _ in find_solver("search").parts]
    assert "arcgrid_solvers/search/__init__.py" in names
    assert "arcgrid_solvers/transforms/search.py" in names
    assert not any(name.startswith("arcgrid/") for name in names)  # its version is compared
    assert {"numpy", "numba"} & set(find_solver("search").packages)


def interrupted(store: Path, solver: str, **settings: Any) -> None:
    """A run of a solver that has come to one of two tasks."""
    result = run_small(store, solver, name="mine", **settings)
    with Store(store) as opened:
        opened._db.execute("DELETE FROM attempts WHERE task = ?", (result.tasks.ids[1],))
        opened._db.execute("DELETE FROM outcomes WHERE task = ?", (result.tasks.ids[1],))
        opened._db.execute("UPDATE runs SET ended = NULL")


def resumed(store: Path) -> str:
    """Why a run is not gone on with."""
    with pytest.raises(StoreError) as caught:
        arcgrid.resume("mine", store=store)
    return str(caught.value)


def test_a_helper_that_changed_is_named(store: Path, solver: Path) -> None:
    (solver.parent / "pkg" / "inner.py").write_text("")
    interrupted(store, str(solver))
    (solver.parent / "helper.py").write_text(HELPER + "# changed\n")
    problem = f"the solver {solver} has changed since the run mine began (helper.py)"
    assert resumed(store) == f"{problem}; start a new run"
    (solver.parent / "helper.py").write_text(HELPER)
    assert len(arcgrid.resume("mine", store=store).by_task) == 2


@pytest.mark.parametrize("package", ["numpy", "python", "arcgrid"])
def test_a_package_that_changed_is_named(
    package: str, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupted(store, "identity")
    known = machine.versions(find_solver("identity").packages)

    def versions(packages: tuple[str, ...]) -> dict[str, str]:
        return known | {package: "99.1"}

    monkeypatch.setattr(runner, "versions", versions)
    changed = f"the {package} has changed since the run mine began: {known[package]}, now 99.1"
    assert resumed(store) == f"{changed}; start a new run"


def test_packages_that_a_solver_imports_are_compared(solver: Path, store: Path) -> None:
    text = solver.read_text().replace("from numpy import zeros", "import click")
    solver.write_text(text)
    result = run_small(store, str(solver))
    assert result.run.plan.versions["click"] == importlib.metadata.version("click")


EDITED = """
import os
from pathlib import Path

def solve(puzzle, budget, folder=""):
    os._exit(3)
"""


def test_a_solver_that_is_edited_while_it_runs_ends_the_run(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "edited.py"
    path.write_text("raise SystemExit\n")
    source = find_solver(str(path))
    path.write_text(EDITED)  # as if it were edited between the beginning of the run and a worker
    monkeypatch.setattr(runner, "find_solver", lambda _: source)
    with pytest.raises(SolverError) as caught:
        run_small(store, str(path))
    problem = "the solver has changed since the run began: edited.py"
    hint = "put it back and go on with --resume, or start a new run"
    assert str(caught.value) == f"{path}: {problem}; {hint}"


class Editing(Silent):
    """Edits a solver once the first outcome is there."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.outcomes = 0

    def outcome(self, task: object, outcome: object) -> None:
        self.outcomes += 1
        self.path.write_text(self.path.read_text() + "# edited\n")


def test_a_worker_that_is_started_later_does_not_run_edited_code(
    store: Path, tmp_path: Path
) -> None:
    path = tmp_path / "dies.py"
    path.write_text(EDITED)
    watcher = Editing(path)
    with pytest.raises(SolverError, match=r"has changed since the run began: dies\.py"):
        run_small(store, str(path), limit=4, watcher=watcher, fresh=False)
    assert watcher.outcomes < 4
    path.write_text(EDITED)
    assert len(arcgrid.resume("latest", store=store).by_task) == 4


def test_a_worker_that_may_not_write_bytecode_finds_it(
    store: Path, solver: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (solver.parent / "pkg" / "inner.py").write_text("")
    run_small(store, str(solver))
    assert not list(solver.parent.rglob("*.pyc")), "where this process writes none, it stays so"
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    run_small(store, str(solver))
    written = {Path(path): path.stat().st_mtime_ns for path in solver.parent.rglob("*.pyc")}
    modules = {"solver", "helper", "__init__", "deep", "inner"}
    assert {path.name.partition(".")[0] for path in written} == modules
    run_small(store, str(solver))
    assert {path: path.stat().st_mtime_ns for path in written} == written
    os.utime(solver.parent / "helper.py", (1, 1))
    write_bytecode([solver, solver.parent / "helper.py"])
    changed = {path for path, time in written.items() if path.stat().st_mtime_ns != time}
    assert {path.name.partition(".")[0] for path in changed} == {"helper"}


def test_bytecode_is_not_written_through_a_link(
    solver: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What lies beside a solver was made by its author, who could replace others' bytecode so."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    others = tmp_path / "others"
    others.mkdir()
    (solver.parent / "__pycache__").symlink_to(others)
    (solver.parent / "pkg" / "link.py").symlink_to(solver)
    write_bytecode([solver, solver.parent / "helper.py", solver.parent / "pkg" / "link.py"])
    assert list(others.iterdir()) == []
    assert not list(solver.parent.rglob("*.pyc"))
    write_bytecode([solver.parent / "pkg" / "__init__.py"])
    (written,) = (solver.parent / "pkg" / "__pycache__").iterdir()
    written.rename(others / "kept.pyc")
    written.symlink_to(others / "kept.pyc")
    kept = (others / "kept.pyc").read_bytes()
    os.utime(solver.parent / "pkg" / "__init__.py", (1, 1))
    write_bytecode([solver.parent / "pkg" / "__init__.py"])
    assert (others / "kept.pyc").read_bytes() == kept


def test_a_huge_file_beside_a_solver_is_no_module(solver: Path) -> None:
    """It is not taken into memory to be parsed, and is still a part of the digest."""
    helper = solver.parent / "helper.py"
    helper.write_text("import beside\n" + "#" * (17 << 20))
    parts = dict(trace([solver], solver.parent).parts)
    assert parts["helper.py"] == hashlib.sha256(helper.read_bytes()).hexdigest()
    assert "beside.py" not in parts


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes in files")
def test_a_pipe_in_a_package_is_not_waited_for(solver: Path) -> None:
    pipe = solver.parent / "pkg" / "pipe.py"
    os.mkfifo(pipe)
    assert digest_of(pipe) == ""
    assert "pkg/pipe.py" in trace([solver, pipe], solver.parent).files
    write_bytecode([pipe])


def test_bytecode_that_cannot_be_written_is_no_error(
    solver: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    (solver.parent / "__pycache__").write_text("in the way")
    broken = solver.parent / "pkg" / "deeper" / "last.py"
    write_bytecode([solver, broken, solver.parent / "none.py", solver.parent / "data.txt"])
    assert not list(solver.parent.rglob("*.pyc"))
