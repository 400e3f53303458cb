"""The compile-and-cache policy, on a solver's own kernels: deferred, shared, never stale."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from numba import types

from arcgrid import Grid
from arcgrid.cli import main
from arcgrid.kernels.compile import KERNELS, CachedKernel, cache_directory, inner, kernel
from arcgrid.kernels.lift import GRID
from arcgrid.kernels.warm import cold_kernels, warm

CALLEE = """
from numba import types
from arcgrid.kernels.compile import inner

@inner(types.int64(types.int64))
def twice(number):
    return 2 * number
"""

CALLER = """
from numba import types
import callee
from arcgrid.kernels.compile import kernel
from arcgrid.kernels.lift import GRID

@kernel(types.int64(GRID))
def twice_the_width(grid):
    return callee.twice(grid.shape[1])
"""

RUN = """
import numpy as np, caller
from arcgrid import ops
assert ops.label(np.ones((2, 2), np.uint8)).sum() == 4
assert ops.rot90(np.ones((2, 2), np.uint8)).sum() == 4
print(caller.twice_the_width(np.array([[1, 2]], np.uint8)))
print(sum(caller.twice_the_width.stats.cache_hits.values()))
"""


@pytest.fixture
def solver(tmp_path: Path) -> Path:
    """A solver of two files, one of which calls a kernel in the other."""
    (tmp_path / "callee.py").write_text(CALLEE)
    (tmp_path / "caller.py").write_text(CALLER)
    return tmp_path


def start(folder: Path, **variables: str) -> subprocess.Popen[str]:
    environment = os.environ | {"ARCGRID_CACHE": str(folder / "cache")} | variables
    return subprocess.Popen(
        [sys.executable, "-B", "-c", RUN],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )


def said(process: subprocess.Popen[str]) -> list[int]:
    text, _ = process.communicate()
    assert process.returncode == 0
    return [int(line) for line in text.split()]


def cached(folder: Path) -> list[Path]:
    return sorted((folder / "cache").rglob("twice_the_width-*.kernel"))


def test_kernels_are_kept_and_never_stale(solver: Path) -> None:
    at_once = [start(solver) for _ in range(3)]
    assert [said(process)[0] for process in at_once] == [4, 4, 4]
    (file,) = cached(solver)
    assert said(start(solver)) == [4, 1], "loaded from the cache"
    (solver / "callee.py").write_text(CALLEE.replace("2 * number", "3 * number"))
    assert said(start(solver)) == [6, 0], "a change in another file"
    assert len(cached(solver)) == 2
    (solver / "callee.py").write_text(CALLEE)
    file.write_bytes(file.read_bytes()[:100])
    assert said(start(solver)) == [4, 0], "a damaged file"
    assert file.stat().st_size > 100, "which is replaced"
    for _ in range(2):
        assert said(start(solver, NUMBA_BOUNDSCHECK="1")) == [4, 0], "a checked build"
    assert len({path.parent for path in cached(solver)}) == 2


SCALED = """
def scaled(number):
    return FACTOR * number + OFFSETS[0]
"""


@pytest.fixture
def scaled() -> Iterator[Callable[..., CachedKernel]]:
    """Makes a kernel of one text, whose module has other constants; none is compiled."""
    made: list[Any] = []

    def make(**constants: object) -> CachedKernel:
        scope: dict[str, Any] = {"__name__": __name__, **constants}
        exec(SCALED, scope)
        made.append(kernel(types.int64(types.int64))(scope["scaled"]))
        found = made[-1]
        assert isinstance(found, CachedKernel)
        return found

    yield make
    KERNELS[__name__] = [one for one in KERNELS.get(__name__, []) if one not in made]


def test_a_kernel_of_other_constants_is_another(scaled: Callable[..., CachedKernel]) -> None:
    offsets = np.array([1, 2])
    first = scaled(FACTOR=2, OFFSETS=offsets)
    assert scaled(FACTOR=2, OFFSETS=offsets.copy()).cache_file == first.cache_file
    others = [scaled(FACTOR=3, OFFSETS=offsets), scaled(FACTOR=2, OFFSETS=np.array([1, 3]))]
    assert len({one.cache_file for one in (first, *others)}) == 3


def test_a_cached_file_is_replaced_whole_or_not_at_all(
    scaled: Callable[..., CachedKernel], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process may read it at any moment, and a disk may be full at any."""
    monkeypatch.setenv("ARCGRID_CACHE", str(tmp_path))
    cache_directory.cache_clear()
    monkeypatch.setattr(Path, "write_bytes", write_half)
    try:
        one = scaled(FACTOR=2, OFFSETS=np.array([1]))
        one.cache_file.parent.mkdir(parents=True)
        one.cache_file.write_text("machine code")
        one._cache.save_overload(one.signature, SimpleNamespace(_reduce=lambda: ("code",)))
        assert one.cache_file.read_text() == "machine code"
        assert list(one.cache_file.parent.iterdir()) == [one.cache_file]
    finally:
        cache_directory.cache_clear()


def write_half(path: Path, data: bytes) -> int:
    """As a disk does that is full then."""
    with path.open("wb") as file:
        file.write(data[: len(data) // 2])
    raise OSError(errno.ENOSPC, "no space left")


def test_a_cache_that_cannot_be_written_costs_time_alone(solver: Path) -> None:
    (solver / "cache").write_text("in the way")
    assert said(start(solver)) == [4, 0]


def test_nothing_is_compiled_before_the_first_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARCGRID_CACHE", str(tmp_path))
    cache_directory.cache_clear()
    try:

        def increment(number: int) -> int:
            return number + 1

        increment.__qualname__ = "increment"
        one_more = inner(types.int64(types.int64))(increment)

        def add_to_height(grid: Grid) -> Any:
            return one_more(grid.shape[0])

        with pytest.raises(AssertionError, match="a __qualname__ of its own"):
            kernel(types.int64(GRID))(add_to_height)
        add_to_height.__qualname__ = "add_to_height"
        height_and_one = kernel(types.int64(GRID))(add_to_height)
        assert not height_and_one.signatures
        writable, frozen = np.zeros((3, 2), np.uint8), np.zeros((4, 2), np.uint8)
        frozen.setflags(write=False)
        assert (height_and_one(writable), height_and_one(frozen)) == (4, 5)
        assert len(height_and_one.signatures) == 1
        with pytest.raises(TypeError, match="No matching definition"):
            height_and_one(np.zeros((3, 2), np.int64))
        assert [path.name.partition("-")[0] for path in tmp_path.rglob("*.kernel")] == [
            "add_to_height"
        ]
    finally:
        KERNELS.pop(__name__)
        cache_directory.cache_clear()


def test_warming_up_leaves_nothing_cold(solver: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(solver)
    monkeypatch.setenv("ARCGRID_CACHE", str(solver / "cache"))
    cache_directory.cache_clear()
    try:
        ours = [kernel for kernel in cold_kernels(["caller"]) if kernel.__module__ == "caller"]
        assert list(warm(ours, 2)) == [1]
        assert ours[0].cache_file.exists()
        assert list(warm([], 2)) == []
    finally:
        KERNELS.pop("caller")
        cache_directory.cache_clear()


def test_a_module_that_does_not_exist_is_an_error_of_the_caller() -> None:
    result = CliRunner().invoke(main, ["warmup", "no_such_module"])
    assert result.exit_code == 2
    assert "no_such_module cannot be imported" in result.output
