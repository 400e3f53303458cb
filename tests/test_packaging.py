"""The wheel: it holds everything, and runs outside the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import arcgrid

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from a copy of what is under version control's eyes."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE", "arcgrid", "solvers", "tasks"):
        subprocess.run(["cp", "-r", str(ROOT / name), str(source)], check=True)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
    subprocess.run(
        [*command, "--no-build-isolation", "-w", str(folder), str(source)],
        check=True,
        capture_output=True,
    )
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_everything(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        str(path.relative_to(root))
        for root in (ROOT, ROOT / "solvers", ROOT / "tasks")
        for package in ("arcgrid", "arcgrid_solvers", "arcgrid_tasks")
        for pattern in ("*.py", "*.csv", "*.json", "*.ttf", "*.html", "*.css", "*.js", "py.typed")
        for path in (root / package).rglob(pattern)
    }
    assert wanted <= names
    assert not [name for name in names if name.startswith(("tests", "benchmarks"))]


def test_the_wheel_runs_outside_the_checkout(wheel: Path, tmp_path: Path) -> None:
    target = tmp_path / "installed"
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", target, wheel],
        check=True,
        capture_output=True,
    )
    environment = os.environ | {"PYTHONPATH": str(target)}
    code = "import arcgrid, arcgrid_solvers; print(arcgrid.__file__, arcgrid_solvers.__file__)"
    where = run([sys.executable, "-c", code], tmp_path, environment)
    assert where.count(str(target)) == 2
    script = [sys.executable, str(target / "bin" / "arcgrid")]
    said = run([*script, "run", "identity", "--tasks", "arcgrid/mini"], tmp_path, environment)
    assert "outcomes: 40 answered" in said
    assert (tmp_path / "runs" / "arcgrid.sqlite").exists()


def run(command: list[str], folder: Path, environment: dict[str, str]) -> str:
    result = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=True
    )
    return result.stdout


def test_the_lock_pins_every_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lock = (ROOT / "requirements.lock").read_text()
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    for requirement in wanted:
        name = requirement.replace("==", ">=").partition(">=")[0]
        assert f"\n{name}==" in f"\n{lock}", name
    assert lock.count("--hash=sha256:") > lock.count("==")


def test_the_version_is_in_one_place() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert project["project"]["dynamic"] == ["version"]
    assert f"\n## {arcgrid.__version__} " in (ROOT / "CHANGELOG.md").read_text()
