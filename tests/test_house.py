"""The floors of the house: who may import whom, as the table in CONTRIBUTING says."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

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


def test_the_warden_needs_the_standard_library_alone() -> None:
    assert imports_of(ast.parse((PACKAGE / "engines" / "local" / "warden.py").read_text())) == []


def test_solvers_use_the_public_api_alone() -> None:
    public = ("arcgrid.kernels.", "arcgrid.palette")
    for path in (ROOT / "solvers").rglob("*.py"):
        tree = ast.parse(path.read_text())
        for node in ast.walk(tree):
            module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
            if module.startswith("arcgrid.") and not module.startswith(public):
                pytest.fail(f"{path.name} imports {module}")
