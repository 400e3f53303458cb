"""Habits of the code: a silenced check says why, and no test asserts a time."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.test_house import CODE, ROOT

FILES = [path for path in CODE if path.suffix == ".py"]
TESTS = [path for path in FILES if path.is_relative_to(ROOT / "tests")]

SILENCER = re.compile(
    r"""\#\s*(?:
        type:\s*ignore(?:\[[\w,\s-]+\])?
      | (?:ruff:\s*)?noqa(?::\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*)?
      | fmt:\s*(?:off|on|skip)
      | mypy:\s*\S+
      | pragma:\s*no\s+\w+
    )""",
    re.VERBOSE,
)
REASON = re.compile(r"#\s*\w")
SKIPS = {
    *("pytest.skip", "pytest.xfail", "pytest.importorskip"),
    *("pytest.mark.skip", "pytest.mark.skipif", "pytest.mark.xfail"),
}
CLOCKS = {f"time.{name}" for name in ("time", "monotonic", "perf_counter", "process_time")}
MEASURED = {"wall_seconds", "cpu_seconds"}


def silenced(code: str) -> Iterator[int]:
    """Lines with a comment that silences a check and says nothing else."""
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        said, found = SILENCER.subn("", token.string)
        if token.type == tokenize.COMMENT and found and not REASON.search(said):
            yield token.start[0]


def skipped(code: str) -> Iterator[int]:
    """Lines that skip a test, or expect it to fail, without a reason."""
    tree = ast.parse(code)
    given = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            told = node.args if name in ("pytest.skip", "pytest.xfail") else []
            given[node.func] = [*told, *(word for word in node.keywords if word.arg == "reason")]
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node) in SKIPS and not given.get(node):
            yield node.lineno


def timed(code: str) -> Iterator[int]:
    """Lines that assert what a clock said, or hold a measured time against a number but zero."""
    for function in ast.walk(ast.parse(code)):
        if isinstance(function, ast.FunctionDef):
            read: set[str] = set()
            for node in ast.walk(function):
                if isinstance(node, ast.Assign) and names_in(node.value) & (CLOCKS | read):
                    read |= {ast.unparse(target) for target in node.targets}
            for node in ast.walk(function):
                if isinstance(node, ast.Assert) and asserts_a_time(node.test, CLOCKS | read):
                    yield node.lineno


def names_in(tree: ast.AST) -> set[str]:
    return {
        ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute | ast.Name)
    }


def asserts_a_time(test: ast.expr, clocks: set[str]) -> bool:
    for node in ast.walk(test):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            measured = any(
                isinstance(side, ast.Attribute) and side.attr in MEASURED for side in sides
            )
            numbers = [side.value for side in sides if isinstance(side, ast.Constant)]
            ordered = any(
                isinstance(sign, ast.Lt | ast.LtE | ast.Gt | ast.GtE) for sign in node.ops
            )
            if measured and ordered and any(numbers):
                return True
    return bool(names_in(test) & clocks)


BAD = [
    (silenced, "x = 1  # type: ignore"),
    (silenced, "x = 1  # type: ignore[misc]"),
    (silenced, "x = 1  # type: ignore[misc]  # noqa: E501, F821"),
    (silenced, "# ruff: noqa"),
    (silenced, "x = 1  # noqa: E501  #"),
    (silenced, "# mypy: ignore-errors"),
    (silenced, "# fmt: off"),
    (silenced, "x = 1  # pragma: no cover"),
    (skipped, "@pytest.mark.skip\ndef f(): ..."),
    (skipped, "@pytest.mark.xfail(strict=True)\ndef f(): ..."),
    (skipped, "@pytest.mark.skipif(True)\ndef f(): ..."),
    (skipped, "def f(): pytest.skip()"),
    (skipped, "scipy = pytest.importorskip('scipy')"),
    (timed, "def f():\n  assert time.monotonic() - started < 5"),
    (timed, "def f():\n  took = time.perf_counter() - started\n  assert took < 5"),
    (timed, "def f():\n  start = time.time()\n  took = 5 - start\n  assert took < 5, 'slow'"),
    (timed, "def f():\n  assert 0.5 <= outcome.wall_seconds < 5"),
]
GOOD = [
    (silenced, "x = 1  # type: ignore[misc]  # numba has no types"),
    (silenced, "x = 1  # type: ignore[name-defined]  # noqa: F821  # the point"),
    (silenced, "x = '# noqa'  # a string is none"),
    (skipped, "@pytest.mark.skipif(True, reason='no browser')\ndef f(): ..."),
    (skipped, "def f(): pytest.skip('no browser')"),
    (timed, "def f():\n  assert outcome.wall_seconds == 1.5\n  assert outcome.cpu_seconds > 0"),
]
Guard = Callable[[str], Iterator[int]]


@pytest.mark.parametrize(("guard", "code"), BAD)
def test_a_guard_sees_it(guard: Guard, code: str) -> None:
    assert len(list(guard(code))) == 1


@pytest.mark.parametrize(("guard", "code"), GOOD)
def test_a_guard_lets_it_pass(guard: Guard, code: str) -> None:
    assert list(guard(code)) == []


@pytest.mark.parametrize(
    ("guard", "files"),
    [(silenced, FILES), (skipped, FILES), (timed, TESTS)],
    ids=lambda v: getattr(v, "__name__", ""),
)
def test_the_code_has_these_habits(guard: Guard, files: list[Path]) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in files
        for line in guard(path.read_text("utf-8"))
    ]
    assert found == []
