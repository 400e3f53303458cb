"""The list of the further features of a cell: what each is called, what it costs, who fills it."""

from __future__ import annotations

from arcgrid.palette import NAMES
from arcgrid_solvers.search.families.cells.features import (
    COLOR,
    FLAG,
    NUMBER,
    WAYS,
    Feature,
    Group,
    listed,
)
from arcgrid_solvers.search.families.layers.features import (
    extents,
    kinds,
    reach,
    relative,
    symmetric,
)

REFERENCES = ("the rarest color", "the main color", "the largest thing", "all that is there")


def _reference(name: str) -> list[Feature]:
    """Of one reference."""
    return [
        *listed(NUMBER, 3, 5, f"above, beside or below {name}", f"left, along or right of {name}"),
        *listed(NUMBER, 3, 6, f"rows away from {name}", f"columns away from {name}"),
        *listed(NUMBER, 3, 6, f"steps from {name}", f"the shorter way to {name}"),
        *listed(NUMBER, 3, 6, f"steps in line from {name}"),
        *listed(FLAG, 3, 5, f"is on a diagonal of {name}"),
        *listed(NUMBER, 3, 6, f"direction from {name} (0 more beside, 2 more above or below)"),
        *listed(NUMBER, 3, 6, *(f"steps from {name} modulo {m}" for m in (2, 3, 4))),
        *listed(FLAG, 3, 5, f"is in the box of {name}"),
        *listed(NUMBER, 3, 6, f"rows below the top of {name} modulo 2"),
        *listed(NUMBER, 3, 6, f"columns from the left of {name} modulo 2"),
        *listed(NUMBER, 3, 6, f"rows and columns from {name} modulo 2"),
        *listed(NUMBER, 3, 6, f"rows below the top of {name} modulo 3"),
        *listed(NUMBER, 3, 6, f"columns from the left of {name} modulo 3"),
        *listed(NUMBER, 3, 6, f"rows and columns from {name} modulo 3"),
        *listed(NUMBER, 3, 6, f"rows less columns from {name} modulo 3"),
        *listed(NUMBER, 3, 6, f"rows below the top of {name} modulo 4"),
        *listed(NUMBER, 3, 6, f"columns from the left of {name} modulo 4"),
        *listed(NUMBER, 3, 7, f"rising diagonal from {name} plus 15"),
        *listed(NUMBER, 3, 7, f"falling diagonal from {name} plus 15"),
    ]


def _things() -> list[Feature]:
    found = []
    for way in ("by steps", "in line"):
        found += [
            *listed(COLOR, 3, 6, f"color of the nearest blob {way}"),
            *listed(FLAG, 3, 6, f"has two nearest blobs {way}"),
            *listed(NUMBER, 3, 6, f"distance to the nearest blob {way}"),
            *listed(NUMBER, 3, 6, f"distance to the nearest blob {way} modulo 2"),
            *listed(COLOR, 3, 6, f"color of the only nearest blob {way}"),
        ]
    return [
        *found,
        *listed(NUMBER, 3, 8, "steps to the blob nearest in line"),
        *listed(NUMBER, 3, 7, "steps to the blob nearest in line modulo 2"),
        *listed(NUMBER, 3, 7, "above, beside or below the nearest blob"),
        *listed(NUMBER, 3, 7, "left, along or right of the nearest blob"),
    ]


def _spacing() -> list[Feature]:
    return listed(
        NUMBER,
        3,
        8,
        "steps from the middle marker modulo their distance",
        "rows from the middle marker modulo their distance",
        "columns from the middle marker modulo their distance",
        "rows from the middle marker modulo twice their distance",
        "columns from the middle marker modulo twice their distance",
    )


def _borders() -> list[Feature]:
    return [
        *listed(
            NUMBER,
            3,
            7,
            *(
                f"{line} modulo {m}"
                for m in (2, 3, 4)
                for line in ("row from below", "column from the right")
            ),
        ),
        *listed(NUMBER, 3, 8, "row modulo 4", "column modulo 4"),
        *listed(NUMBER, 3, 7, "larger of row and column", "smaller of row and column"),
        *listed(NUMBER, 3, 6, "half from above (1 in the middle)", "half from the left"),
    ]


