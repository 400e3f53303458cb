"""Sets of cells as bits, 64 a word: conditions on layers, and their shortest conjunctions.

The train cells of a problem come first; those of its tests begin at a word of their own. The
kernels allocate nothing that grows with the cells; what is made of the sets is in `learn`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from arcgrid.kernels import GRID, Cells, Grid, Row, inner, kernel, types
from arcgrid_solvers.search.records import record

INT = types.int64
SETS_T = types.uint64[:, ::1]
WORDS_T = types.uint64[::1]
INFO_T = types.int32[:, ::1]
IDS_T = types.int32[::1]
COSTS_T = types.float64[::1]
BYTES_T = types.Array(types.uint8, 1, "C", readonly=True)

Sets = NDArray[np.uint64]
Words = NDArray[np.uint64]
Info = NDArray[np.int32]
Ids = NDArray[np.int32]
Costs = NDArray[np.float64]

EQUAL, OTHER, AT_MOST, MORE = range(4)
"""What a condition asks of a layer's value."""

LAYER, OPERATION, VALUE = range(3)
"""Columns of what is known of a condition."""

VALUES, COLORS = 32, 10
"""Layers hold numbers below the first; colors are below the second."""

NEGATION, ORDER = 1.0, 1.0
"""What it costs more to say that a value is another, or at most or over something."""

MOST_CONDITIONS = 3
"""So many conditions a conjunction has at most."""


class Layers(NamedTuple):
    """Layers to ask conditions of.

    Attributes:
        values: a row a layer, a column a cell; the first `trains` columns are train cells.
        ordered: whether a layer's values are numbers that may be compared.
        costs: the bits to mention a layer.
        trains: as above.
    """

    values: Grid
    ordered: Cells
    costs: Costs
    trains: int


class Room(NamedTuple):
    """Where conditions are put: their sets, what they ask, what it costs to say them.

    Attributes:
        valid: the bits of all cells.
        masks: scratch, a set for each value.
        slots: a hash table, a power of two of ids, more than there is room for sets.
    """

    sets: Sets
    info: Info
    costs: Costs
    valid: Words
    masks: Sets
    slots: Ids


LAYERS_T = record(Layers, types.uint8[:, ::1], types.uint8[::1], COSTS_T, INT)
ROOM_T = record(Room, SETS_T, INFO_T, COSTS_T, WORDS_T, SETS_T, IDS_T)


@inner(INT(ROOM_T, INT))
def keep(room: Room, last: int) -> int:
    """Keep the last set unless it is there already, then under the cheaper condition.

    Returns how many there are then.
    """
    sets, slots = room.sets, room.slots
    words = sets.shape[1]
    code = np.uint64(words)
    for word in range(words):
        code = (code ^ sets[last, word]) * np.uint64(0xBF58476D1CE4E5B9)
        code ^= code >> np.uint64(29)
    slot = np.int64(code >> np.uint64(20)) & (len(slots) - 1)
    while slots[slot] >= 0:
        known, same = slots[slot], True
        for word in range(words):
            if sets[known, word] != sets[last, word]:
                same = False
                break
        if same:
            if room.costs[last] < room.costs[known]:
                room.costs[known] = room.costs[last]
                room.info[known] = room.info[last]
            return last
        slot = (slot + 1) & (len(slots) - 1)
    slots[slot] = last
    return last + 1


@inner(INT(ROOM_T, INT, INT, INT, INT, types.float64))
def enter(room: Room, last: int, layer: int, first: int, value: int, cost: float) -> int:
    """Enter the condition `first` on a value, whose set is its mask, and then its opposite.

    Returns how many conditions there are then; where there is no room for two nothing is entered.
    """
    if last + 2 > len(room.sets):
        return last
    for operation in range(first, first + 2):
        for word in range(len(room.valid)):
            one = room.masks[value, word]
            room.sets[last, word] = one if operation == first else room.valid[word] & ~one
        room.info[last, LAYER], room.info[last, OPERATION] = layer, operation
        room.info[last, VALUE] = value
        room.costs[last] = cost + (NEGATION if operation == OTHER else 0.0)
        last = keep(room, last)
    return last


