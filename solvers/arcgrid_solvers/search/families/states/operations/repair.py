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
    counters, row = memory.counters, memory.images[source]
    area = row[HEIGHT] * row[WIDTH]
    filled = count_filled(memory, source)
    if area < 16 or filled == area or 2 * filled < area:
        return False
    counters[WORK] += 10 * area
    image = push_copy(memory, source)
    grid, out = view(memory, source), view(memory, image)
    if a == SYMMETRY:
        pattern.complete_symmetry(grid, 0, out)
    elif a == LATTICE:
        counters[WORK] += 100 * area
        pattern.complete_lattice(grid, 0, out)
    elif not continue_pattern(grid, out):
        pop(memory, image)
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