def _rectangles() -> list[Feature]:
    found = []
    for what in ("background", "filled"):
        found += [
            *listed(FLAG, 3, 5, f"is in a largest {what} rectangle"),
            *listed(NUMBER, 3, 8, f"area of the {what} rectangle"),
            *listed(NUMBER, 3, 8, f"larger {what} rectangles"),
            *listed(FLAG, 3, 6, f"is in a {what} square of side 2"),
            *listed(FLAG, 3, 6, f"is in a {what} square of side 3"),
            *listed(FLAG, 3, 7, f"is in three {what} cells in a row"),
            *listed(FLAG, 3, 7, f"is in a {what} square of side 4"),
            *listed(FLAG, 3, 6, f"is in a {what} band from border to border"),
        ]
    return found


def _boxes() -> list[Feature]:
    return [
        *listed(NUMBER, 3, 6, "half of the blob's box from above (1 in the middle)"),
        *listed(NUMBER, 3, 6, "half of the blob's box from the left"),
        *listed(FLAG, 3, 6, "is in the middle of a blob's box", "is a corner of a blob's box"),
        *listed(
            NUMBER, 3, 7, "row in the blob's box modulo 2", "column in the blob's box modulo 2"
        ),
        *listed(FLAG, 3, 6, "is in a blob's box"),
        *listed(NUMBER, 3, 7, "depth in the blob's box"),
        *listed(FLAG, 3, 6, "is in the box of a cluster of the rarest color"),
        *listed(FLAG, 3, 6, "is in the box of a cluster of the second rarest color"),
    ]


def _ways() -> list[Feature]:
    found = []
    for rank in ("rarest", "second rarest", "third rarest"):
        found += [
            *listed(NUMBER, 3, 7, f"way from the {rank} color"),
            *listed(NUMBER, 3, 7, f"way from the {rank} color modulo 2 (2: none)"),
            *listed(FLAG, 3, 6, f"has a way from the {rank} color"),
        ]
    return [*found, *listed(COLOR, 3, 6, "color with the shortest way")]


def _patterns() -> list[Feature]:
    return [
        *listed(COLOR, 3, 6, "color of the row continued", "color of the column continued"),
        *listed(COLOR, 3, 6, "color of the rows continued", "color of the columns continued"),
        *listed(COLOR, 3, 6, "majority of the row", "majority of the column"),
        *listed(COLOR, 3, 6, "majority of the row or column, whichever is the rule"),
        *listed(COLOR, 3, 7, "color in the first row at the row's number"),
        *listed(COLOR, 3, 7, "color in the first row at the row's number below the pattern"),
        *listed(COLOR, 3, 7, "color in the first column at the column's number"),
    ]


def _through() -> list[Feature]:
    return [
        *listed(COLOR, 3, 7, *(f"rare color {way}" for way in WAYS)),
        *listed(COLOR, 3, 6, "rare color on a diagonal", "rare color in line"),
    ]


def _symmetric() -> list[Feature]:
    motions = ("left-right", "upside down", "half a turn", "a quarter turn", "a quarter turn back")
    found = []
    for words in ("", " without the rarest color", " without the main color"):
        found += listed(
            COLOR,
            3,
            6,
            *(f"color by symmetry {motion}{words}" for motion in (*motions, "diagonally")),
            f"color by any symmetry{words}",
            f"color by any turn{words}",
        )
    return found


FURTHER = (
    Group(
        relative.fill_references,
        tuple(feature for name in REFERENCES for feature in _reference(name)),
    ),
    Group(relative.fill_things, tuple(_things())),
    Group(relative.fill_spacing, tuple(_spacing())),
    Group(relative.fill_borders, tuple(_borders())),
    Group(extents.fill_rectangles, tuple(_rectangles())),
    Group(extents.fill_boxes, tuple(_boxes())),
    Group(reach.fill_ways, tuple(_ways())),
    Group(reach.fill_through, tuple(_through())),
    Group(reach.fill_patterns, tuple(_patterns())),
    Group(
        kinds.fill_colors_of,
        tuple(
            listed(
                FLAG,
                3,
                6,
                *(
                    text.format(name)
                    for name in NAMES
                    for text in ("{} is in the thing", "{} is next to the region")
                ),
            )
        ),
    ),
    Group(
        kinds.fill_alike,
        (
            *listed(NUMBER, 3, 6, "blobs of this very shape"),
            *listed(COLOR, 3, 6, "color of the others of this very shape"),
            *listed(FLAG, 3, 6, "blob has the shape of one in a corner"),
        ),
    ),
    Group(symmetric.fill_symmetric, tuple(_symmetric())),
)
