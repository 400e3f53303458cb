"""Compiles kernels ahead of their first use, in several processes."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

from arcgrid.kernels.compile import FAMILIES, KERNELS, CachedKernel


def cold_kernels(modules: Sequence[str] = FAMILIES) -> list[CachedKernel]:
    """The kernels of some modules, and of all that these import, that are not in the cache."""
    for module in modules:
        importlib.import_module(module)
    every = [kernel for kernels in KERNELS.values() for kernel in kernels]
    return [kernel for kernel in every if not kernel.cache_file.exists()]


def load_all(package: str) -> None:
    """Have all kernels of a package's imported modules in memory.

    Cold ones are compiled first, in as many processes as there are cores; another process that
    does this at the same time takes a part of them.
    """
    kernels = [
        kernel
        for module, members in KERNELS.items()
        if module == package or module.startswith(f"{package}.")
        for kernel in members
    ]
    cold = [kernel for kernel in kernels if not kernel.cache_file.exists()]
    if len(cold) > 1:
        for _ in warm(cold, os.cpu_count() or 1):
            pass
    for kernel in kernels:
        kernel.load()


def warm(kernels: Sequence[CachedKernel], workers: int) -> Iterator[int]:
    """Compile kernels; yields, after each group that is done, how many that makes.

    The kernels around one function are compiled together, so that it is compiled but once.
    """
    groups: dict[tuple[str, str], int] = {}
    for kernel in kernels:
        module, name = kernel.py_func.__module__, kernel.py_func.__qualname__.partition(".")[0]
        groups[module, name] = groups.get((module, name), 0) + 1
    if not groups:
        return
    with ProcessPoolExecutor(min(workers, len(groups)), get_context("spawn")) as pool:
        jobs = {pool.submit(_compile, *group): count for group, count in groups.items()}
        done = 0
        for job in as_completed(jobs):
            job.result()
            done += jobs[job]
            yield done


def _compile(module: str, name: str) -> None:
    importlib.import_module(module)
    for kernel in KERNELS[module]:
        if kernel.py_func.__qualname__.partition(".")[0] == name:
            kernel.load_unless_busy()
