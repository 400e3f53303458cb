"""Completing what is hidden: mirrors, rotations, lattices; 0 is what is not known."""

from __future__ import annotations

from arcgrid.kernels import pattern
from arcgrid_solvers.search.families.states.images import (
    HEIGHT,
    IMAGE,
    WIDTH,
    WORK,
    Canvas,
    Memory,
    count_filled,
    pop,
    push_copy,
    view,
)
from arcgrid_solvers.search.families.states.operations.canvas import continue_pattern
from arcgrid_solvers.search.families.states.operations.operation import Operation, Variant, on_each

SYMMETRY, LATTICE, PATTERN = range(3)


@on_each
def complete(memory: Memory, source: int, a: int, b: int, canvas: Canvas) -> bool:
    """Fill empty cells by the symmetry or the lattice of the others, where these are most."""
    images, counters = memory.images, memory.counters
    area = images[source, HEIGHT] * images[source, WIDTH]
    filled = count_filled(memory, source)
    if area < 16 or filled == area or 2 * filled < area:
        return False
    counters[WORK] += 10 * area
    out = view(memory, push_copy(memory, source))
    grid = view(memory, source)
    if a == SYMMETRY:
        pattern.complete_symmetry(grid, 0, out)
    elif a == LATTICE:
        counters[WORK] += 100 * area
        pattern.complete_lattice(grid, 0, out)
    elif not continue_pattern(grid, out):
        pop(memory)
        return False
    return True


REPAIRS = Operation(
    "repair",
    complete,
    (
        Variant("complete the symmetry", SYMMETRY, 0, IMAGE),
        Variant("complete the lattice", LATTICE, 0, IMAGE, cost=20),
        Variant("complete the pattern", PATTERN, 0, IMAGE),
    ),
)
