"""Trees: their first test is the best one, and cells that can be told apart are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from arcgrid import Grid
from arcgrid_solvers.search.families.cells import trees
from arcgrid_solvers.search.families.cells.actions import mark


def best_split(matrix: Grid, labels: Sequence[int], ordered: Grid, bits: Sequence[float]) -> float:
    """The fewest bits that any test leaves, by trying all."""

    def left(some: Sequence[int]) -> float:
        counts = np.bincount(some) if len(some) else np.zeros(1)
        counts = counts[counts > 0]
        return float(counts.sum() * np.log2(counts.sum()) - (counts * np.log2(counts)).sum())

    best = np.inf
    for values, order, cost in zip(matrix, ordered, bits, strict=True):
        for value in set(values.tolist()):
            for passed in (values == value, values <= value)[: 1 + int(order)]:
                if passed.any() and not passed.all():
                    yes = [label for label, ok in zip(labels, passed, strict=True) if ok]
                    no = [label for label, ok in zip(labels, passed, strict=True) if not ok]
                    best = min(best, left(yes) + left(no) + cost)
    return best


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_first_test_of_a_tree_is_the_best_one(data: st.DataObject) -> None:
    features, cells = data.draw(st.integers(1, 5)), data.draw(st.integers(2, 25))
    matrix = data.draw(arrays(np.uint8, (features, cells), elements=st.integers(0, 5)))
    targets = data.draw(arrays(np.uint8, cells, elements=st.integers(0, 2)))
    ordered = data.draw(arrays(np.uint8, features, elements=st.integers(0, 1)))
    bits = np.sort(data.draw(arrays(np.float64, features, elements=st.integers(1, 4))))
    actions = np.array([(1, color) for color in range(3)], np.int32)
    masks = np.zeros(cells, np.uint64)
    mark(matrix, actions, targets, masks)
    assert masks.tolist() == [1 << int(target) for target in targets]
    numbers = np.arange(cells + 1, dtype=np.float64)
    logs = numbers * np.log2(np.maximum(numbers, 1))
    rows, active = np.arange(cells, dtype=np.int32), np.arange(features, dtype=np.int32)
    nodes = np.empty((63, 6), np.int32)
    made, _ = trees.grow(
        matrix, rows, masks, active, bits, ordered, np.full(features, 5, np.uint8), logs, 12, nodes
    )
    best = best_split(matrix, targets.tolist(), ordered, bits.tolist())
    if len(set(targets.tolist())) == 1 or best == np.inf:
        assert made == 1
    else:
        feature, operation, value = nodes[0, :3]
        one = best_split(
            matrix[feature : feature + 1] <= value
            if operation
            else (matrix[feature : feature + 1] == value),
            targets.tolist(),
            np.zeros(1, np.uint8),
            [bits[feature]],
        )
        assert one == pytest.approx(best)
    out = np.empty(cells, np.uint8)
    trees.predict(matrix, nodes[:made], actions, 0, cells, out)
    for cell in range(cells):
        alike = (matrix == matrix[:, cell : cell + 1]).all(axis=0)
        if len(set(targets[alike].tolist())) == 1 and made < 63:
            assert out[cell] == targets[cell], "cells that can be told apart are"


def test_the_bits_of_a_tree() -> None:
    """A bit a node, for each test its feature's and two for the value, and the leaves' own."""
    bits = np.array([3.0, 5.0])
    actions = np.array([(0, 0), (1, 4), (0, 1)], np.int32)  # keep, say yellow, copy feature 1
    keep, say, copy = ((trees.LEAF, 0, 0, 0, 0, action) for action in range(3))

    def cost(*nodes: tuple[int, ...]) -> float:
        return trees.tree_bits(np.array(nodes, np.int32), bits, actions)

    assert [cost(keep), cost(say), cost(copy)] == [1 + 1, 1 + 4, 1 + 5]
    one = cost((0, 0, 2, 1, 2, 0), keep, say)
    assert one == 3 + (3 + 2) + 1 + 4
    assert cost((1, 0, 2, 1, 2, 0), keep, say) == one + 2, "a dearer feature"
    two = cost((0, 0, 2, 1, 2, 0), (1, 1, 2, 3, 4, 0), say, keep, copy)
    assert two == 5 + (3 + 2) + (5 + 2) + 4 + 1 + 5
