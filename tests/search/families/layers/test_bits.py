"""Sets of cells as bits: conditions, supersets, conjunctions, beside plain Python sets."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from arcgrid import Grid
from arcgrid_solvers.search.families.layers import bits
from arcgrid_solvers.search.families.layers.conditions import pack, unpack

Cells = frozenset[int]
Flags = NDArray[np.bool_]

LAYERS = st.tuples(st.integers(1, 5), st.integers(1, 150), st.integers(0, 30)).flatmap(
    lambda sizes: st.tuples(
        arrays(np.uint8, (sizes[0], sizes[1] + sizes[2]), elements=st.sampled_from((0, 1, 5, 31))),
        st.just(sizes[1]),
        arrays(np.uint8, sizes[0], elements=st.integers(0, 1)),
        arrays(np.float64, sizes[0], elements=st.integers(1, 4)),
    )
)
FLAGS = st.tuples(st.integers(0, 12), st.integers(1, 70)).flatmap(
    lambda shape: arrays(np.bool_, shape, elements=st.integers(0, 9).map(lambda n: n > 5))
)


def words(rows: Flags) -> NDArray[np.uint64]:
    packed = [pack(row) for row in rows]
    return np.array(packed, np.uint64).reshape(len(rows), -(-rows.shape[1] // 64))


def test_flags_are_packed_from_the_lowest_bit_on() -> None:
    flags = np.zeros(70, np.bool_)
    flags[[0, 3, 65]] = True
    assert pack(flags).tolist() == [9, 2]
    assert unpack(pack(flags), 70).tolist() == flags.tolist()


def holding(values: Grid, layer: int, operation: int, value: int) -> Cells:
    """The cells of which a condition holds."""
    ways = {
        bits.EQUAL: lambda v: v == value,
        bits.OTHER: lambda v: v != value,
        bits.AT_MOST: lambda v: v <= value,
        bits.MORE: lambda v: v > value,
    }
    return frozenset(cell for cell, v in enumerate(values[layer].tolist()) if ways[operation](v))


def conditions(
    values: Grid, trains: int, ordered: NDArray[np.uint8], costs: NDArray[np.float64]
) -> dict[Cells, float]:
    """All conditions that tell train cells apart, each with its least cost."""
    found: dict[Cells, float] = {}
    for layer, row in enumerate(values):
        seen = sorted(set(row[:trains].tolist()))
        asked = [(bits.EQUAL, v, 0.0) for v in seen] + [(bits.OTHER, v, 1.0) for v in seen]
        if ordered[layer] and len(seen) > 2:
            asked += [(way, v, 1.0) for v in seen[:-1] for way in (bits.AT_MOST, bits.MORE)]
        for operation, value, more in asked if len(seen) > 1 else ():
            cells = holding(values, layer, operation, value)
            found[cells] = min(found.get(cells, 99.0), costs[layer] + more)
    return found


@settings(max_examples=150, deadline=None)
@given(LAYERS)
def test_conditions_are_all_that_tell_train_cells_apart(
    case: tuple[Grid, int, NDArray[np.uint8], NDArray[np.float64]],
) -> None:
    values, trains, ordered, costs = case
    tests = values.shape[1] - trains
    valid = np.concatenate([pack(np.ones(n, np.bool_)) for n in (trains, tests)])
    sets = np.empty((200, len(valid)), np.uint64)
    info, prices = np.empty((200, 3), np.int32), np.empty(200)
    masks = np.empty((bits.VALUES, len(valid)), np.uint64)
    made = bits.make_conditions(
        bits.Layers(values, ordered, costs, trains),
        np.arange(len(values), dtype=np.int32),
        bits.Room(sets, info, prices, valid, masks, np.empty(512, np.int32)),
    )
    found = {}
    for row, (layer, operation, value), price in zip(sets[:made], info, prices, strict=False):
        train = unpack(row[: -(-trains // 64)], trains)
        test = unpack(row[-(-trains // 64) :], tests)
        cells = frozenset(np.flatnonzero(np.concatenate([train, test])).tolist())
        assert cells == holding(values, layer, operation, value)
        assert cells not in found
        found[cells] = float(price)
    assert found == conditions(values, trains, ordered, costs)


def test_where_there_is_no_room_the_first_conditions_stay() -> None:
    values, costs = np.arange(20, dtype=np.uint8)[None], np.ones(1)
    valid = pack(np.ones(20, np.bool_))
    sets, info = np.empty((5, 1), np.uint64), np.empty((5, 3), np.int32)
    masks = np.empty((bits.VALUES, 1), np.uint64)
    made = bits.make_conditions(
        bits.Layers(values, np.ones(1, np.uint8), costs, 20),
        np.zeros(1, np.int32),
        bits.Room(sets, info, np.empty(5), valid, masks, np.empty(16, np.int32)),
    )
    assert made == 4
    assert info[:made].tolist() == [[0, 0, 0], [0, 1, 0], [0, 0, 1], [0, 1, 1]]


@given(FLAGS, st.data())
def test_supersets_have_all_that_is_wanted(flags: Flags, data: st.DataObject) -> None:
    want = data.draw(
        arrays(np.bool_, flags.shape[1], elements=st.integers(0, 5).map(lambda n: n == 0))
    )
    out = np.empty(len(flags), np.int32)
    found = bits.supersets(words(flags), pack(want), out)
    assert out[:found].tolist() == [k for k, row in enumerate(flags) if (row | ~want).all()]
    short = np.empty(1, np.int32)
    assert bits.supersets(words(flags), pack(want), short) == min(found, 1)


def shortest(
    flags: Flags, costs: list[float], bad: Flags, pairs: int, triples: int
) -> list[tuple[float, tuple[int, ...]]]:
    """All conjunctions without a bad cell none of whose members would do alone, by cost."""
    rest = [frozenset(np.flatnonzero(row & bad).tolist()) for row in flags]
    ones = [(costs[k] + 1, (k,)) for k, cells in enumerate(rest) if not cells]
    left = [k for k, cells in enumerate(rest) if cells]
    twos = [
        (costs[i] + costs[j] + 2, (i, j))
        for i, j in combinations(left[:pairs], 2)
        if not rest[i] & rest[j]
    ]
    threes = [
        (costs[i] + costs[j] + costs[k] + 3, (i, j, k))
        for i, j, k in combinations(left[:triples], 3)
        if not rest[i] & rest[j] & rest[k]
    ]
    return sorted(ones + twos or threes, key=lambda found: found[0])


@settings(max_examples=200, deadline=None)
@given(FLAGS, st.data())
def test_conjunctions_are_the_shortest(flags: Flags, data: st.DataObject) -> None:
    count, cells = flags.shape
    costs = sorted(
        data.draw(st.lists(st.integers(1, 5).map(float), min_size=count, max_size=count))
    )
    bad = data.draw(arrays(np.bool_, cells, elements=st.integers(0, 3).map(lambda n: n > 0)))
    pairs, triples, most = data.draw(st.tuples(*[st.integers(1, 12)] * 3))
    rest = np.empty((count, -(-cells // 64)), np.uint64)
    out, totals = np.empty((most, 3), np.int32), np.empty(most)
    found, _ = bits.conjunctions(
        bits.Search(words(flags), np.array(costs), np.arange(count, dtype=np.int32), 1.0, rest),
        *(pack(bad), pairs, triples, bits.Best(out, totals)),
    )
    every = shortest(flags, costs, bad, pairs, triples)
    assert found == min(len(every), most)
    assert totals[:found].tolist() == [cost for cost, _ in every[:found]]
    made = [tuple(k for k in row if k >= 0) for row in out[:found].tolist()]
    assert len(set(made)) == found
    known = dict.fromkeys(chosen for _, chosen in every)
    assert all(chosen in known for chosen in made)


@given(LAYERS, st.data())
def test_layers_are_compared_with_the_target(
    case: tuple[Grid, int, NDArray[np.uint8], NDArray[np.float64]], data: st.DataObject
) -> None:
    values, trains, _, _ = case
    colors = arrays(np.uint8, trains, elements=st.sampled_from((0, 1, 5)))
    base, target = data.draw(colors), data.draw(colors)
    right = np.empty((len(values), -(-trains // 64)), np.uint64)
    bits.mark_right(values, np.arange(len(values), dtype=np.int32), base, target, right)
    found = np.empty((len(values), 12), np.int32)
    bits.survey(values, base, target, found)
    for layer, row in enumerate(values[:, :trains]):
        given = np.where(row < 10, row, base)
        assert unpack(right[layer], trains).tolist() == (given == target).tolist()
        filled = row > 0
        expected = [(row == target).sum(), (filled & (base != target)).sum()]
        expected += [(filled & (target == color)).sum() for color in range(10)]
        assert found[layer].tolist() == expected
