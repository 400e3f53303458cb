"""Every variant of every operation of the search, beside the oracle of its words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arcgrid_solvers.search.families.states.images import LIST
from arcgrid_solvers.search.families.states.operations import OPERATIONS, VARIANTS
from arcgrid_solvers.search.families.states.operations.operation import Operation
from arcgrid_solvers.search.families.states.replay import replay
from tests.kernels.plain import Cell, Grid
from tests.search.families.states.plain_pairs import ORACLES
from tests.search.families.states.plain_states import Image, State, blank
from tests.search.families.states.steps import STEPS, take

SETTINGS = settings(max_examples=25, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
SMALL = {"repair": 8, "marked": 12}
"""Longest sides for oracles that take long."""


@st.composite
def grids(draw: st.DrawFn, height: int, width: int) -> Grid:
    """Few colors, often mostly empty, often with some regularity."""
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    colors = random.choice(np.arange(1, 10, dtype=np.uint8), draw(st.integers(1, 4)))
    cells = random.choice(colors, (height, width))
    cells[random.random(cells.shape) < draw(st.sampled_from([0.0, 0.1, 0.5, 0.8, 0.95, 1.0]))] = 0
    regular = draw(st.integers(0, 7))
    if regular == 1:
        cells = np.resize(cells[: random.integers(1, 5), : random.integers(1, 5)], (height, width))
        cells[random.random(cells.shape) < 0.2] = 0
    elif regular == 2:
        cells = np.maximum(cells, cells[::-1])
    elif regular == 3:
        cells[random.integers(0, 5) :: random.integers(2, 9)] = colors[0]
        cells[:, random.integers(0, 5) :: random.integers(2, 9)] = colors[-1]
    elif regular == 4:
        cells = np.repeat(np.repeat(cells, 3, 0), 2, 1)[:height, :width]
    elif regular == 5:
        inside = cells[1:-1, 1:-1].copy()
        cells[:] = colors[0]
        cells[1:-1, 1:-1] = np.where(random.random(inside.shape) < 0.7, 0, inside)
    elif regular == 6:
        side = int(np.gcd(height, width))
        cells = cells[::side].repeat(side, 0)
        cells = cells[:, ::side].repeat(side, 1) if random.random() < 0.7 else cells
    return tuple(map(tuple, cells.tolist()))


@st.composite
def images(draw: st.DrawFn, longest: int = 30, shape: Cell | None = None) -> Image:
    side = st.one_of(st.integers(1, 8), st.integers(1, 32)).map(lambda n: min(n, longest))
    height, width = shape or (draw(side), draw(side))
    place = st.integers(-4, 9)
    return Image(draw(grids(height, width)), draw(place), draw(place))


@st.composite
def pairs(draw: st.DrawFn) -> list[Image]:
    """Two images, one in each direction a few times as large as the other."""
    small = draw(images(4))
    down, right = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    large = draw(images(shape=(small.height * down, small.width * right)))
    return draw(st.permutations([small, large]))


@st.composite
def lists(draw: st.DrawFn) -> list[Image]:
    """Mostly small images, often two, sometimes of one shape or repeated, seldom very many."""
    if draw(st.booleans()):
        return draw(pairs())
    longest = draw(st.sampled_from([3, 3, 5, 5, 8, 30]))
    side = st.integers(1, longest)
    shape = draw(st.none() | st.tuples(side, side))
    made = draw(st.lists(images(longest, shape), min_size=1, max_size=6))
    if draw(st.booleans()):
        place = st.integers(-4, 9)
        made += [Image(made[0].grid, draw(place), draw(place)) for _ in made[:3]]
    return made * 6 if draw(st.integers(0, 9)) == 0 else made


SIDES = st.integers(1, 8) | st.integers(-1, 33)


@st.composite
def canvases(draw: st.DrawFn, state: State) -> Cell:
    """Any shape, also impossible ones, and often one that goes well with the state."""
    one = state[0] if isinstance(state, list) else state
    kind = draw(st.integers(0, 4))
    if kind == 0:
        return one.height**2, one.width**2
    if kind == 1:
        return one.height * draw(st.integers(1, 4)), one.width * draw(st.integers(1, 4))
    if kind == 2:
        return max(one.height // draw(st.integers(1, 4)), 1), max(one.width // 2, 1)
    return draw(SIDES), draw(SIDES)


def check(operation: Operation, state: State, canvas: Cell) -> None:
    """All variants of an operation that take such a state."""
    for variant in operation.variants:
        if variant.takes & (LIST if isinstance(state, list) else 1):
            made = take(state, STEPS[variant.words], canvas)
            assert made == ORACLES[variant.words](state, canvas), variant.words


def by_kind(kind: int) -> pytest.MarkDecorator:
    """Parametrize with the operations some variant of which takes a kind of state."""
    taking = [op for op in OPERATIONS if any(v.takes & kind for v in op.variants)]
    return pytest.mark.parametrize("operation", taking, ids=lambda operation: operation.name)


def test_every_variant_has_an_oracle() -> None:
    assert len(STEPS) == len(VARIANTS), "two variants have the same words"
    assert set(ORACLES) == set(STEPS)


@by_kind(1)
@SETTINGS
@given(data=st.data())
def test_images(operation: Operation, data: st.DataObject) -> None:
    state = data.draw(images(SMALL.get(operation.name, 32)))
    check(operation, state, data.draw(canvases(state)))


@by_kind(2)
@SETTINGS
@given(data=st.data())
def test_lists(operation: Operation, data: st.DataObject) -> None:
    state = data.draw(lists())
    check(operation, state, data.draw(canvases(state)))


TELLING: list[State] = [
    Image(((1, 2), (0, 3)), 0, 0),
    Image(((1, 2), (1, 2)), 0, 0),
    Image(((1, 1), (2, 2)), 0, 0),
    Image(((1, 1, 0, 0), (1, 1, 0, 0), (0, 0, 2, 2), (0, 0, 2, 2)), 1, 1),
    Image(((1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 0, 0), (0, 0, 0, 2)), 0, 0),
    Image(((1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 0, 0), (3, 3, 3, 3)), 0, 0),
    Image(((0, 0, 0, 0, 4), (2, 2, 0, 0, 4), (0, 0, 0, 0, 4)), 0, 0),
    Image(((0, 0, 2), (0, 0, 0), (5, 0, 0)), 0, 0),
    [Image(((1, 2),), 0, 0), Image(((3, 0, 3, 3), (3, 0, 0, 0)), 0, 0)],
    [Image(((1, 2),), 0, 0), Image(((3, 0, 3, 0), (3, 3, 0, 0)), 0, 0)],
    [Image(((3, 0, 0, 0), (3, 3, 0, 0)), 0, 0), Image(((1,), (2,)), 0, 0)],
    [Image(((1, 2), (2, 0)), 0, 0), Image(((3, 4), (0, 3)), 2, 2)],
    [Image(((6, 1, 2),), 0, 0), Image(((3,), (6,)), 0, 0), Image(((6,),), 0, 0)],
]
"""What few random states are: turned, scaled, in line, half filled, of one cell of a color."""


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_telling_states(operation: Operation) -> None:
    for state in TELLING:
        check(operation, state, (4, 4))


EXTREMES = [
    blank(height, width, color)
    for height, width in ((1, 1), (1, 2), (2, 1), (1, 30), (30, 1), (30, 30), (31, 31), (32, 32))
    for color in (0, 7)
]


@by_kind(1)
def test_extreme_images(operation: Operation) -> None:
    for grid in EXTREMES:
        longest = SMALL.get(operation.name, 32)
        if len(grid) <= longest and len(grid[0]) <= longest:
            for canvas in ((1, 1), (30, 30), (0, 5)):
                check(operation, Image(grid, -3, 2), canvas)


@by_kind(2)
def test_extreme_lists(operation: Operation) -> None:
    for grid in EXTREMES:
        for number in (1, 2, 64) if len(grid) * len(grid[0]) <= 30 else (2,):
            state = [Image(grid, index % 3, index % 5) for index in range(number)]
            check(operation, state, (30, 30))


@by_kind(2)
def test_the_longest_lists_of_the_largest_images(operation: Operation) -> None:
    """As much as any operation can make."""
    few = replace(operation, variants=operation.variants[:1] + operation.variants[-1:])
    check(few, [Image(blank(30, 30, 3), 0, 0)] * 64, (30, 30))


@SETTINGS
@given(image=images(30), data=st.data())
def test_replay_takes_the_same_steps(image: Image, data: st.DataObject) -> None:
    """Two steps by `replay` are two of the oracles."""
    grid, canvas = np.array(image.grid, np.uint8), (5, 7)
    steps = tuple(data.draw(st.lists(st.sampled_from(range(len(VARIANTS))), max_size=3)))
    state: State | None = Image(image.grid, 0, 0)
    for step in steps:
        kind = LIST if isinstance(state, list) else 1
        if state is not None:
            fits = VARIANTS[step].takes & kind
            state = ORACLES[VARIANTS[step].words](state, canvas) if fits else None
    made = replay(grid, steps, canvas, None)
    wanted = state if isinstance(state, list) or state is None else [state]
    assert (made is None) == (wanted is None)
    if made is not None:
        assert [Image(tuple(map(tuple, m.grid.tolist())), m.row, m.col) for m in made] == wanted
