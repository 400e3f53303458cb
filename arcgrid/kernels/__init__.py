"""Jitted loops over `uint8` arrays, one family a file; they check nothing, `arcgrid.ops` does.

What the jitted code of a solver builds on is here, as these names:

- `kernel` and `inner` compile a function for one signature: one that Python calls, whose machine
  code is kept on disk, and one that other jitted functions call. What they make are a
  `CachedKernel` and a `Kernel`.
- `types` are numba's, for signatures; `GRID` is the type of a grid that is only read.
- `Grid`, `Cells`, `Labels`, `Row` and `Rows` are the arrays of loops, for annotations.
- `window` views a part of a flat array as a grid.
- `load_all` has all kernels of a package in memory; a solver's `warmup` calls it.
- `color`, `compare`, `components`, `fill`, `geometry`, `lines`, `logic`, `motion` and `pattern` are
  the modules of the loops: each under the name of the function of `arcgrid.ops` that stands on it,
  and the parts that they share.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from numba import types

from arcgrid.kernels import (
    color,
    compare,
    components,
    fill,
    geometry,
    lines,
    logic,
    motion,
    pattern,
)
from arcgrid.kernels.compile import CachedKernel, Kernel, inner, kernel
from arcgrid.kernels.lift import GRID, Cells, Grid, Labels, Row, Rows
from arcgrid.kernels.window import window

if TYPE_CHECKING:
    from arcgrid.kernels.warm import load_all

__all__ = [
    "GRID",
    "CachedKernel",
    "Cells",
    "Grid",
    "Kernel",
    "Labels",
    "Row",
    "Rows",
    "color",
    "compare",
    "components",
    "fill",
    "geometry",
    "inner",
    "kernel",
    "lines",
    "load_all",
    "logic",
    "motion",
    "pattern",
    "types",
    "window",
]


def __getattr__(name: str) -> object:
    if name == "load_all":  # starting processes is loaded when it is needed
        return importlib.import_module("arcgrid.kernels.warm").load_all
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
