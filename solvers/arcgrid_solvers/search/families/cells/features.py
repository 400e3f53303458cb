"""The list of features of a cell: what each is called, what it costs to mention, who fills it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from arcgrid import Grid
from arcgrid.kernels import Labels
from arcgrid.palette import NAMES
from arcgrid_solvers.search.families.cells import grids, near, parts

COLOR, NUMBER, FLAG = "color", "number", "flag"


@dataclass(frozen=True, slots=True)
class Feature:
    """One fact of a cell.

    Attributes:
        words: what it is, to follow "if" and to be followed by "is".
        kind: a color (may be copied), a number (may be compared), or a flag.
        level: 0 for what simple rules use, 1 and 2 for what richer ones may use too.
        bits: what it costs to mention it.
    """

    words: str
    kind: str
    level: int
    bits: float


Fill = Callable[[Grid, int, Grid, int, int], None]


@dataclass(frozen=True, slots=True)
class Group:
    """Features that one kernel fills."""

    fill: Fill
    features: tuple[Feature, ...]


WAYS = ("above", "above right", "right", "below right", "below", "below left", "left", "above left")


def listed(kind: str, level: int, bits: float, *words: str) -> list[Feature]:
    """Features of one kind, level and cost."""
    return [Feature(text, kind, level, bits) for text in words]


def _near() -> list[Feature]:
    return [
        Feature("color", COLOR, 0, 3),
        *listed(COLOR, 1, 6, *(f"color {way}" for way in WAYS)),
        *listed(NUMBER, 0, 5, "same-colored neighbors (of 4)", "same-colored neighbors (of 8)"),
        *listed(NUMBER, 0, 5, "filled neighbors (of 4)", "filled neighbors (of 8)"),
        Feature("colors around", NUMBER, 1, 7),
    ]


def _rays() -> list[Feature]:
    axes = (
        "above and below",
        "on the rising diagonal",
        "left and right",
        "on the falling diagonal",
    )
    return [
        *listed(COLOR, 1, 6, *(f"color seen {way}" for way in WAYS)),
        *listed(NUMBER, 2, 8, *(f"distance seen {way}" for way in WAYS)),
        *listed(COLOR, 0, 5, *(f"color on both sides {axis}" for axis in axes)),
        *listed(COLOR, 0, 5, "color on both sides in line", "color on both sides on a diagonal"),
        *listed(COLOR, 1, 6, "nearest color in line", "nearest color in 8 directions"),
        *listed(NUMBER, 1, 6, "directions in line that see something"),
        *listed(NUMBER, 1, 6, "oblique directions that see something"),
        *listed(FLAG, 1, 6, "is between things vertically", "is between things horizontally"),
    ]


def _colors() -> list[Feature]:
    words = (
        "{} neighbors in line",
        "oblique {} neighbors",
        "directions in line that see {}",
        "oblique directions that see {}",
        "{} cells in the row",
        "{} cells in the column",
    )
    return [Feature(text.format(name), NUMBER, 2, 8) for name in NAMES for text in words]


def _place() -> list[Feature]:
    return [
        *listed(NUMBER, 1, 7, "row", "column", "row from below", "column from the right"),
        *listed(NUMBER, 1, 5, "distance to the border"),
        *listed(NUMBER, 2, 7, "distance to top or bottom", "distance to left or right"),
        *listed(NUMBER, 1, 6, "row modulo 2", "column modulo 2", "row + column modulo 2"),
        *listed(NUMBER, 1, 7, "row modulo 3", "column modulo 3", "row + column modulo 3"),
        *listed(NUMBER, 2, 8, "row - column modulo 3"),
        *listed(FLAG, 1, 6, "is on the main diagonal", "is on the other diagonal"),
        *listed(FLAG, 2, 8, "is on a middle line"),
        *listed(FLAG, 1, 6, "is on a diagonal"),
        *listed(NUMBER, 2, 8, "side of the main diagonal", "side of the other diagonal"),
        *listed(NUMBER, 2, 7, "ring modulo 2", "distance to the farther pair of sides"),
    ]


def _lines() -> list[Feature]:
    found = []
    for way in ("row", "column"):
        found += [
            *listed(COLOR, 1, 6, f"main color of the {way}"),
            *listed(COLOR, 1, 6, f"first color of the {way}", f"last color of the {way}"),
            *listed(NUMBER, 1, 7, f"filled cells in the {way}"),
            *listed(FLAG, 1, 7, f"is in the fullest {way}", f"is in the emptiest {way}"),
            *listed(FLAG, 1, 6, f"has a {way} of one color"),
            *listed(NUMBER, 2, 8, f"same-colored cells in the {way}"),
            *listed(NUMBER, 2, 8, f"times that the {way} occurs"),
            *listed(FLAG, 2, 8, f"is on a full line along its {way}"),
        ]
    return found


def _mirrored() -> list[Feature]:
    ways = ("left-right", "upside down", "half a turn", "on the main diagonal")
    more = ("on the other diagonal", "a quarter turn", "a quarter turn back")
    return [
        *listed(COLOR, 1, 5, *(f"color mirrored {way}" for way in ways[:2])),
        *listed(COLOR, 1, 5, *(f"color mirrored {way}" for way in (*ways[2:], *more))),
        *listed(COLOR, 1, 6, "color or what flips put there", "color or what motions put there"),
    ]


def _facts(thing: str, level: int, bits: float) -> list[Feature]:
    return [
        *listed(NUMBER, level, bits, f"size of the {thing}"),
        *listed(NUMBER, level, bits, f"{thing}s that are larger", f"{thing}s that are smaller"),
        *listed(FLAG, level, bits - 1, f"{thing} is a largest one", f"{thing} is a smallest one"),
        *listed(NUMBER, level, bits, f"{thing}s of this size", f"{thing}s of this shape"),
        *listed(NUMBER, 2, bits + 2, f"{thing}s of this color"),
        *listed(NUMBER, 1, bits + 1, f"height of the {thing}", f"width of the {thing}"),
        *listed(NUMBER, 1, bits + 1, f"length of the {thing}", f"thickness of the {thing}"),
        *listed(FLAG, level, bits - 1, f"{thing} is a rectangle"),
        *listed(FLAG, level, bits, f"{thing} is as high as wide"),
        *listed(NUMBER, level, bits, f"holes in the {thing}"),
        *listed(FLAG, level, bits - 1, f"{thing} touches the border"),
        *listed(NUMBER, 1, bits + 2, f"{thing}s further left", f"{thing}s further up"),
    ]


def _things() -> list[Feature]:
    ways = ("left-right", "upside down", "half a turn", "diagonally")
    sides = ("top", "bottom", "left side", "right side")
    return [
        *_facts("thing", 1, 6),
        *listed(COLOR, 0, 5, "main color of the thing", "rarest color of the thing"),
        *listed(NUMBER, 1, 6, "colors of the thing"),
        *listed(COLOR, 1, 6, *(f"color mirrored {way} in the box" for way in ways)),
        *listed(NUMBER, 2, 7, *(f"distance to the {side} of the box" for side in sides)),
        *listed(NUMBER, 1, 6, "distance to the edge of the box"),
        *listed(FLAG, 1, 7, "box is square"),
        *listed(NUMBER, 2, 8, "height of the box", "width of the box"),
        *listed(FLAG, 1, 6, "is in a box around a thing"),
        *listed(FLAG, 1, 7, "is odd in the box", "is in an odd ring of the box"),
        *listed(NUMBER, 2, 8, "diagonal of the box", "boxes around the cell"),
    ]


def _global() -> list[Feature]:
    corners = ("top left", "top right", "bottom left", "bottom right")
    return [
        *listed(COLOR, 0, 5, "most common color"),
        *listed(COLOR, 1, 6, "second common color", "third common color"),
        *listed(COLOR, 0, 5, "least common color"),
        *listed(COLOR, 2, 6, "most common color of all", "least common color of all"),
        *listed(COLOR, 1, 6, *(f"color in the {corner} corner" for corner in corners)),
        *listed(NUMBER, 1, 6, "colors in the grid"),
        *listed(NUMBER, 0, 4, "rank of the color"),
        *listed(FLAG, 0, 4, "color is the least common"),
        *listed(NUMBER, 1, 6, "cells of the color"),
        *listed(NUMBER, 2, 7, "height of the grid", "width of the grid"),
        *listed(NUMBER, 1, 6, "blobs in the grid"),
    ]


def _panels() -> list[Feature]:
    return [
        *listed(NUMBER, 1, 7, "row of the panel", "column of the panel"),
        *listed(FLAG, 1, 6, "is on a separator"),
        *listed(NUMBER, 2, 8, "row in the panel", "column in the panel"),
        *listed(NUMBER, 1, 7, "filled cells in the panel"),
        *listed(FLAG, 1, 6, "is in the fullest panel", "is in the emptiest panel"),
        *listed(COLOR, 1, 6, "main color of the panel"),
        *listed(COLOR, 2, 7, "color here in the first panel that has one"),
        *listed(COLOR, 2, 8, "color at the panel's place in itself"),
        *listed(COLOR, 2, 7, "middle color of the panel"),
        *listed(COLOR, 2, 8, "main color of the panel at this place"),
    ]


GROUPS = (
    Group(near.fill_near, tuple(_near())),
    Group(near.fill_rays, tuple(_rays())),
    Group(
        parts.fill_regions,
        (
            *_facts("region", 0, 5),
            *listed(COLOR, 0, 5, "only color around the region", "main color around the region"),
            *listed(NUMBER, 1, 6, "colors around the region"),
        ),
    ),
    Group(parts.fill_blobs, tuple(_facts("blob", 1, 6))),
    Group(parts.fill_things, tuple(_things())),
    Group(near.fill_lines, tuple(_lines())),
    Group(near.fill_place, tuple(_place())),
    Group(near.fill_mirrored, tuple(_mirrored())),
    Group(grids.fill_global, tuple(_global())),
    Group(
        grids.fill_nearest,
        (Feature("nearest color", COLOR, 1, 6), Feature("distance to the nearest", NUMBER, 1, 6)),
    ),
    Group(grids.fill_panels, tuple(_panels())),
    Group(near.fill_colors, tuple(_colors())),
    Group(
        near.fill_far,
        tuple(
            Feature(f"color {step} cells {way}", COLOR, 2, 8)
            for step in ("two", "three")
            for way in WAYS
        ),
    ),
)


TOGETHER = (
    *listed(COLOR, 0, 4, "first color of all parts", "main color of all parts"),
    *listed(COLOR, 0, 4, "rarest color of all parts"),
    *listed(NUMBER, 0, 4, "filled parts", "colors of the parts"),
)


@dataclass(frozen=True, slots=True, eq=False)
class FeatureSet:
    """The features of one way to look at grids, in the order of the matrix's rows.

    Attributes:
        all: the features; the last ones tell whether a color is the cell's own.
        layers, extras: how many layers and further numbers the way has.
        colors: rows of the colors that are compared with the own one, for `fill_equal`.
        copies: rows that may be copied.
        bits, ordered, levels: the features' costs, whether they are ordered, their levels.
    """

    all: tuple[Feature, ...]
    layers: int
    extras: int
    colors: Labels
    copies: NDArray[np.int32]
    bits: NDArray[np.float64]
    ordered: NDArray[np.uint8]
    levels: NDArray[np.uint8]


@cache
def feature_set(layers: tuple[str, ...], extras: tuple[str, ...]) -> FeatureSet:
    """The features where there are so many layers and further numbers, by their names."""
    features = [feature for group in GROUPS for feature in group.features]
    if len(layers) > 1:
        features += listed(COLOR, 0, 4, *(f"color in {name}" for name in layers[1:]))
        features += TOGETHER
    features += listed(NUMBER, 0, 4, *extras)
    copies = tuple(k for k, feature in enumerate(features) if feature.kind == COLOR)
    features += [
        Feature(f"{features[k].words} is its own", FLAG, 2, features[k].bits + 2)
        for k in copies[1:]
    ]
    return FeatureSet(
        tuple(features),
        len(layers),
        len(extras),
        np.array(copies[1:], np.int16),
        np.array(copies, np.int32),
        np.array([feature.bits for feature in features], np.float64),
        np.array([feature.kind == NUMBER for feature in features], np.uint8),
        np.array([feature.level for feature in features], np.uint8),
    )


def fill_matrix(
    features: FeatureSet,
    layers: Grid,
    extras: Sequence[Grid],
    background: int,
    out: Grid,
    start: int,
) -> None:
    """Fill the columns of one grid's cells; `fill_own` has to follow when all are filled."""
    grid, base = layers[0], 0
    for group in GROUPS:
        group.fill(grid, background, out, base, start)
        base += len(group.features)
    if features.layers > 1:
        near.fill_layers(layers, features.layers, background, out, base, start)
        base += features.layers - 1 + len(TOGETHER)
    for extra in extras:
        out[base, start : start + extra.size] = extra.reshape(-1)
        base += 1


def fill_own(features: FeatureSet, out: Grid) -> None:
    """Fill the features that follow from others."""
    near.fill_equal(out, features.colors)
