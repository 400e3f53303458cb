"""Compiles kernels ahead of their first use, in several processes."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from typing import TypeAlias

from arcgrid.kernels.compile import FAMILIES, KERNELS, CachedKernel

Group: TypeAlias = tuple[str, str]
"""A module, and the name of a function in it around which there are kernels."""


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

    The kernels around one function are compiled together, so that it is compiled but once. Where no
    processes can be started, all are compiled in this one.
    """
    groups: dict[Group, int] = {}
    for kernel in kernels:
        module, name = kernel.py_func.__module__, kernel.py_func.__qualname__.partition(".")[0]
        groups[module, name] = groups.get((module, name), 0) + 1
    if not groups:
        return
    done = 0
    for group in _compiled(groups, min(workers, len(groups))):
        done += groups[group]
        yield done


def _compiled(groups: Iterable[Group], workers: int) -> Iterator[Group]:
    """Compile groups, and yield each that is done."""
    try:
        pool = ProcessPoolExecutor(workers, get_context("spawn")) if workers > 1 else None
    except OSError:  # a sandbox without shared memory has no semaphores
        pool = None
    if pool is None:
        for group in groups:
            _compile(*group)
            yield group
        return
    with pool:
        jobs = {pool.submit(_compile, *group): group for group in groups}
        for job in as_completed(jobs):
            job.result()
            yield jobs[job]


def _compile(module: str, name: str) -> None:
    importlib.import_module(module)
    for kernel in KERNELS[module]:
        if kernel.py_func.__qualname__.partition(".")[0] == name:
            kernel.load_unless_busy()
