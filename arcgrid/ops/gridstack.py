"""Many grids in four flat arrays, so that one call works on all of them.

And how the public functions get from a grid, or a stack, to the kernel of their name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any, Protocol, TypeGuard, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from arcgrid.errors import ArgumentError, GridError
from arcgrid.grid import COLORS, MAX_SIDE, Grid, as_grid
from arcgrid.kernels import compare
from arcgrid.kernels import stack as kernels
from arcgrid.kernels.lift import GridKernel

# What makes an array sound.
_ARRAY = np.ndarray
_BYTES = np.dtype(np.uint8)
_SOUND = 0x101  # C-contiguous and aligned,
_FLAGS = _SOUND | 0x400  # and not writable
_SHAPES = frozenset(product(range(1, MAX_SIDE + 1), repeat=2))

# What a stack of one grid is made of.
_FIRST = np.zeros(1, np.int64)
_SIDES = np.arange(MAX_SIDE + 1, dtype=np.int32)
for _array in (_FIRST, _SIDES):
    _array.setflags(write=False)


@dataclass(frozen=True, eq=False)
class GridStack:
    """Grids of any shapes, packed one after the other; read-only, a sequence of grids.

    Args:
        cells: the cells of all grids, dtype uint8.
        offsets: where each grid begins in `cells`, dtype int64; grids may share cells.
        heights: dtype int32, 1 to 30.
        widths: dtype int32, 1 to 30.

    Raises:
        ArgumentError: an array has another dtype or shape, or a grid lies outside of `cells`.

    >>> stack = GridStack.of([[[1, 2]], [[3], [4]]])
    >>> len(stack), stack[1].tolist()
    (2, [[3], [4]])
    """

    cells: NDArray[np.uint8]
    offsets: NDArray[np.int64]
    heights: NDArray[np.int32]
    widths: NDArray[np.int32]

    def __post_init__(self) -> None:
        for name, dtype in (
            ("cells", np.uint8),
            ("offsets", np.int64),
            ("heights", np.int32),
            ("widths", np.int32),
        ):
            array = getattr(self, name)
            if not isinstance(array, np.ndarray) or array.dtype != dtype or array.ndim != 1:
                raise ArgumentError(f"{name} is a flat array of dtype {np.dtype(dtype)}")
            packed = np.require(array, requirements=["C", "ALIGNED"]).view()
            packed.setflags(write=False)
            object.__setattr__(self, name, packed)
        if not len(self.offsets) == len(self.heights) == len(self.widths):
            raise ArgumentError("offsets, heights and widths are not of one length")
        if len(self):
            sides = np.stack([self.heights, self.widths])
            if sides.min() < 1 or sides.max() > MAX_SIDE:
                raise ArgumentError(f"a grid of the stack is not 1x1 to {MAX_SIDE}x{MAX_SIDE}")
            ends = self.offsets + self.heights * self.widths
            if self.offsets.min() < 0 or ends.max() > len(self.cells):
                raise ArgumentError("a grid of the stack lies outside of its cells")
            if self.cells.max() >= COLORS:
                raise ArgumentError("a cell of the stack is not a color (0 to 9)")

    @classmethod
    def of(cls, grids: Iterable[object]) -> GridStack:
        """Pack grids, or anything that `as_grid` takes.

        Raises:
            GridError: one of them is not a grid; its place is named.
            ArgumentError: it is one grid, or nothing that has grids.
        """
        if not isinstance(grids, Iterable) or (isinstance(grids, np.ndarray) and grids.ndim == 2):
            raise ArgumentError(f"a stack is made of several grids, not of {_described(grids)}")
        given = []
        for index, grid in enumerate(grids):
            try:
                given.append(as_grid(grid))
            except GridError as error:
                raise error.within(part=f"grid[{index}]") from None
        sizes = np.array([grid.size for grid in given], np.int64)
        return _packed(
            np.frombuffer(b"".join(grid.tobytes() for grid in given), np.uint8),
            np.cumsum(sizes) - sizes,
            np.array([grid.shape[0] for grid in given], np.int32),
            np.array([grid.shape[1] for grid in given], np.int32),
        )

    @property
    def arrays(self) -> tuple[NDArray[Any], ...]:
        """Cells, offsets, heights and widths, as kernels take them."""
        return self.cells, self.offsets, self.heights, self.widths

    @cached_property
    def hashes(self) -> NDArray[np.uint64]:
        """The 64-bit hash of each grid: `hash64`, dtype uint64, shape (len,)."""
        hashes: NDArray[np.uint64] = compare.hash64.stack(*self.arrays)
        return hashes

    def __len__(self) -> int:
        return len(self.offsets)

    def __iter__(self) -> Iterator[Grid]:
        return (self[index] for index in range(len(self)))

    @overload
    def __getitem__(self, index: int) -> Grid: ...
    @overload
    def __getitem__(self, index: slice) -> GridStack: ...

    def __getitem__(self, index: int | slice) -> Grid | GridStack:
        """The index-th grid, a read-only view; or some of the grids, which share the cells."""
        if isinstance(index, slice):
            sides = self.heights[index], self.widths[index]
            return _packed(self.cells, self.offsets[index].copy(), *map(np.copy, sides))
        start = self.offsets[index]
        height, width = int(self.heights[index]), int(self.widths[index])
        return self.cells[start : start + height * width].reshape(height, width)

    def take(self, indices: NDArray[np.integer[Any]] | list[int]) -> GridStack:
        """The grids with these indices, packed anew, in their order; one may occur many times.

        Raises:
            ArgumentError: an index is not 0 to len - 1.
        """
        chosen = np.ascontiguousarray(indices, np.int64)
        if chosen.ndim != 1 or (chosen.size and not 0 <= chosen.min() <= chosen.max() < len(self)):
            raise ArgumentError(f"indices are a list of numbers from 0 to {len(self) - 1}")
        return _packed(*kernels.take(*self.arrays, chosen))

    def unique(self) -> tuple[GridStack, NDArray[np.int64]]:
        """The distinct grids in the order they first occur, and where each grid is among them."""
        _, first, inverse = np.unique(self.hashes, return_index=True, return_inverse=True)
        order = np.argsort(first)
        rank = np.empty_like(order)
        rank[order] = np.arange(len(order))
        return self.take(first[order]), rank[inverse]


G = TypeVar("G", Grid, GridStack)
"""A grid gives a grid, a stack a stack."""


def _packed(
    cells: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    heights: NDArray[np.int32],
    widths: NDArray[np.int32],
) -> GridStack:
    """A stack of arrays that are known to be sound."""
    stack = object.__new__(GridStack)
    stack.__dict__.update(cells=cells, offsets=offsets, heights=heights, widths=widths)
    return stack


# Calls. Half of what a call on one grid costs is spent between the caller and the loop, so: what
# all calls go through is short, arguments travel as one tuple, and a kernel is called without
# numba's look at the types, as `is_sound` has looked, `GridStack` at what a stack is made of, and
# the functions at all other arguments.


def is_sound(grid: object) -> TypeGuard[Grid]:
    """Whether a kernel may be given this as it is: a read-only array of the right kind.

    Its cells are not looked at: no kernel leaves its arrays because of one.
    """
    return (
        type(grid) is _ARRAY
        and grid.dtype is _BYTES
        and grid.flags.num & _FLAGS == _SOUND
        and grid.shape in _SHAPES
    )


def checked(grid: object) -> Grid:
    """The grid itself when it is sound, else what `as_grid` makes or says of it."""
    if is_sound(grid):
        return grid
    return as_grid(grid)


def stacked(grid: Grid | GridStack) -> GridStack:
    """The stack itself, or one of a single grid."""
    return grid if isinstance(grid, GridStack) else _repeated(checked(grid), 1)


def measured(kernel: GridKernel, *arguments: Any) -> Any:
    """What the kernel says of a grid, the first argument, or of each grid of a stack."""
    if is_sound(arguments[0]):
        return kernel.single.unchecked(*arguments)
    grid, *rest = arguments
    if type(grid) is GridStack:
        return kernel.stack.unchecked(*grid.arrays, *rest)
    return kernel.single.unchecked(as_grid(grid), *rest)


class _Map(Protocol):
    def __call__(self, kernel: GridKernel, grid: G, *rest: object) -> G: ...


def _mapped(kernel: GridKernel, *arguments: Any) -> Any:
    if is_sound(arguments[0]):
        return kernel.single.unchecked(*arguments)
    made = measured(kernel, *arguments)
    return _packed(*made) if type(arguments[0]) is GridStack else made


mapped: _Map = _mapped  # type: ignore[assignment]  # its arguments are one tuple, to be quick
"""The grid that the kernel makes of a grid, or of each grid of a stack."""


def paired(grid: Any, other: Any) -> tuple[Any, Any]:
    """Two grids, or two stacks of one length: a grid beside a stack counts for each of its grids.

    Raises:
        ArgumentError: two stacks are not of one length.
    """
    if is_sound(grid) and is_sound(other):
        return grid, other
    if type(grid) is GridStack and type(other) is GridStack:
        if len(grid) != len(other):
            raise ArgumentError(f"a stack of {len(grid)} grids beside one of {len(other)}")
        return grid, other
    if type(grid) is GridStack:
        return grid, _repeated(checked(other), len(grid))
    if type(other) is GridStack:
        return _repeated(checked(grid), len(other)), other
    return checked(grid), checked(other)


def _repeated(grid: Grid, count: int) -> GridStack:
    height, width = grid.shape
    tall, wide = _SIDES[height : height + 1], _SIDES[width : width + 1]
    if count == 1:
        return _packed(grid.reshape(-1), _FIRST, tall, wide)
    return _packed(grid.reshape(-1), _FIRST.repeat(count), tall.repeat(count), wide.repeat(count))


def measured_pair(kernel: GridKernel, grid: Any, other: Any, *rest: object) -> Any:
    """What the kernel says of two grids, or of each two of two stacks, as `paired` gives them."""
    if type(grid) is GridStack:
        return kernel.stack.unchecked(*grid.arrays, *other.arrays, *rest)
    return kernel.single.unchecked(grid, other, *rest)


def mapped_pair(kernel: GridKernel, grid: Any, other: Any, *rest: object) -> Any:
    """The grid that the kernel makes of two, or of each two of two stacks, from `paired`."""
    if type(grid) is GridStack:
        return _packed(*kernel.stack.unchecked(*grid.arrays, *other.arrays, *rest))
    return kernel.single.unchecked(grid, other, *rest)


def sides_of(grid: Any) -> tuple[Any, Any]:
    """Height and width: two numbers, or a stack's two arrays."""
    if type(grid) is _ARRAY and grid.ndim == 2:
        sides: tuple[int, int] = grid.shape
        return sides
    if type(grid) is GridStack:
        return grid.heights, grid.widths
    return checked(grid).shape


def objects(stack: GridStack, *kind: int) -> GridStack:
    """The components of each grid as grids of their own."""
    return _packed(*kernels.objects.unchecked(*stack.arrays, *kind))


def cut(stack: GridStack, boxes: NDArray[np.int64], ends: NDArray[np.int64]) -> GridStack:
    """The boxes (top, left, height, width) of each grid as grids of their own."""
    return _packed(*kernels.cut.unchecked(*stack.arrays, boxes, ends))


def as_stack(stack: object) -> GridStack:
    """A stack, or a list or tuple of grids as one.

    Raises:
        ArgumentError: it is neither. GridError: one of the list is not a grid.
    """
    if isinstance(stack, GridStack):
        return stack
    if isinstance(stack, list | tuple):
        return GridStack.of(stack)
    raise ArgumentError(f"a GridStack or a list of grids is wanted, not {_described(stack)}")


def _described(value: object) -> str:
    return "one grid" if isinstance(value, np.ndarray) else f"a {type(value).__name__}"
