"""The kernels of a solver in its worker: compiled before the first clock, loaded once.

Nothing here loads numba: where the solver has not, there are no kernels.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from arcgrid.engines.local.messages import KernelName
from arcgrid.machine import available_cores

_WORTH_A_PROCESS = 4
"""Kernels that take as long to compile as another process takes to start."""

_COMPILE = "arcgrid.kernels.compile"
_WARM = "arcgrid.kernels.warm"


def compile_cold() -> Iterator[tuple[int, int]]:
    """Compile every kernel of the modules that are imported by now, as far as it is not cached.

    Several processes do that where they can be started. Yields how many are done, and of how many.
    """
    cold = [kernel for kernel in _kernels() if not kernel.cache_file.exists()]
    if not cold:
        return
    yield 0, len(cold)
    warm = importlib.import_module(_WARM).warm
    for done in warm(cold, min(available_cores(), 1 + len(cold) // _WORTH_A_PROCESS)):
        yield done, len(cold)
    for kernel in cold:
        if not kernel.cache_file.exists():  # another run is compiling it: wait for that
            kernel.load()
    # What counts shared semaphores is a process of its own, which would outlive this.
    tracker = sys.modules.get("multiprocessing.resource_tracker")
    if tracker is not None:
        tracker._resource_tracker._stop()


def loaded() -> list[KernelName]:
    """The kernels whose machine code is in memory."""
    return [_name(kernel) for kernel in _kernels() if kernel.overloads]


def load(names: Iterable[KernelName]) -> None:
    """Have kernels in memory, of those that there are and that are compiled."""
    wanted = set(names)
    for kernel in _kernels() if wanted else ():
        if _name(kernel) in wanted and kernel.cache_file.exists():
            kernel.load()


def _kernels() -> list[Any]:
    module = sys.modules.get(_COMPILE)
    return [kernel for kernels in module.KERNELS.values() for kernel in kernels] if module else []


def _name(kernel: Any) -> KernelName:
    return kernel.py_func.__module__, kernel.py_func.__qualname__
