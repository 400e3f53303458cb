"""Completing what is hidden: mirrors, rotations, lattices; 0 is what is not known."""

from __future__ import annotations

from arcgrid.kernels import pattern
from arcgrid_solvers.search.families.states.images import (
    HEIGHT,
    WIDTH,
    WORK,
    Cells,
    Counters,
    Table,
    count_filled,
    pop,
    push_copy,
    view,
)
from arcgrid_solvers.search.families.states.operations.canvas import continue_pattern
from arcgrid_solvers.search.families.states.operations.operation import (
    IMAGE,
    Operation,
    Variant,
    on_each,
)

SYMMETRY, LATTICE, PATTERN = range(3)


@on_each
def complete(
    cells: Cells,
    images: Table,
    counters: Counters,
    source: int,
    a: int,
    b: int,
    rows: int,
    cols: int,
) -> bool:
    """Fill empty cells by the symmetry or the lattice of the others, where these are most."""
    area = images[source, HEIGHT] * images[source, WIDTH]
    filled = count_filled(cells, images, source)
    if area < 16 or filled == area or 2 * filled < area:
        return False
    counters[WORK] += 10 * area
    out = view(cells, images, push_copy(cells, images, counters, source))
    grid = view(cells, images, source)
    if a == SYMMETRY:
        pattern.complete_symmetry(grid, 0, out)
    elif a == LATTICE:
        counters[WORK] += 100 * area
        pattern.complete_lattice(grid, 0, out)
    elif not continue_pattern(grid, out):
        pop(cells, images, counters)
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
