"""The operations that make states of states, by what they are about.

`operation` says how one is declared; `OPERATIONS` has them all.
"""

from __future__ import annotations

from arcgrid_solvers.search.families.states.operations import (
    assembly,
    borders,
    canvas,
    color,
    geometry,
    lists,
    measures,
    noise,
    paths,
    repair,
    shape,
    split,
    spread,
    subgrids,
    tallies,
)
from arcgrid_solvers.search.families.states.operations.operation import Operation, Variant

OPERATIONS: tuple[Operation, ...] = (
    color.OPERATION,
    geometry.CROPS,
    geometry.MOTIONS,
    geometry.HALVES,
    shape.SHAPES,
    shape.BOXES,
    spread.SMEARS,
    spread.LINES,
    spread.GROWTH,
    spread.GRAVITY,
    repair.REPAIRS,
    split.OBJECTS,
    split.PARTS,
    split.PANELS,
    split.MARKED,
    measures.MEASURES,
    lists.CHOICES,
    lists.FILTERS,
    lists.ODD_ONES,
    lists.SIFTS,
    lists.OVERLAYS,
    lists.JOINS,
    lists.COMBINATIONS,
    canvas.CANVAS,
    lists.COLOR_CHOICES,
    subgrids.SUBGRIDS,
    assembly.ASSEMBLY,
    borders.BORDERS,
    noise.NOISE,
    tallies.TALLIES,
    tallies.SORTS,
    paths.PATHS,
)
"""All operations, in the order they are tried."""

VARIANTS: tuple[Variant, ...] = tuple(
    variant for operation in OPERATIONS for variant in operation.variants
)
"""All variants; a step of a program is an index into these."""
