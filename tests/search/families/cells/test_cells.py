"""Per-cell rules: little puzzles of our own."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from arcgrid import Grid, as_grid
from arcgrid_solvers.search.candidate import Candidate
from arcgrid_solvers.search.families.cells.family import propose
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
