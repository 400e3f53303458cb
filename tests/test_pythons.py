"""Which other Pythons the quick tests are run on."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests import pythons
from tests.pythons import PACKAGES, PROMISED, Done, is_bad, pins, quick_tests

ROOT = Path(__file__).parents[1]
OTHERS = [version for version in PROMISED if version != "{}.{}".format(*sys.version_info)]


def make(path: Path, version: str, status: int = 0) -> Path:
    """A program that says it is a Python of this version."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho {version}\nexit {status}\n")
    path.chmod(0o755)
    return path


def test_the_first_that_runs_is_taken(tmp_path: Path) -> None:
    one, other = OTHERS
    make(tmp_path / "bin" / f"python{one}", one, status=127)  # stands in for one not chosen
    of_pyenv = make(tmp_path / ".pyenv" / "versions" / f"{one}.2" / "bin" / f"python{one}", one)
    of_uv = tmp_path / ".local/share/uv/python" / f"cpython-{other}.1-linux" / "bin"
    found = make(of_uv / f"python{other}", other)
    make(tmp_path / "bin" / f"python{sys.version_info[0]}.{sys.version_info[1]}", "own")
    environment = {"HOME": str(tmp_path), "PATH": str(tmp_path / "bin")}
    assert pythons.pythons(environment) == {one: of_pyenv, other: found}
    make(tmp_path / "bin" / f"python{one}", one)
    assert pythons.pythons(environment)[one] == tmp_path / "bin" / f"python{one}"
    assert pythons.pythons({"HOME": str(tmp_path / "none")}) == {}


@pytest.mark.parametrize(
    ("version", "passed", "bad"),
    [
        (PROMISED[-1], True, False),
        (PROMISED[-1], False, True),
        (PROMISED[-1], None, True),
        ("3.14", None, False),
        ("3.14", False, True),
    ],
)
def test_a_promised_python_has_to_pass(version: str, passed: bool | None, bad: bool) -> None:
    assert is_bad(Done(version, passed, "")) is bad


def test_what_the_quick_tests_need_is_in_the_lock() -> None:
    lock = pins((ROOT / "requirements-dev.lock").read_text())
    assert [line.partition("==")[0] for line in lock.splitlines() if "==" in line] == list(PACKAGES)
    assert lock.count("--hash=sha256:") >= len(PACKAGES)


def test_the_quick_tests_are_there() -> None:
    assert len(quick_tests()) > len(pythons.QUICK)
    for name in pythons.QUICK:
        assert list(ROOT.glob(f"tests/test_{name}.py")), name


def test_the_pythons_that_are_promised_are_those_of_the_package() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    named = [one for one in (*PROMISED, *pythons.HOPED_FOR) if f'Python :: {one}"' in text]
    assert named == list(PROMISED)
