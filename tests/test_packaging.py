"""What is installed and released: the wheel, the locks, the version."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

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
        for pattern in (
            "*.py",
            "*.csv",
            "*.json",
            "*.ttf",
            "*.html",
            "*.css",
            "*.js",
            "*.toml",
            "py.typed",
        )
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


PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
RUN_LOCK, DEV_LOCK = "requirements.lock", "requirements-dev.lock"
FRESH_LOCK = "requirements-fresh.lock"
"""What is installed without that which it depends on."""

MOST_TO_RUN = 20
"""Packages that somebody who runs arcgrid waits for."""


def pins(lock: str) -> dict[str, set[str]]:
    """The versions of each package of a lock, each with what it is for."""
    found: dict[str, set[str]] = {}
    for name, pin in re.findall(r"^([\w.-]+)==(.*?) \\$", (ROOT / lock).read_text(), re.MULTILINE):
        found.setdefault(name, set()).add(pin)
    return found


def names(group: str) -> set[str]:
    """The packages of a dependency group, with those of the groups that it includes."""
    found: set[str] = set()
    for entry in PROJECT["dependency-groups"][group]:
        included = isinstance(entry, dict)
        found |= names(entry["include-group"]) if included else {Requirement(entry).name}
    return found


def test_the_locks_pin_every_dependency() -> None:
    wanted = {Requirement(text).name for text in PROJECT["project"]["dependencies"]}
    assert wanted | names("build") <= set(pins(RUN_LOCK))
    everything = set().union(*map(names, PROJECT["dependency-groups"]))
    assert names("dev") == everything
    assert wanted | everything <= set(pins(DEV_LOCK))


def test_the_locks_agree_and_have_hashes() -> None:
    run, dev = pins(RUN_LOCK), pins(DEV_LOCK)
    assert run == {name: dev[name] for name in run}
    for lock in (RUN_LOCK, DEV_LOCK):
        text = (ROOT / lock).read_text()
        entries = re.split(r"^(?=\w)", text, flags=re.MULTILINE)[1:]
        assert len(entries) == sum(map(len, pins(lock).values()))
        assert all("--hash=sha256:" in entry for entry in entries)


def test_running_needs_few_packages_and_contributing_is_no_extra() -> None:
    assert len(pins(RUN_LOCK)) <= MOST_TO_RUN
    assert not set(PROJECT["project"]["optional-dependencies"]) & set(PROJECT["dependency-groups"])


def test_the_build_group_is_what_the_build_requires() -> None:
    assert PROJECT["dependency-groups"]["build"] == PROJECT["build-system"]["requires"]


@pytest.mark.parametrize(
    ("target", "changed", "installed"),
    [
        ("run", None, []),
        ("test", None, []),
        ("run", DEV_LOCK, []),
        ("run", RUN_LOCK, [RUN_LOCK]),
        ("test", DEV_LOCK, [DEV_LOCK, FRESH_LOCK]),
        ("test", FRESH_LOCK, [DEV_LOCK, FRESH_LOCK]),
        ("test", RUN_LOCK, [RUN_LOCK, DEV_LOCK, FRESH_LOCK]),
        ("lint", "pyproject.toml", [RUN_LOCK, DEV_LOCK, FRESH_LOCK]),
    ],
)
def test_what_changed_is_installed_anew_and_nothing_else(
    tmp_path: Path, target: str, changed: str | None, installed: list[str]
) -> None:
    for mark in (".ready", ".ready-dev"):
        (tmp_path / mark).touch()
    command = ["make", "--dry-run", f"VENV={tmp_path}", target]
    said = run([*command, *(["-W", changed] if changed else [])], ROOT, dict(os.environ))
    assert re.findall(r"-r (\S+)", said) == installed


def test_the_version_is_in_one_place_and_has_a_section_of_the_changelog() -> None:
    assert PROJECT["project"]["dynamic"] == ["version"]
    assert "\nversion:" not in (ROOT / "CITATION.cff").read_text()
    text = (ROOT / "CHANGELOG.md").read_text()
    sections = re.findall(r"^## (.*)$", text, re.MULTILINE)
    heads = [
        re.fullmatch(r"(\d+\.\d+\.\d+) \((unreleased|\d{4}-\d\d-\d\d)\)", head) for head in sections
    ]
    assert all(heads), sections
    versions = [Version(head[1]) for head in heads if head]
    dates = [head[2] for head in heads if head]
    assert versions[0] == Version(arcgrid.__version__)
    assert versions == sorted(versions, reverse=True)
    assert "unreleased" not in dates[1:]
    assert all(re.search(r"^- ", part, re.MULTILINE) for part in text.split("\n## ")[1:])
