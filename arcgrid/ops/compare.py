"""Equality, hashes, distances, the canonical one of 8 motions, and the search for templates."""

from __future__ import annotations

from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from arcgrid.grid import Grid
from arcgrid.kernels import compare as kernels
from arcgrid.ops.arguments import optional, within
from arcgrid.ops.gridstack import (
    G,
    GridStack,
    mapped,
    measured,
    measured_pair,
    paired,
)
from arcgrid.ops.logic import of_one_shape


@overload
def hash64(grid: Grid) -> int: ...
@overload
def hash64(grid: GridStack) -> NDArray[np.uint64]: ...
def hash64(grid: Any) -> Any:
    """64 bits that tell grids apart; the same on every machine. Of a stack: uint64 of shape (len,).

    Cells are packed 16 to a word; words and shape go through the finalizer of splitmix64.
    """
    return measured(kernels.hash64, grid)


@overload
def equal(grid: Grid, other: Grid) -> bool: ...
@overload
def equal(grid: GridStack, other: Grid | GridStack) -> NDArray[np.bool_]: ...
def equal(grid: Any, other: Any) -> Any:
    """Whether two grids are the same in shape and cells.

    Raises:
        ArgumentError: two stacks are not of one length.
    """
    result = measured_pair(kernels.equal, *paired(grid, other))
    return bool(result) if isinstance(result, int) else result.astype(bool)


@overload
def distance(grid: Grid, other: Grid) -> int: ...
@overload
def distance(grid: GridStack, other: Grid | GridStack) -> NDArray[np.int64]: ...
def distance(grid: Any, other: Any) -> Any:
    """How many cells differ when the top left cells lie on each other.

    A cell that only one of the two grids has counts as one that differs.

    Raises:
        ArgumentError: two stacks are not of one length.
    """
    return measured_pair(kernels.distance, *paired(grid, other))


def difference(grid: G, other: G) -> G:
    """1 where two grids differ, 0 elsewhere.

    Raises:
        ArgumentError: the grids are not of one shape.
    """
    return of_one_shape(kernels.difference, grid, other)


def canonical(grid: G) -> G:
    """The same grid for all 8 motions of it.

    Of the motions that make it no higher than wide, the one whose cells, in reading order, come
    first.
    """
    return mapped(kernels.canonical, grid)


@overload
def find(
    grid: Grid, template: Grid, motions: int = 255, transparent: int | None = None
) -> NDArray[np.int64]: ...
@overload
def find(
    grid: GridStack,
    template: Grid | GridStack,
    motions: int = 255,
    transparent: int | None = None,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]: ...
def find(grid: Any, template: Any, motions: int = 255, transparent: int | None = None) -> Any:
    """Find all places where a template lies, moved by any of the motions allowed.

    Args:
        motions: bit m set allows motion m of `transform`; 1 is the template as it is, 255 all. A
            motion that makes what an earlier one makes is left out.
        transparent: cells of this color in the template agree with anything.

    Returns:
        Row and column of the top left cell, and the motion; int64 of shape (places, 3), by motion,
        then in reading order; of a stack: the rows of all grids one after the other, and where
        those of each grid end.

    Raises:
        ArgumentError: the set of motions is not 1 to 255.
    """
    options = within("motions", motions, 1, 255), optional("transparent", transparent)
    return measured_pair(kernels.find, *paired(grid, template), *options)
