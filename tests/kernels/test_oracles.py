"""Every function, on single grids and on stacks, beside the oracle of its name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arcgrid import Grid, as_grid, ops
from tests.kernels import plain as oracles
from tests.kernels.cases import CASES, of_each, plain

SETTINGS = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])

RARE = frozenset({"bounce", "components"})
"""Functions with corners that few of the drawn grids have."""


@st.composite
def busy_grids(draw: st.DrawFn, height: int, width: int) -> Grid:
    """Few colors, so that there are areas; now and then with regularities."""
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    cells = random.integers(0, draw(st.integers(1, 10)), (height, width), np.uint8)
    if draw(st.booleans()):
        cells[random.random(cells.shape) < draw(st.sampled_from([0.5, 0.9]))] = 0
    regular = draw(st.integers(0, 4))
    if regular == 1:
        cells = np.resize(
            cells[: draw(st.integers(1, 4)), : draw(st.integers(1, 4))], (height, width)
        )
    elif regular == 2:
        cells = np.maximum(cells, cells[::-1])
    elif regular == 3:
        cells[:: draw(st.integers(2, 9))] = 1
        cells[:, :: draw(st.integers(2, 9))] = 1
    return as_grid(cells)


@st.composite
def any_grids(draw: st.DrawFn, smallest: int = 1, largest: int = 30) -> Grid:
    """Any shape."""
    sides = st.integers(smallest, largest)
    return draw(busy_grids(draw(sides), draw(sides)))


class Drawn:
    """Choices of hypothesis."""

    def __init__(self, data: st.DataObject) -> None:
        self._data = data

    def number(self, low: int, high: int) -> int:
        return self._data.draw(st.integers(low, high))

    def grid(self, height: int, width: int) -> Grid:
        return self._data.draw(busy_grids(height, width))


@pytest.mark.parametrize("name", sorted(CASES.keys() - RARE))
@SETTINGS
@given(data=st.data())
def test_agrees_with_the_oracle(name: str, data: st.DataObject) -> None:
    agrees(name, data)


@pytest.mark.parametrize("name", sorted(RARE))
@settings(SETTINGS, max_examples=150)
@given(data=st.data())
def test_agrees_with_the_oracle_where_few_grids_tell(name: str, data: st.DataObject) -> None:
    agrees(name, data)


def agrees(name: str, data: st.DataObject) -> None:
    """Compare a function with its oracle, on single grids and on their stack."""
    case, pick = CASES[name], Drawn(data)
    function: Callable[..., Any] = getattr(ops, name)
    oracle: Callable[..., Any] = getattr(oracles, name)
    grids_of_case = any_grids(case.smallest, case.largest)
    grids = data.draw(st.lists(grids_of_case, min_size=1, max_size=3))
    height, width = (min(grid.shape[axis] for grid in grids) for axis in (0, 1))
    numbers = case.numbers(pick, height, width)
    others: list[tuple[Grid, ...]] = [
        () if case.other is None else (case.other(pick, grid),) for grid in grids
    ]
    wanted = []
    for grid, other in zip(grids, others, strict=True):
        result = function(grid, *other, *numbers)
        wanted.append(plain(oracle(plain(grid), *plain(other), *numbers)))
        assert plain(result) == wanted[-1]
        if isinstance(result, np.ndarray) and result.dtype == np.uint8:
            assert as_grid(result) is result
    stack = ops.GridStack.of(grids)
    others_of = [] if case.other is None else [ops.GridStack.of(other[0] for other in others)]
    result = function(stack, *others_of, *numbers)
    if name in ("split", "objects"):
        assert plain(result) == tuple(part for parts in wanted for part in parts)
    else:
        assert of_each(name, stack, result) == wanted


@SETTINGS
@given(data=st.data())
def test_functions_of_stacks_agree_with_their_oracles(data: st.DataObject) -> None:
    shape = data.draw(st.integers(1, 9)), data.draw(st.integers(1, 9))
    layers = data.draw(st.lists(busy_grids(*shape), min_size=1, max_size=5))
    stack = ops.GridStack.of(layers)
    assert plain(ops.vote(stack)) == oracles.vote(plain(stack))
    color = data.draw(st.integers(0, 9))
    assert plain(ops.overlay_all(stack, color)) == oracles.overlay_all(plain(stack), color)
    joined = ops.join(stack[:2], min(2, len(stack)), color, 2)
    assert plain(joined) == oracles.join(plain(stack[:2]), min(2, len(stack)), color, 2)
