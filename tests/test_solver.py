"""Finding a solver by entry point and by file, loading it, and converting its options."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest

from arcgrid import ArcgridError, Budget, Puzzle
from arcgrid.errors import SolverError, UnknownNameError
from arcgrid.solver import convert_options, find_solver, list_solvers, load_solver
from tests.samples import task

PUZZLE = task("x", [[1]]).puzzle
SOLVE = "def solve(puzzle, budget):\n    return [[] for _ in puzzle.test]\n"


pytestmark = pytest.mark.usefixtures("clean_imports")


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], str]:
    """Write a file of the working directory, and give its name."""
    monkeypatch.chdir(tmp_path)

    def to(name: str, text: str) -> str:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
        return name

    return to


Write = Callable[[str, str], str]


def test_an_entry_point_is_found() -> None:
    source = find_solver("identity")
    assert (source.name, source.module, source.function) == (
        "identity",
        "arcgrid_solvers.identity",
        "solve",
    )
    assert source.version.startswith("arcgrid ")
    assert source.digest is not None
    assert len(source.digest) == 64
    assert not source.is_file
    assert source.place == "identity"
    assert callable(load_solver(source).solve)


def test_installed_solvers_are_listed_by_name() -> None:
    names = [source.name for source in list_solvers()]
    assert names == sorted(names)
    assert {"identity", "search", "transforms"} <= set(names)


def test_finding_does_not_import(write: Write) -> None:
    find_solver(write("noisy.py", "raise SystemExit('imported')"))
    assert "noisy" not in sys.modules


def test_a_file_is_found(write: Write, tmp_path: Path) -> None:
    source = find_solver(write("mine_here.py", SOLVE))
    assert source.is_file
    assert (source.name, source.function, source.version) == ("mine_here.py", "solve", "file")
    assert source.module == str(tmp_path / "mine_here.py")
    assert source.place == f"{tmp_path}/mine_here.py:solve"
    assert source.digest == hashlib.sha256(SOLVE.encode()).hexdigest()
    assert load_solver(source).solve(PUZZLE, Budget()) == [[]]


def test_a_function_of_a_file_is_found(write: Write) -> None:
    name = write("mine_two.py", SOLVE + "def other(puzzle, budget):\n    return 'other'\n")
    assert load_solver(find_solver(f"{name}:other")).solve(PUZZLE, Budget()) == "other"
    assert load_solver(find_solver(f"./{name}:solve")).solve(PUZZLE, Budget()) == [[]]


def test_warmup_is_found(write: Write) -> None:
    name = write("mine_warm.py", SOLVE + "def warmup():\n    return 'warm'\n")
    warmup = load_solver(find_solver(name)).warmup
    assert warmup is not None
    assert warmup() == "warm"
    name = write("mine_cold.py", SOLVE + "warmup = 3\n")
    assert load_solver(find_solver(name)).warmup is None


def test_a_file_imports_its_neighbours(write: Write) -> None:
    write("deep/neighbour_of_mine.py", "ANSWER = 'neighbour'\n")
    name = write(
        "deep/mine_with.py",
        "from neighbour_of_mine import ANSWER\ndef solve(puzzle, budget):\n    return ANSWER\n",
    )
    assert load_solver(find_solver(name)).solve(PUZZLE, Budget()) == "neighbour"


def test_a_file_can_be_loaded_again_once_it_is_mended(write: Write) -> None:
    name = write("mine_again.py", "1 / 0\n")
    with pytest.raises(SolverError, match="ZeroDivisionError"):
        load_solver(find_solver(name))
    write("mine_again.py", "def solve(puzzle, budget):\n    return 'mended'\n")
    assert load_solver(find_solver(name)).solve(PUZZLE, Budget()) == "mended"
    assert load_solver(find_solver(name)).solve(PUZZLE, Budget()) == "mended"


CANNOT = "the solver cannot be imported:"

# name: file, text, asked for, message ({} stands for the directory)
REFUSED: dict[str, tuple[str, str, str, str]] = {
    "no such file": (
        "a.py",
        SOLVE,
        "b.py",
        "b.py: cannot read the solver: No such file or directory",
    ),
    "a directory": ("d/a.py", SOLVE, "d/", "d: cannot read the solver: Is a directory"),
    "no such function": (
        "has_none.py",
        SOLVE,
        "has_none.py:solv",
        "{}/has_none.py: there is no function 'solv'; did you mean :solve?",
    ),
    "no function": (
        "has_number.py",
        "solve = 3\n",
        "has_number.py",
        "{}/has_number.py: there is no function 'solve'",
    ),
    "a syntax error": (
        "has_typo.py",
        "x = 1\ndef solve(puzzle, budget) return\n",
        "has_typo.py",
        f"{{}}/has_typo.py: {CANNOT} SyntaxError: expected ':' (has_typo.py, line 2)",
    ),
    "an exception": (
        "has_fault.py",
        "x = 1\ny = x / 0\n",
        "has_fault.py",
        f"{{}}/has_fault.py: {CANNOT} ZeroDivisionError: division by zero "
        "(line 2 of {}/has_fault.py)",
    ),
    "an exit": (
        "has_exit.py",
        "import sys\nsys.exit(3)\n",
        "has_exit.py",
        f"{{}}/has_exit.py: {CANNOT} SystemExit: 3 (line 2 of {{}}/has_exit.py)",
    ),
    "a message of two lines": (
        "has_lines.py",
        "raise ValueError('one\\ntwo')\n",
        "has_lines.py",
        f"{{}}/has_lines.py: {CANNOT} ValueError: one two (line 1 of {{}}/has_lines.py)",
    ),
    "a name of the standard library": (
        "random.py",
        SOLVE,
        "random.py",
        "{}/random.py: a module named random exists already: rename the file",
    ),
    "a name that is loaded": (
        "numpy.py",
        SOLVE,
        "numpy.py",
        "{}/numpy.py: a module named numpy exists already: rename the file",
    ),
    "no Python": ("d/solver.txt", SOLVE, "d/solver.txt", "{}/d/solver.txt: a solver is a .py file"),
}


@pytest.mark.parametrize(("file", "text", "asked", "message"), REFUSED.values(), ids=REFUSED)
def test_a_solver_that_cannot_be_used(
    file: str, text: str, asked: str, message: str, write: Write, tmp_path: Path
) -> None:
    write(file, text)
    with pytest.raises(SolverError) as caught:
        load_solver(find_solver(asked))
    assert str(caught.value) == message.replace("{}", str(tmp_path))


def test_an_unknown_solver_suggests_the_nearest() -> None:
    with pytest.raises(UnknownNameError) as caught:
        find_solver("transform")
    assert str(caught.value) == "unknown solver 'transform'; did you mean transforms?"


def annotated(  # type: ignore[no-untyped-def]  # the point
    puzzle: Puzzle,
    budget: Budget,
    depth: int = 1,
    rate: float = 0.5,
    fast: bool = False,
    name: str = "",
    most: int | None = None,
    mode: Literal["a", "b"] = "a",
    plain: Any = None,
    bare=None,
    *,
    only: int = 0,
) -> object:
    return None


def rest(
    puzzle: Puzzle, budget: Budget, /, *args: object, depth: int = 1, **others: object
) -> object:
    return None


def none(puzzle: Puzzle, budget: Budget) -> object:
    return None


def late(puzzle: Puzzle, budget: Budget, depth: "Unknown" = 0) -> object:  # type: ignore[name-defined]  # noqa: F821, UP037  # the point
    return None


class Called:
    def __call__(self, puzzle: Puzzle, budget: Budget, depth: int = 1) -> object:
        return None


def named(value: Any) -> str:
    """What a case is called, in every process of a run of the tests alike."""
    return str(getattr(value, "__name__", type(value).__name__ if callable(value) else value))


CONVERTED: list[tuple[Any, dict[str, object], dict[str, object]]] = [
    (annotated, {}, {}),
    (annotated, {"depth": "3", "rate": "0.25"}, {"depth": 3, "rate": 0.25}),
    (annotated, {"depth": 3, "fast": True}, {"depth": 3, "fast": True}),
    (annotated, {"fast": "true"}, {"fast": True}),
    (annotated, {"fast": "0"}, {"fast": False}),
    (annotated, {"name": "3", "mode": "b"}, {"name": "3", "mode": "b"}),
    (annotated, {"most": "4"}, {"most": 4}),
    (annotated, {"most": "null"}, {"most": None}),
    (annotated, {"plain": "3", "bare": "4", "only": "5"}, {"plain": "3", "bare": "4", "only": 5}),
    (rest, {"depth": "3", "other": "4"}, {"depth": 3, "other": "4"}),
    (late, {"depth": "3"}, {"depth": "3"}),
    (Called(), {"depth": "3"}, {"depth": 3}),
]


@pytest.mark.parametrize(("solve", "options", "wanted"), CONVERTED, ids=named)
def test_options_are_converted(
    solve: Any, options: dict[str, object], wanted: dict[str, object]
) -> None:
    converted = convert_options(solve, options)
    assert converted == wanted
    assert list(map(type, converted.values())) == list(map(type, wanted.values()))


WRONG: list[tuple[Any, dict[str, object], str]] = [
    (annotated, {"depht": "3"}, "unknown option of this solver 'depht'; did you mean depth?"),
    (none, {"depth": "3"}, "unknown option of this solver 'depth'; none is known"),
    (annotated, {"puzzle": "3"}, None),  # type: ignore[list-item]  # any message
    (annotated, {"depth": "three"}, "option depth=three: Expected `int`, got `str`"),
    (annotated, {"fast": "maybe"}, "option fast=maybe: Expected `bool`, got `str`"),
    (annotated, {"mode": "c"}, "option mode=c: Invalid enum value 'c'"),
]


@pytest.mark.parametrize(("solve", "options", "message"), WRONG, ids=named)
def test_options_that_do_not_fit(
    solve: Any, options: dict[str, object], message: str | None
) -> None:
    with pytest.raises(SolverError) as caught:
        convert_options(solve, options)
    assert isinstance(caught.value, ArcgridError)
    if message is not None:
        assert str(caught.value) == message
