"""The floors of the house: who may import whom, as CONTRIBUTING says, and how much fits a room."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import arcgrid
from arcgrid import kernels

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "arcgrid"


def house() -> dict[str, tuple[int, set[str]]]:
    """Each module's floor, and what of its own floor it may import."""
    rows = {}
    for line in (ROOT / "CONTRIBUTING.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 4 and cells[0].isdigit():
            allowed = {name.strip(" `") for name in cells[3].split(",")} - {""}
            rows[cells[1].strip("`")] = (int(cells[0]), allowed)
    return rows


HOUSE = house()
FILES = sorted(PACKAGE.rglob("*.py"))
SOLVERS = sorted((ROOT / "solvers").rglob("*.py"))


def module_of(path: Path) -> str:
    """The house's name of a file: the module, or the package below `arcgrid`."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports_of(tree: ast.AST) -> list[str]:
    """Modules below `arcgrid` that a piece of code imports."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are absolute"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            found += names if node.module == "arcgrid" else [node.module or ""]
        elif isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
    return [name.split(".")[1] for name in found if name.startswith("arcgrid.")]


def test_every_module_is_in_the_table() -> None:
    assert {module_of(path) for path in FILES} - {"__init__"} == set(HOUSE)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_come_from_lower_floors(path: Path) -> None:
    module = module_of(path)
    if module == "__init__":
        return
    floor, allowed = HOUSE[module]
    for name in imports_of(ast.parse(path.read_text())):
        if name.startswith("__"):
            continue
        below = HOUSE[name][0] < floor
        assert below or name in allowed, f"{module} imports {name}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_nothing_is_imported_inside_a_function(path: Path) -> None:
    if module_of(path) in ("cli", "__init__"):
        return
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            inner = [n for n in ast.walk(node) if isinstance(n, ast.Import | ast.ImportFrom)]
            assert not inner, f"{node.name} imports at line {inner[0].lineno}"


def test_the_keeper_needs_the_standard_library_alone() -> None:
    """It is run with `-S`: there is nothing else."""
    for path in (PACKAGE / "engines" / "local" / "keeper").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                own = name.startswith("arcgrid.engines.local.keeper")
                assert own or name.partition(".")[0] in sys.stdlib_module_names, name


PUBLIC_MODULES = {"kernels", "palette"}
"""What of arcgrid a solver may use besides the names that it offers itself."""


def uses_of(tree: ast.AST) -> list[str]:
    """What a piece of code uses of arcgrid: the first name below it, however it is come by."""
    found, aliases = imports_of(tree), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            whole = [alias for alias in node.names if alias.name.split(".")[0] == "arcgrid"]
            aliases |= {alias.asname or "arcgrid" for alias in whole}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):  # of an import_module
            found += [node.value.split(".")[1]] if MODULE.fullmatch(node.value) else []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found += [node.attr] if node.value.id in aliases else []
    return found


MODULE = re.compile(r"arcgrid(\.\w+)+")


@pytest.mark.parametrize(
    "code",
    [
        "import arcgrid.store",
        "import arcgrid.store as runs",
        "import arcgrid.store.rows",
        "from arcgrid.store import Store",
        "from arcgrid import store",
        "from arcgrid import Grid, store as runs",
        "import arcgrid\nruns = arcgrid.store",
        "import arcgrid as toolkit\ndef solve(): return toolkit.store.Store",
        "def solve():\n    from arcgrid import store",
        "import importlib\nimportlib.import_module('arcgrid.store')",
    ],
)
def test_every_way_to_the_store_is_seen(code: str) -> None:
    assert "store" in uses_of(ast.parse(code))


@pytest.mark.parametrize("path", SOLVERS, ids=lambda path: str(path.relative_to(ROOT / "solvers")))
def test_solvers_use_the_public_api_alone(path: Path) -> None:
    for name in uses_of(ast.parse(path.read_text())):
        assert name in PUBLIC_MODULES or name in dir(arcgrid), f"it uses arcgrid.{name}"


@pytest.mark.parametrize("path", SOLVERS, ids=lambda path: str(path.relative_to(ROOT / "solvers")))
def test_solvers_see_the_face_of_the_kernels_alone(path: Path) -> None:
    """The names of `arcgrid.kernels`, not the modules behind it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("arcgrid.kernels"):
            assert node.module == "arcgrid.kernels", f"it imports {node.module}"
            assert {alias.name for alias in node.names} <= set(kernels.__all__)
        elif isinstance(node, ast.Import):
            behind = [alias.name for alias in node.names if alias.name.startswith("arcgrid.kern")]
            assert not behind, f"it imports {behind[0]}"


LONGEST_FUNCTION = 40
"""Lines, the docstring not counted."""

LONGEST_MODULE = 400
"""Lines, of scripts of the report's page too."""

PARTS = ("arcgrid", "solvers", "tasks", "benchmarks", "tests", "docs")
CODE = sorted(
    path for part in PARTS for end in ("*.py", "*.js") for path in (ROOT / part).rglob(end)
)

LONG_MODULES = {
    "benchmarks/kernel_peers.py": "a list: one peer for each grid function",
    "tests/kernels/plain.py": "a list: one oracle for each grid function, found here by its name",
    "tests/mini_rules.py": "a list: one rule for each bundled puzzle",
    "tests/search/families/states/plain_lists.py": "a list: one oracle an operation on lists",
    "tests/search/families/states/plain_states.py": "a list: one oracle an operation on images",
    "tests/fixtures/hostile.py": "a list: one hostile solver a function",
    "arcgrid/result.py": "the records of answers and scores, each with its checks",
}
"""The modules that may be longer, and why."""

LONG_FUNCTIONS = {
    "arcgrid/cli/run.py:command": "a parameter for each option: half of it is the signature",
    "arcgrid/runner.py:run": "a parameter for each option: half of it is the signature",
}
"""The functions that may be longer, and why."""


def function_lengths(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Each function's name and its lines, without those of its docstring."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            documented = ast.get_docstring(node) is not None
            docstring = span(first) if documented else 0
            yield node.name, span(node) - docstring


def span(node: ast.stmt) -> int:
    assert node.end_lineno is not None
    return node.end_lineno - node.lineno + 1


def test_functions_are_counted_without_their_docstring() -> None:
    code = 'def f(\n    x,\n):\n    """One.\n\n    Two.\n    """\n    return x\n'
    assert list(function_lengths(ast.parse(code))) == [("f", 4)]


def test_modules_are_short() -> None:
    """An exception that is none any more is to go from the list."""
    long = {
        str(path.relative_to(ROOT))
        for path in CODE
        if len(path.read_text("utf-8").splitlines()) > LONGEST_MODULE
    }
    assert long == set(LONG_MODULES)


def test_functions_are_short() -> None:
    long = {
        f"{path.relative_to(ROOT)}:{name}"
        for path in CODE
        if path.suffix == ".py"
        for name, lines in function_lengths(ast.parse(path.read_text("utf-8")))
        if lines > LONGEST_FUNCTION
    }
    assert long == set(LONG_FUNCTIONS)