@inner(INT(LAYERS_T, INT, SETS_T, types.int64[::1]))
def split_values(layers: Layers, layer: int, masks: Sets, counts: Row) -> int:
    """The set of each value of a layer, and how many train cells have it; returns how many do."""
    values, trains = layers.values, layers.trains
    shift = -trains % 64
    for value in range(VALUES):
        counts[value] = 0
        for word in range(masks.shape[1]):
            masks[value, word] = 0
    for cell in range(values.shape[1]):
        value = values[layer, cell]
        at = cell if cell < trains else cell + shift
        masks[value, at >> 6] |= np.uint64(1) << np.uint64(at & 63)
        counts[value] += cell < trains
    kinds = 0
    for value in range(VALUES):
        kinds += counts[value] > 0
    return kinds


@kernel(INT(LAYERS_T, IDS_T, ROOM_T))
def make_conditions(layers: Layers, order: Ids, room: Room) -> int:
    """All conditions on layers, in an order, that tell train cells apart; how many there are.

    Conditions that hold of the same cells are one, the cheapest of them.
    """
    for slot in range(len(room.slots)):
        room.slots[slot] = -1
    counts = np.empty(VALUES, np.int64)
    made, masks = 0, room.masks
    for number in range(len(order)):
        layer = order[number]
        kinds = split_values(layers, layer, masks, counts)
        if kinds < 2:
            continue
        cost = layers.costs[layer]
        for value in range(VALUES):
            if counts[value]:
                made = enter(room, made, layer, EQUAL, value, cost)
        if not layers.ordered[layer] or kinds == 2:
            continue
        below = 0
        for value in range(VALUES):
            for word in range(masks.shape[1]):
                if value:
                    masks[value, word] |= masks[value - 1, word]
            below += counts[value]
            if counts[value] and below < layers.trains:
                made = enter(room, made, layer, AT_MOST, value, cost + ORDER)
    return made


@kernel(INT(SETS_T, WORDS_T, IDS_T))
def supersets(sets: Sets, want: Words, out: Ids) -> int:
    """List the sets that have all of `want`, which may have fewer words; return how many."""
    found = 0
    for index in range(len(sets)):
        missing = False
        for word in range(len(want)):
            if want[word] & ~sets[index, word]:
                missing = True
                break
        if not missing:
            if found == len(out):
                return found
            out[found] = index
            found += 1
    return found


class Search(NamedTuple):
    """Sets to make conjunctions of.

    Attributes:
        sets, costs: all sets, and what each costs.
        chosen: those to use, the cheapest first; it is changed.
        each: what a conjunction costs more for every set.
        rest: scratch, a row for each of those, as wide as what is bad.
    """

    sets: Sets
    costs: Costs
    chosen: Ids
    each: float
    rest: Sets


class Best(NamedTuple):
    """The cheapest conjunctions found: the sets of each, -1 for none, and what they cost."""

    rows: Info
    totals: Costs


SEARCH_T = record(Search, SETS_T, COSTS_T, IDS_T, types.float64, SETS_T)
BEST_T = record(Best, INFO_T, COSTS_T)


@inner(types.boolean(BEST_T, INT, types.float64))
def too_dear(best: Best, found: int, cost: float) -> bool:
    """Whether a conjunction of a cost does not come among the cheapest any more."""
    dear: bool = found == len(best.totals) and cost >= best.totals[found - 1]
    return dear


@inner(INT(BEST_T, INT, INT, INT, INT, types.float64))
def insert(best: Best, found: int, first: int, second: int, third: int, cost: float) -> int:
    """Put a conjunction among the cheapest; of equal cost the earlier ones stay first."""
    rows, totals = best
    at = found if found < len(rows) else found - 1
    while at and totals[at - 1] > cost:
        totals[at] = totals[at - 1]
        rows[at] = rows[at - 1]
        at -= 1
    totals[at] = cost
    rows[at, 0], rows[at, 1], rows[at, 2] = first, second, third
    return min(found + 1, len(rows))


@inner(types.boolean(SETS_T, INT, INT, INT))
def meet(rest: Sets, first: int, second: int, third: int) -> bool:
    """Whether two sets, or three where `third` is not negative, have an element in common."""
    for word in range(rest.shape[1]):
        common = rest[first, word] & rest[second, word]
        if third >= 0:
            common &= rest[third, word]
        if common:
            return True
    return False


