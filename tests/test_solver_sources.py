"""What a solver is said to be made of: programs, functions, entry points; and when that changed."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.machinery import ModuleSpec
from importlib.metadata import EntryPoint
from importlib.util import spec_from_file_location
from pathlib import Path
from zipfile import ZipFile

import msgspec
import pytest

from arcgrid import Budget, solver
from arcgrid.errors import ChangedError, SolverError
from arcgrid.plugins import find_module
from arcgrid.programs import ProgramSolver
from arcgrid.solver import (
    GROUP,
    SolverSource,
    changes,
    convert_options,
    convert_settings,
    files_of,
    find_solver,
    keep_function,
    list_solvers,
    load_solver,
)
from tests.samples import task

PUZZLE = task("x", [[1]]).puzzle
HELLO = """#!/bin/sh
echo '{"type": "hello", "protocol": 1}'
cat > /dev/null
"""
SOLVE = "def solve(puzzle, budget):\n    return 'solved'\n"


@pytest.fixture(autouse=True)
def _here(clean_imports: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def said(do: Callable[[], object]) -> str:
    with pytest.raises(SolverError) as caught:
        do()
    return str(caught.value)


def test_what_is_no_name_of_a_solver() -> None:
    problem = "a solver is named by its entry point or its file, or is a function, not 5"
    assert said(lambda: find_solver(5)) == problem  # type: ignore[arg-type]  # wrong on purpose
    Path("mine_near.py").write_text(SOLVE)
    problem = "mine_near: there is no solver of this name, but a file: mine_near.py"
    assert said(lambda: find_solver("mine_near")) == problem


def test_a_program_is_its_command_and_the_files_in_it(tmp_path: Path) -> None:
    script = tmp_path / "mine.sh"
    script.write_text(HELLO)
    script.chmod(0o755)
    Path("here").write_text("of the working directory")
    name = f"exec:{script} here --flag 'two words' /nowhere {tmp_path}"
    source = find_solver(name)
    here = tmp_path / "here"
    command = [str(script), str(here), "--flag", "two words", "/nowhere", str(tmp_path)]
    assert source == SolverSource(
        name,
        json.dumps(command),
        "",
        "program",
        digest(f"mine.sh:{HELLO}here:of the working directory"),
        (str(script), str(here), str(tmp_path)),
    )
    assert (source.is_program, source.is_file) == (True, False)
    assert source.place == name.replace(" here ", f" {here} ")
    loaded = load_solver(source)
    assert isinstance(loaded.solve, ProgramSolver)
    assert (loaded.warmup, loaded.limits_memory) == (None, False)


def test_a_function_of_this_process_is_kept_by_its_name() -> None:
    def mine(puzzle: object, budget: object) -> str:
        return "mine"

    source = keep_function(mine, "mine of this test", "ab" * 32)
    assert source == SolverSource(
        "mine of this test", "function", "mine of this test", "function", "ab" * 32
    )
    loaded = load_solver(source)
    assert (loaded.solve, loaded.warmup, loaded.limits_memory) == (mine, None, True)
    problem = "of yesterday was a function in Python: run it again from there"
    assert said(lambda: load_solver(replace(source, name="of yesterday"))) == problem


@dataclass(frozen=True, kw_only=True)
class Depth:
    depth: int = 2
    rate: float = 0.5

    def __post_init__(self) -> None:
        if self.depth < 0:
            raise SolverError("too deep")


def test_settings_are_converted_as_options_are() -> None:
    assert convert_settings(Depth, {"depth": "3"}) == Depth(depth=3)
    assert convert_settings(Depth, {}) == Depth()
    wanted = "unknown option of this solver 'depht'; did you mean depth?"
    assert said(lambda: convert_settings(Depth, {"depht": 1})) == wanted
    assert said(lambda: convert_settings(Depth, {"depth": -1})) == "too deep"


def test_options_that_are_needed_or_of_unknown_types() -> None:
    def needs(puzzle: object, budget: object, mark: str, other: int = 1) -> object:
        return None

    def late(puzzle: object, budget: object, depth: Unknown = 0) -> object:  # type: ignore[name-defined]  # noqa: F821  # the point
        return None

    problem = "the option 'mark' is needed: this solver has no default for it"
    assert said(lambda: convert_options(needs, {"other": 2})) == problem
    assert convert_options(needs, {"mark": "x"}) == {"mark": "x"}
    assert convert_options(late, {"depth": "3"}) == {"depth": "3"}
    unknown = "unknown option of this solver 'dept'; did you mean depth?"
    assert said(lambda: convert_options(late, {"dept": "3"})) == unknown


def test_functions_that_may_be_meant_are_named() -> None:
    text = "".join(f"def solve_{n}(puzzle, budget): pass\n" for n in "abcd")
    Path("mine_several.py").write_text(text)
    near = said(lambda: load_solver(find_solver("mine_several.py")))
    assert near.endswith(
        "there is no function 'solve'; did you mean :solve_d or :solve_c or :solve_b?"
    )
    others = [f"{n}{n}{n}{n}{n}{n}" for n in "abcdefg"]
    text = "".join(f"def {name}(puzzle, budget): pass\n" for name in others)
    Path("mine_other.py").write_text(f"from os.path import join\n{text}")
    hint = " or ".join(f":{name}" for name in others[:5])
    far = said(lambda: load_solver(find_solver("mine_other.py")))
    assert far.endswith(f"there is no function 'solve'; did you mean {hint}?")


def test_a_file_is_what_it_imports_from_beside_it() -> None:
    Path("mine_beside.py").write_text("import numpy\nANSWER = 1\n")
    text = f"import mine_beside\nimport msgspec\n{SOLVE}"
    Path("mine_whole.py").write_text(text)
    source = find_solver("mine_whole.py")
    beside = ("mine_beside.py", digest("import numpy\nANSWER = 1\n"))
    assert source.parts == (beside, ("mine_whole.py", digest(text)))
    assert source.digest == hashlib.sha256(msgspec.json.encode(source.parts)).hexdigest()
    assert set(source.packages) == {"numpy", "msgspec"}
    assert source.files == ()
    assert load_solver(source).solve(PUZZLE, Budget()) == "solved"


def test_code_that_is_not_what_was_found_is_not_run() -> None:
    names = [f"mine_part{n}" for n in range(7)]
    for name in names:
        Path(f"{name}.py").write_text("A = 1\n")
    Path("mine_sum.py").write_text("".join(f"import {name}\n" for name in names) + SOLVE)
    source = find_solver("mine_sum.py")
    for name in names[1:]:
        Path(f"{name}.py").write_text("A = 2\n")
    with pytest.raises(ChangedError) as caught:
        load_solver(source)
    listed = ", ".join(f"{name}.py" for name in names[1:6])
    problem = f"the solver has changed since the run began: {listed}"
    wanted = f"{problem}; put it back and go on with --resume, or start a new run"
    assert str(caught.value) == wanted
    assert changes(source, find_solver("mine_sum.py")) == f" ({listed} and 1 more)"
    Path("mine_part6.py").write_text("A = 1\n")
    assert changes(source, find_solver("mine_sum.py")) == f" ({listed})"


def test_parts_that_came_or_went_are_changes() -> None:
    def of(**parts: str) -> SolverSource:
        return SolverSource("x", "x", "solve", "file", "0", (), tuple(parts.items()))

    assert changes(of(a="1", b="2", c="3"), of(b="4", c="3", d="5")) == " (a, b, d)"
    assert changes(of(a="1"), of(a="1")) == ""
    for one, other in ((of(), of(a="1")), (of(a="1"), of())):
        assert changes(one, other) == "", "of an older run nothing is known"


def test_an_installed_solver_that_has_changed_is_not_run() -> None:
    source = find_solver("identity")
    load_solver(source)
    name, _ = source.parts[0]
    with pytest.raises(ChangedError, match=f"has changed since the run began: {name}; put it back"):
        load_solver(replace(source, parts=((name, "0" * 64), *source.parts[1:])))


def points(monkeypatch: pytest.MonkeyPatch, **modules: str) -> None:
    """Install solvers."""
    found = [EntryPoint(name, value, GROUP) for name, value in modules.items()]
    monkeypatch.setattr(solver, "entry_points", lambda group: found if group == GROUP else [])


def test_what_is_installed_and_cannot_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("mine_installed.py").write_text(SOLVE)
    sys.path.insert(0, str(Path.cwd()))
    points(
        monkeypatch,
        zone="mine_installed:solve",
        lost="no_such_module:solve",
        deep="mine_installed.sub:solve",
        area="mine_installed:solve",
    )
    assert said(lambda: find_solver("lost")) == (
        "no_such_module: solver lost: its module cannot be found"
    )
    assert said(lambda: find_solver("deep")) == (
        "mine_installed.sub: solver deep: its module cannot be found"
    )
    found = list_solvers()
    assert [one.name for one in found] == ["area", "zone"]
    assert {one.version for one in found} == {"unknown"}
    assert found[0].parts == (("mine_installed.py", digest(SOLVE)),)
    assert found[0].digest == hashlib.sha256(msgspec.json.encode(found[0].parts)).hexdigest()
    assert load_solver(found[0]).solve(PUZZLE, Budget()) == "solved"


def test_a_package_is_all_of_its_code(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("mine_pack/deep").mkdir(parents=True)
    texts = {"__init__.py": SOLVE, "deep/more.py": "import numpy\n", "notes.txt": "no code"}
    for name, text in texts.items():
        Path("mine_pack", name).write_text(text)
    sys.path.insert(0, str(Path.cwd()))
    points(monkeypatch, pack="mine_pack:solve")
    source = find_solver("pack")
    assert source.parts == (
        ("mine_pack/__init__.py", digest(SOLVE)),
        ("mine_pack/deep/more.py", digest("import numpy\n")),
    )
    assert source.packages == ("numpy",)
    assert load_solver(source).solve(PUZZLE, Budget()) == "solved"


def test_a_module_is_what_it_imports_of_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("mine_home/deep").mkdir(parents=True)
    texts = {
        "__init__.py": "",
        "deep/__init__.py": "import click\n",
        "deep/one.py": f"import msgspec\nfrom mine_home import two\n{SOLVE}",
        "two.py": "import numpy\nimport mine_other\n",
        "three.py": "import mine_home\n",
    }
    for name, text in texts.items():
        Path("mine_home", name).write_text(text)
    sys.path.insert(0, str(Path.cwd()))
    Path("mine_other.py").write_text("")  # beside the package, and not of it
    points(monkeypatch, one="mine_home.deep.one:solve", none="sys:exit")
    source = find_solver("one")
    names = ("__init__.py", "deep/__init__.py", "deep/one.py", "two.py")
    assert source.parts == tuple((f"mine_home/{name}", digest(texts[name])) for name in names)
    assert set(source.packages) == {"click", "mine_other", "msgspec", "numpy"}
    assert load_solver(source).solve(PUZZLE, Budget()) == "solved"
    built_in = find_solver("none")
    assert (built_in.parts, built_in.packages, built_in.digest) == ((), (), None)


def test_nothing_of_an_installed_solver_is_imported_where_it_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mark = "from pathlib import Path\nPath(__file__ + '.ran').touch()\n"
    Path("mine_evil/deep").mkdir(parents=True)
    for name in ("__init__.py", "deep/__init__.py"):
        Path("mine_evil", name).write_text(mark)
    Path("mine_evil/deep/solver.py").write_text(mark + SOLVE)
    sys.path.insert(0, str(Path.cwd()))
    points(monkeypatch, evil="mine_evil.deep.solver:solve")
    (source,) = list_solvers()
    assert find_solver("evil") == source
    names = ("__init__.py", "deep/__init__.py", "deep/solver.py")
    assert [name for name, _ in source.parts] == [f"mine_evil/{name}" for name in names]
    assert files_of(source) == [Path.cwd() / name for name, _ in source.parts]
    assert not list(Path.cwd().rglob("*.ran"))
    load_solver(source)
    assert len(list(Path.cwd().rglob("*.ran"))) == 3, "what is imported is seen"


def test_a_solver_in_namespaces_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    homes = [Path.cwd() / "one", Path.cwd() / "two"]
    for home, name in zip(homes, ("other", "solver"), strict=True):
        (home / "mine_space/inner").mkdir(parents=True)
        (home / f"mine_space/inner/{name}.py").write_text(SOLVE)
        sys.path.insert(0, str(home))
    points(monkeypatch, spaced="mine_space.inner.solver:solve", far="mine_space.inner.gone:solve")
    (source,) = list_solvers()
    assert source.parts == (("mine_space/inner/solver.py", digest(SOLVE)),)
    assert files_of(source) == [homes[1] / "mine_space/inner/solver.py"]
    assert load_solver(source).solve(PUZZLE, Budget()) == "solved"
    assert said(lambda: find_solver("far")).endswith("its module cannot be found")


def test_a_solver_in_a_zip_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    with ZipFile("mine.zip", "w") as packed:
        packed.writestr("mine_zipped/__init__.py", "")
        packed.writestr("mine_zipped/solver.py", SOLVE)
    sys.path.insert(0, str(Path("mine.zip").resolve()))
    points(monkeypatch, zipped="mine_zipped.solver:solve")
    source = find_solver("zipped")
    assert (source.parts, source.digest, files_of(source)) == ((), None, [])
    assert load_solver(source).solve(PUZZLE, Budget()) == "solved"


def test_a_module_that_a_finder_of_its_own_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    """As that of an editable install, whose modules lie elsewhere than in their package."""
    Path("mine_edited").mkdir()
    Path("mine_edited/__init__.py").write_text("")
    Path("mine_source.py").write_text(SOLVE)

    class Finder:
        @staticmethod
        def find_spec(name: str, path: object, target: object = None) -> ModuleSpec | None:
            file = Path("mine_source.py").resolve()
            return spec_from_file_location(name, file) if name == "mine_edited.solver" else None

    monkeypatch.setattr(sys, "meta_path", [Finder, *sys.meta_path])
    sys.path.insert(0, str(Path.cwd()))
    points(monkeypatch, edited="mine_edited.solver:solve")
    assert find_module("mine_edited.solver") is not None
    assert load_solver(find_solver("edited")).solve(PUZZLE, Budget()) == "solved"


def test_a_file_comes_before_what_is_installed_and_can_be_mended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    Path("home").mkdir()
    Path("home/colorsys.py").write_text("NAME = 'beside'\n")
    Path("colorsys.py").write_text("NAME = 'elsewhere'\n")
    sys.path.insert(0, str(Path.cwd()))
    text = "import sys\nimport colorsys\nME = sys.modules[__name__]\nNAME = colorsys.NAME\n"
    Path("home/mine_first.py").write_text(f"{text}def solve(puzzle, budget): return ME.NAME\n")
    loaded = load_solver(find_solver("home/mine_first.py"))
    assert loaded.solve(PUZZLE, Budget()) == "beside"
    before = list(sys.path)
    load_solver(find_solver("home/mine_first.py"))
    assert sys.path == before
    Path("home/mine_gone.py").write_text("import sys\ndel sys.modules[__name__]\n1 / 0\n")
    assert "ZeroDivisionError" in said(lambda: load_solver(find_solver("home/mine_gone.py")))
    Path("home/mine_bad.py").write_text("1 / 0\n")
    assert "ZeroDivisionError" in said(lambda: load_solver(find_solver("home/mine_bad.py")))
    assert "mine_bad" not in sys.modules
