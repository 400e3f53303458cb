"""Per-cell rules: little puzzles of our own, and slow readable twins of the kernels."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from arcgrid import Grid, as_grid
from arcgrid_solvers.search.candidate import Candidate
from arcgrid_solvers.search.families import cell_trees as trees
from arcgrid_solvers.search.families.cell_actions import mark
from arcgrid_solvers.search.families.cell_growth import fill_steps, growth, moved, turned
from arcgrid_solvers.search.families.cell_near import NONE
from arcgrid_solvers.search.families.cell_table import GROUPS, fill_matrix, fill_own, table_of
from arcgrid_solvers.search.families.cells import propose
from arcgrid_solvers.search.problem import Meter, Problem

LIMIT = 2_000_000
Change = Callable[[Grid], Grid]


def scattered(seed: int, shape: tuple[int, int], colors: Sequence[int], share: float) -> Grid:
    dice = np.random.default_rng(seed)
    cells = dice.choice(np.array(colors), shape)
    return np.where(dice.random(shape) < share, cells, 0).astype(np.uint8)


def posed(change: Change, inputs: Sequence[Grid], tests: Sequence[Grid]) -> Problem:
    inputs = tuple(as_grid(grid) for grid in inputs)
    outputs = tuple(as_grid(change(grid)) for grid in inputs)
    return Problem(tuple(inputs), outputs, tuple(as_grid(grid) for grid in tests))


def solve(problem: Problem, limit: int = LIMIT) -> list[Candidate]:
    """The candidates, the best first: by fits, held-out fits, bits."""

    def merit(candidate: Candidate) -> tuple[int, int, float]:
        return -sum(candidate.fits), -sum(candidate.held_out or ()), candidate.bits

    return sorted(propose(problem, Meter(limit)), key=merit)


def recolored(grid: Grid) -> Grid:
    return np.where(grid == 3, 7, grid).astype(np.uint8)


def framed(grid: Grid) -> Grid:
    out = grid.copy()
    out[[0, -1]] = 4
    out[:, [0, -1]] = 4
    return out


def mirrored(grid: Grid) -> Grid:
    return np.ascontiguousarray(grid[:, ::-1])


def rows_filled(grid: Grid) -> Grid:
    """Each row that has a colored first cell gets its color."""
    return np.repeat(grid[:, :1], grid.shape[1], axis=1)


def tiled(grid: Grid) -> Grid:
    return np.tile(grid, (2, 2))


def enlarged(grid: Grid) -> Grid:
    return grid.repeat(2, axis=0).repeat(2, axis=1)


def halves_in_both(grid: Grid) -> Grid:
    """Where both halves have something: red."""
    half = grid.shape[1] // 2
    both = (grid[:, :half] > 0) & (grid[:, half:] > 0)
    return np.where(both, 2, 0).astype(np.uint8)


def transposed(grid: Grid) -> Grid:
    return np.ascontiguousarray(grid.T)


PUZZLES: dict[str, tuple[Change, tuple[int, int]]] = {
    "recolor": (recolored, (6, 7)),
    "frame": (framed, (6, 8)),
    "mirror": (mirrored, (5, 6)),
    "tile": (tiled, (3, 4)),
    "enlarge": (enlarged, (4, 3)),
    "combine halves": (halves_in_both, (4, 8)),
    "transpose": (transposed, (4, 6)),
}


@pytest.mark.parametrize("name", PUZZLES)
def test_a_rule_is_found_and_holds(name: str) -> None:
    change, shape = PUZZLES[name]
    inputs = [scattered(seed, shape, (1, 2, 3, 5), 0.6) for seed in range(3)]
    test, other = scattered(9, shape, (1, 2, 3, 5), 0.6), scattered(10, shape, (1, 3, 5), 0.5)
    best = solve(posed(change, inputs, [test]))[0]
    assert best.fits_all
    assert best.held_out == (True, True, True)
    assert best.answers[0] is not None
    assert best.answers[0].tolist() == change(test).tolist()
    made = best.program.run(as_grid(other))
    assert made is not None
    assert made.tolist() == change(other).tolist()


def test_programs_give_the_answers_and_fits_that_candidates_say() -> None:
    inputs = [scattered(seed, (6, 6), (1, 2), 0.4) for seed in range(3)]
    problem = posed(lambda grid: mirrored(framed(grid)), inputs, [inputs[0].T.copy()])
    candidates = solve(problem)
    assert len(candidates) > 1
    for candidate in candidates:
        made = [candidate.program.run(grid) for grid in (*problem.tests, *problem.inputs)]
        for one, other in zip(made, (*candidate.answers, *problem.outputs), strict=True):
            assert one is not None
            assert one.dtype == np.uint8
            assert not one.flags.writeable
            assert other is not None
            if other is candidate.answers[0]:
                assert one.tolist() == other.tolist()
        right = [
            one is not None and one.tolist() == output.tolist()
            for one, output in zip(made[1:], problem.outputs, strict=True)
        ]
        assert tuple(right) == candidate.fits
        assert any(candidate.fits)


def test_unseen_colors_are_copied() -> None:
    def seeds(color: int) -> Grid:
        grid = np.zeros((6, 6), np.uint8)
        grid[[1, 4], 0] = color, color % 9 + 1
        return grid

    best = solve(posed(rows_filled, [seeds(1), seeds(2), seeds(3)], [seeds(7)]))[0]
    assert best.answers[0] is not None
    assert best.answers[0].tolist() == rows_filled(seeds(7)).tolist()
    assert best.held_out == (True, True, True)


def test_a_drawing_that_grows() -> None:
    """Falling diagonals from each red cell: they turn down at the right edge."""

    def drawn(grid: Grid) -> Grid:
        out = grid.copy()
        for row, col in np.argwhere(grid == 2):
            while row + 1 < len(out):
                row, col = row + 1, min(col + 1, out.shape[1] - 1)
                out[row, col] = 2
        return out

    def dotted(*places: int) -> Grid:
        grid = np.zeros((9, 6), np.uint8)
        grid[0, list(places)] = 2
        return grid

    found = solve(posed(drawn, [dotted(0), dotted(3), dotted(1), dotted(4)], [dotted(2)]))
    growing = [c for c in found if "until nothing changes" in c.program.explain()]
    assert growing
    assert growing[0].fits_all
    assert growing[0].answers[0] is not None
    assert growing[0].answers[0].tolist() == drawn(dotted(2)).tolist()


def test_rules_are_told_in_words() -> None:
    inputs = [scattered(seed, (6, 7), (1, 2, 3), 0.6) for seed in range(3)]
    best = solve(posed(recolored, inputs, inputs[:1]))[0]
    assert best.program.explain() == "cell by cell: if color is green then orange else keep"
    inputs = [scattered(seed, (3, 4), (1, 2, 3), 0.6) for seed in range(3)]
    best = solve(posed(tiled, inputs, inputs[:1]))[0]
    assert best.program.explain() == "tiled 2x2 times, cell by cell: keep"


def test_simple_rules_cost_fewer_bits() -> None:
    inputs = [scattered(seed, (6, 6), (1, 2, 3), 0.6) for seed in range(2)]
    simple = solve(posed(lambda grid: grid, inputs, inputs[:1]))[0]
    richer = solve(posed(lambda grid: framed(recolored(grid)), inputs, inputs[:1]))[0]
    assert simple.bits < richer.bits


def test_what_cannot_be_learned_is_not_claimed() -> None:
    inputs = [scattered(seed, (8, 8), (1, 2, 3), 0.7) for seed in range(3)]
    noise = iter(range(20, 30))
    problem = posed(lambda grid: scattered(next(noise), (8, 8), (1, 2, 3), 0.7), inputs, inputs[:1])
    assert not any(c.held_out and any(c.held_out) for c in propose(problem, Meter(LIMIT)))


def test_same_problem_same_candidates() -> None:
    inputs = [scattered(seed, (6, 6), (1, 2, 3), 0.5) for seed in range(3)]
    problem = posed(lambda grid: mirrored(framed(grid)), inputs, [inputs[2].T.copy()])
    seen = []
    for _ in range(2):
        meter = Meter(LIMIT)
        seen.append(
            [
                (c.program.explain(), c.bits, c.fits, c.held_out, [_bytes(a) for a in c.answers])
                for c in propose(problem, meter)
            ]
            + [meter.spent]
        )
    assert seen[0] == seen[1]


def _bytes(grid: Grid | None) -> bytes:
    return b"" if grid is None else grid.tobytes()


def test_it_stops_when_work_is_used_up() -> None:
    inputs = [scattered(seed, (12, 12), (1, 2, 3), 0.5) for seed in range(3)]
    problem = posed(lambda grid: scattered(int(grid.sum()), (12, 12), (1, 2), 0.5), inputs, inputs)
    assert list(propose(problem, Meter(0))) == []
    little, much = Meter(20_000), Meter(LIMIT)
    assert len(list(propose(problem, little))) <= len(list(propose(problem, much)))
    assert 20_000 <= little.spent < 60_000 < much.spent
    assert set(little.stages) == {"cells"}


def test_problems_without_pairs_or_of_unrelated_shapes_have_no_rules() -> None:
    grid = as_grid([[1, 2], [3, 4]])
    assert list(propose(Problem((), (), (grid,)), Meter(LIMIT))) == []
    odd = Problem((grid,), (as_grid([[1, 2, 3]] * 3),), (grid,))
    assert list(propose(odd, Meter(LIMIT))) == []


def test_one_pair_has_nothing_to_hold_out() -> None:
    grid = scattered(0, (5, 5), (1, 2, 3), 0.6)
    candidates = solve(posed(recolored, [grid], [grid]))
    assert candidates
    assert all(candidate.held_out is None for candidate in candidates)


# Slow twins of the kernels.

GRIDS = st.tuples(st.integers(1, 7), st.integers(1, 7)).flatmap(
    lambda shape: arrays(np.uint8, shape, elements=st.integers(0, 3))
)
STEPS = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))


def features_of(grid: Grid) -> dict[str, Grid]:
    """The features of a grid by their words."""
    table = table_of(("the grid",), ())
    out = np.full((len(table.features), grid.size), 255, np.uint8)
    fill_matrix(table, grid[None], (), 0, out, 0)
    fill_own(table, out)
    assert (out <= 31).all(), "every feature is filled, and small"
    words = [feature.words for feature in table.features]
    assert len(set(words)) == len(words)
    return {word: row.reshape(grid.shape) for word, row in zip(words, out, strict=True)}


def look(grid: Grid, row: int, col: int) -> int:
    inside = 0 <= row < grid.shape[0] and 0 <= col < grid.shape[1]
    return int(grid[row, col]) if inside else NONE


def see(grid: Grid, row: int, col: int, step: tuple[int, int]) -> int:
    own = grid[row, col]
    while True:
        row, col = row + step[0], col + step[1]
        color = look(grid, row, col)
        if color == NONE or color not in (0, own):
            return color


def region(grid: Grid, row: int, col: int) -> set[tuple[int, int]]:
    found, todo = {(row, col)}, [(row, col)]
    while todo:
        i, j = todo.pop()
        for down, right in STEPS[::2]:
            near = (i + down, j + right)
            if near not in found and look(grid, *near) == grid[row, col]:
                found.add(near)
                todo.append(near)
    return found


@settings(max_examples=60, deadline=None)
@given(GRIDS)
def test_features_are_what_their_words_say(grid: Grid) -> None:
    facts = features_of(grid)
    height, width = grid.shape
    for row in range(height):
        for col in range(width):
            own = int(grid[row, col])
            here = {word: int(values[row, col]) for word, values in facts.items()}
            around = [look(grid, row + i, col + j) for i, j in STEPS]
            seen = [see(grid, row, col, step) for step in STEPS]
            area = region(grid, row, col)
            rows, columns = zip(*area, strict=True)
            assert here["color"] == own
            assert [here["color above"], here["color below left"]] == [around[0], around[5]]
            assert here["color above is its own"] == (around[0] == own)
            assert here["same-colored neighbors (of 8)"] == around.count(own)
            assert here["filled neighbors (of 4)"] == sum(0 < c < NONE for c in around[::2])
            assert here["color seen right"] == seen[2]
            between = seen[2] if seen[2] == seen[6] else NONE
            assert here["color on both sides left and right"] == between
            assert here["directions in line that see red"] == seen[::2].count(2)
            assert here["blue cells in the row"] == list(grid[row]).count(1)
            assert here["size of the region"] == min(len(area), 31)
            assert here["height of the region"] == max(rows) - min(rows) + 1
            boxed = here["height of the region"] * here["width of the region"]
            assert here["region is a rectangle"] == (len(area) == boxed)
            edge = {0, height - 1} & set(rows) or {0, width - 1} & set(columns)
            assert here["region touches the border"] == bool(edge)
            assert here["color mirrored half a turn"] == grid[height - 1 - row, width - 1 - col]
            assert here["times that the row occurs"] == sum((grid == grid[row]).all(axis=1))
            borders = (row, col, height - 1 - row, width - 1 - col)
            assert here["distance to the border"] == min(borders)


@settings(max_examples=40, deadline=None)
@given(GRIDS)
def test_ranks_count_regions(grid: Grid) -> None:
    facts = features_of(grid)
    regions = {
        frozenset(region(grid, row, col)) for row, col in np.ndindex(*grid.shape) if grid[row, col]
    }
    for area in regions:
        row, col = min(area)
        assert facts["regions that are larger"][row, col] == sum(
            len(r) > len(area) for r in regions
        )
        assert facts["regions of this size"][row, col] == sum(len(r) == len(area) for r in regions)
        left = min(j for _, j in area)
        further = sum(min(j for _, j in other) < left for other in regions)
        assert facts["regions further left"][row, col] == further


def test_the_table_names_every_row_of_every_kernel() -> None:
    grid = scattered(0, (9, 9), (1, 2), 0.3)
    base = 0
    for group in GROUPS:
        room = np.full((len(group.features) + 2, grid.size), 255, np.uint8)
        group.fill(grid, 0, room, 1, 0)
        assert (room[[0, -1]] == 255).all(), "writes nothing beside its rows"
        assert (room[1:-1] < 255).all(), "fills all of its rows"
        base += len(group.features)


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


@settings(max_examples=60, deadline=None)
@given(GRIDS, st.integers(0, 2**32), st.sampled_from((4, 8)), st.booleans())
def test_steps_go_from_neighbor_to_neighbor(
    grid: Grid, seed: int, connectivity: int, same: bool
) -> None:
    after = np.where(np.random.default_rng(seed).random(grid.shape) < 0.4, 3, grid).astype(np.uint8)
    steps = np.empty(grid.shape, np.uint8)
    last = fill_steps(grid, after, 0, connectivity, same, steps)
    if last < 0:
        return
    assert ((steps > 0) == (grid != after)).all()
    assert last == steps.max()
    for row, col in np.argwhere(steps > 0):
        near = [(row + i, col + j) for i, j in STEPS[:: 1 if connectivity == 8 else 2]]
        inside = [place for place in near if look(grid, *place) != NONE]
        if same:
            inside = [place for place in inside if after[place] == after[row, col]]
        sources = [steps[i, j] for i, j in inside if steps[i, j] or grid[i, j]]
        assert steps[row, col] - 1 == min(sources)


def test_growth_teaches_single_steps() -> None:
    before = as_grid([[2, 0, 0, 0]])
    problem = Problem((before,), (as_grid([[2, 2, 2, 2]]),), (before,))
    lesson = growth(problem, lambda _: 0, 4, True)
    assert lesson is not None
    assert [grid.tolist()[0] for grid in lesson.inputs[:2]] == [[2, 0, 0, 0], [2, 2, 0, 0]]
    assert [grid.tolist()[0] for grid in lesson.outputs[:2]] == [[2, 2, 0, 0], [2, 2, 2, 0]]
    assert set(lesson.owners) == {0}
    same = Problem((before,), (before,), (before,))
    assert growth(same, lambda _: 0, 4, True) is None


def test_moved_lessons_keep_the_pairs_first() -> None:
    grid = as_grid([[1, 2, 3], [4, 5, 6]])
    problem = Problem((grid, grid), (grid, grid), (grid,))
    lesson = moved(problem, tuple(range(8)))
    assert lesson.owners[:4] == (0, 1, 0, 1)
    assert lesson.inputs[0].tolist() == grid.tolist()
    assert len({turned(grid, motion).tobytes() for motion in range(8)}) == 8