@inner(types.UniTuple(INT, 2)(SEARCH_T, WORDS_T, BEST_T))
def find_singles(search: Search, bad: Words, best: Best) -> tuple[int, int]:
    """The sets that alone have nothing bad; the others move to the front, what is bad is noted.

    Returns how many are found, and how many others there are.
    """
    chosen, rest = search.chosen, search.rest
    found, left = 0, 0
    for index in range(len(chosen)):
        clean = True
        for word in range(len(bad)):
            rest[left, word] = search.sets[chosen[index], word] & bad[word]
            clean &= rest[left, word] == 0
        cost = search.costs[chosen[index]] + search.each
        if not clean:
            chosen[left] = chosen[index]
            left += 1
        elif not too_dear(best, found, cost):
            found = insert(best, found, chosen[index], -1, -1, cost)
    return found, left


@inner(types.UniTuple(INT, 2)(SEARCH_T, INT, BEST_T, INT))
def find_pairs(search: Search, count: int, best: Best, found: int) -> tuple[int, int]:
    """Pairs of the first sets left that have nothing bad in common; also the pairs looked at."""
    chosen, costs, work = search.chosen, search.costs, 0
    for first in range(count):
        for second in range(first + 1, count):
            cost = costs[chosen[first]] + costs[chosen[second]] + 2 * search.each
            if too_dear(best, found, cost):
                break
            work += 1
            if not meet(search.rest, first, second, -1):
                found = insert(best, found, chosen[first], chosen[second], -1, cost)
    return found, work


@inner(types.UniTuple(INT, 2)(SEARCH_T, INT, BEST_T))
def find_triples(search: Search, count: int, best: Best) -> tuple[int, int]:
    """Three of the first sets left that have nothing bad in common; also those looked at."""
    chosen, costs, found, work = search.chosen, search.costs, 0, 0
    for first in range(count):
        for second in range(first + 1, count):
            two = costs[chosen[first]] + costs[chosen[second]] + 3 * search.each
            for third in range(second + 1, count):
                cost = two + costs[chosen[third]]
                if too_dear(best, found, cost):
                    break
                work += 1
                if not meet(search.rest, first, second, third):
                    chosen_third = chosen[third]
                    found = insert(best, found, chosen[first], chosen[second], chosen_third, cost)
    return found, work


@kernel(types.UniTuple(INT, 2)(SEARCH_T, WORDS_T, INT, INT, BEST_T))
def conjunctions(
    search: Search, bad: Words, pairs: int, triples: int, best: Best
) -> tuple[int, int]:
    """The cheapest conjunctions of up to three sets that have nothing of `bad` in common.

    Only the first so many sets, of those that alone will not do, are used for `pairs` and for
    `triples`; the latter only where nothing shorter does. Returns how many conjunctions there are,
    the cheapest first, and the work in pairs looked at.
    """
    found, left = find_singles(search, bad, best)
    work = len(search.chosen)
    found, more = find_pairs(search, min(left, pairs), best, found)
    work += more
    if not found:
        found, more = find_triples(search, min(left, triples), best)
        work += more
    return found, work


@kernel(types.void(GRID, IDS_T, BYTES_T, BYTES_T, SETS_T))
def mark_right(values: Grid, layers: Ids, base: Cells, target: Cells, out: Sets) -> None:
    """For each layer the set of train cells that copying it gets right.

    Where a layer has no color, the base's stands in; `target` has the train cells alone.
    """
    for number in range(len(layers)):
        layer = layers[number]
        for word in range(out.shape[1]):
            out[number, word] = 0
        for cell in range(len(target)):
            color = values[layer, cell]
            color = base[cell] if color >= COLORS else color
            if color == target[cell]:
                out[number, cell >> 6] |= np.uint64(1) << np.uint64(cell & 63)


@kernel(types.void(GRID, BYTES_T, BYTES_T, types.int32[:, ::1]))
def survey(values: Grid, base: Cells, target: Cells, out: Info) -> None:
    """Compare layers with the target; `base` and `target` have the train cells alone.

    Of each layer: 0 the cells that are as in the target; then, of the cells that are not 0, 1 those
    that the target changes, and after these those of each color of the target.
    """
    for layer in range(values.shape[0]):
        for column in range(out.shape[1]):
            out[layer, column] = 0
        for cell in range(len(target)):
            value = values[layer, cell]
            out[layer, 0] += value == target[cell]
            if value:
                out[layer, 1] += base[cell] != target[cell]
                out[layer, 2 + target[cell]] += 1
