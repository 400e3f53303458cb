"""The solver `transforms`: one hand-made puzzle for each family, and what holds for all puzzles."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import pytest

from arcgrid import Answer, Budget, Grid, Pair, Puzzle, as_grid
from arcgrid_solvers.transforms import solve

Change: TypeAlias = Callable[[Grid], Grid]


def drawn(picture: str) -> Grid:
    """Turn rows of digits, parted by spaces, into a grid; a dot is 0."""
    return as_grid([[int(cell) for cell in row.replace(".", "0")] for row in picture.split()])


def puzzle_of(train: list[tuple[str, str]], *tests: str) -> Puzzle:
    pairs = tuple(Pair(drawn(before), drawn(after)) for before, after in train)
    return Puzzle(pairs, tuple(drawn(test) for test in tests))


def puzzle_by(change: Change, inputs: list[Grid]) -> Puzzle:
    """A puzzle with a known rule; the last input is the test."""
    return Puzzle(tuple(Pair(grid, change(grid)) for grid in inputs[:-1]), tuple(inputs[-1:]))


def noise(seed: int, height: int, width: int, colors: int = 10) -> Grid:
    return as_grid(np.random.default_rng(seed).integers(0, colors, (height, width)))


def last_answer(puzzle: Puzzle, budget: Budget | None = None) -> Answer:
    *_, answer = solve(puzzle, budget or Budget())
    return answer


def check_solved(puzzle: Puzzle, wanted: Grid, explanation: str) -> None:
    best = last_answer(puzzle).guesses[0][0]
    assert best.grid.tolist() == wanted.tolist()
    assert best.explanation == explanation


MOTIONS: dict[str, Change] = {
    "flip left-right": np.fliplr,
    "flip top-bottom": np.flipud,
    "turn by 180 degrees": lambda grid: np.rot90(grid, 2),
    "turn left": np.rot90,
    "turn right": lambda grid: np.rot90(grid, -1),
    "flip along the main diagonal": np.transpose,
    "flip along the other diagonal": lambda grid: np.rot90(grid, 2).T,
}

SIZED: dict[str, Change] = {
    "leave it as it is": lambda grid: grid,
    "trim the border": lambda grid: grid[1:-1, 1:-1],
    "scale up 2x3 times": lambda grid: np.kron(grid, np.ones((2, 3), np.uint8)),
    "repeat 2x1 times": lambda grid: np.tile(grid, (2, 1)),
    "repeat, every other copy mirrored, 1x2 times": lambda grid: np.hstack([grid, grid[:, ::-1]]),
    "lay 2x1 copies side by side: flip left-right, as it is": lambda grid: np.vstack(
        [grid[:, ::-1], grid]
    ),
    "add a border of color 7": lambda grid: np.pad(grid, 1, constant_values=7),
    "widen the border by one cell": lambda grid: np.pad(grid, 1, "edge"),
}


@pytest.mark.parametrize("name", MOTIONS)
def test_rigid_motions(name: str) -> None:
    inputs = [noise(1, 3, 4), noise(2, 5, 3), noise(3, 4, 6)]
    puzzle = puzzle_by(MOTIONS[name], inputs)
    check_solved(puzzle, MOTIONS[name](inputs[-1]), name)


@pytest.mark.parametrize("name", SIZED)
def test_trimming_scaling_repeating_and_framing(name: str) -> None:
    inputs = [noise(4, 4, 5), noise(5, 5, 4), noise(6, 3, 5)]
    puzzle = puzzle_by(SIZED[name], inputs)
    check_solved(puzzle, SIZED[name](inputs[-1]), name)


CROPS = {
    "crop to all but the background": (
        [("..... .12.. .3...", "12 3."), ("4.. .5. ...", "4. .5")],
        (".... ..6. .7.8", ".6. 7.8"),
    ),
    "crop to the largest object": (
        [("211.. .11.3 ....3", "211 .11"), ("6.... ..446 ..644", "446 644")],
        ("2..72 2.77. ..77.", ".72 77. 77."),
    ),
    "crop to the rarest color": (
        [("11111 12211 12.11", "22 2."), ("3333 3333 3533", "5"), ("8877 8778 8888", "877 778")],
        ("4444 4664 4444", "66"),
    ),
    "crop to the object that is odd by content": (
        [("11.33.11 1..3..1.", "33 3."), ("22.22.42 2..2..2.", "42 2.")],
        ("57.55.57 5..5..5.", "55 5."),
    ),
    "crop to the part between the lines of most colors": (
        [("12511 3.511 55555 11511 11512", "12 3."), ("115.1 115.. 55555 33521 33512", "21 12")],
        ("77577 77577 55555 12577 34577", "12 34"),
    ),
    "drop repeated rows and columns": (
        [("112 112 334", "12 34"), ("5566 7788", "56 78")],
        ("122 344 344", "12 34"),
    ),
    "take the lines away": (
        [("1.5.2 3.5..", "1..2 3..."), (".15.. 4.5.2", ".1.. 4..2")],
        (".45.3 .35..", ".4.3 .3.."),
    ),
    "crop inside of color 2": (
        [("22221 21321 24521 22221", "13 45"), ("3222. 3272. 3222. 33333", "7")],
        ("88222 88292 88222 88888", "9"),
    ),
}
"""Name of a crop, its train pairs, and a test pair."""


@pytest.mark.parametrize("name", CROPS)
def test_crops(name: str) -> None:
    train, (test, wanted) = CROPS[name]
    check_solved(puzzle_of(train, test), drawn(wanted), name)


REPAINTS = {
    "let all cells fall to the bottom": (
        [("12. .3. ...", "... .2. 13."), ("4.5 ... .6.", "... ... 465")],
        ("7.8 77. ...", "... 7.. 778"),
    ),
    "recolor each color": (
        [("12. 212", "34. 434"), ("1.. 222", "3.. 444")],
        ("2.1 .12", "4.3 .34"),
    ),
    "recolor each color by its rank": (
        [
            ("1.1.1 ..... 22...", "3.3.3 ..... 44..."),
            ("555.. 555.. ....7", "333.. 333.. ....4"),
        ],
        ("8...8 .99.. 8....", "3...3 .44.. 3...."),
    ),
    "recolor each rank of color to another rank": (
        [("112 111", "221 222"), ("5565 5555", "6656 6666")],
        ("888 898", "999 989"),
    ),
    "repaint cells by the rank of their component among the largest": (
        [("11.1 1..1", "22.3 2..3"), ("1.... 1.111 1...1", "3.... 3.222 3...2")],
        ("1..11 1..11 ....1", "3..22 3..22 ....2"),
    ),
    "take cells from the first filled cell above": (
        [("1.2. .... ....", "1.2. 1.2. 1.2."), (".3.. ..4. ....", ".3.. .34. .34.")],
        ("5... .... ...6", "5... 5... 5..6"),
    ),
}
"""Name of a transform that changes single cells, its train pairs, and a test pair."""


@pytest.mark.parametrize("name", REPAINTS)
def test_falling_recoloring_and_repainting(name: str) -> None:
    train, (test, wanted) = REPAINTS[name]
    check_solved(puzzle_of(train, test), drawn(wanted), name)


def neither(grid: Grid) -> Grid:
    left, right = np.hsplit(grid, 2)
    return np.where((left == 0) & (right == 0), 3, 0).astype(np.uint8)


def overlaid(grid: Grid) -> Grid:
    upper, lower = np.vsplit(grid, 2)
    return np.where(upper, upper, lower)


def own_pattern(grid: Grid) -> Grid:
    return np.kron(grid != 0, grid).astype(np.uint8)


def counted(grid: Grid) -> Grid:
    """How many cells are filled in each 3x3 cell between the lines of color 5."""
    parts = [[grid[top : top + 3, left : left + 3] for left in (0, 4)] for top in (0, 4)]
    return as_grid([[int((part > 0).sum() > 4) for part in row] for row in parts])


def lined(seed: int) -> Grid:
    grid = noise(seed, 7, 7, 3).copy()
    grid[3], grid[:, 3] = 5, 5
    return as_grid(grid)


def by_colors(grid: Grid) -> Grid:
    return np.kron(grid, np.ones((len(set(grid.flat) - {0}),) * 2, np.uint8))


WHOLES: dict[str, tuple[Change, list[Grid]]] = {
    "combine the left and right halves cell by cell": (
        neither,
        [noise(seed, 4, 8, 2) for seed in (1, 2, 3)],
    ),
    "overlay the upper and lower halves in the order 2, 1, the last on top": (
        overlaid,
        [noise(seed, 8, 3, 6) for seed in (1, 2, 3)],
    ),
    "make one cell of each of the parts between the lines by how many cells are filled": (
        counted,
        [lined(seed) for seed in range(9)],
    ),
    "put a copy of the grid where a cell is not background": (
        own_pattern,
        [noise(seed, 3, 3, 3) for seed in (1, 2, 3)],
    ),
    "scale up both ways by the number of colors but the background": (
        by_colors,
        [drawn("1. .1"), drawn("1.. .23"), drawn("5. .6")],
    ),
    "scale down until a cell is one cell": (
        lambda grid: grid[:: len(grid) // 3, :: len(grid) // 3],
        [np.kron(noise(size, 3, 3), np.ones((size, size), np.uint8)) for size in (2, 3, 4)],
    ),
    "keep one cell of every 2x2": (
        lambda grid: grid[::2, ::2],
        [noise(1, 4, 6), noise(2, 4, 6), noise(3, 8, 4)],
    ),
    "continue the pattern to 2x6": (
        lambda grid: np.tile(grid[:, :2], 3),
        [drawn("121 343"), drawn("5656 7878"), drawn("121 212")],
    ),
    "crop to 2x3 cells in the lower left corner": (
        lambda grid: grid[-2:, :3],
        [noise(1, 5, 7), noise(2, 5, 7), noise(3, 6, 8)],
    ),
}
"""Name of a transform, a rule in numpy that does the same, and inputs: the last is the test."""


@pytest.mark.parametrize("name", WHOLES)
def test_panels_patterns_and_sizes(name: str) -> None:
    change, inputs = WHOLES[name]
    check_solved(puzzle_by(change, inputs), change(as_grid(inputs[-1])), name)


def covered(seed: int, *, at: tuple[int, int]) -> tuple[Grid, Grid]:
    """A grid with left-right symmetry of which color 9 covers 2x2 cells, and the whole grid."""
    half = noise(seed, 8, 4, 9)
    whole = np.hstack([half, half[:, ::-1]])
    grid = whole.copy()
    grid[at[0] : at[0] + 2, at[1] : at[1] + 2] = 9
    return as_grid(grid), as_grid(whole)


def test_restoring_by_symmetry() -> None:
    pairs = [covered(seed, at=(seed, seed % 3)) for seed in (1, 2)]
    test, wanted = covered(5, at=(4, 5))
    puzzle = Puzzle(tuple(Pair(*pair) for pair in pairs), (test,))
    check_solved(puzzle, wanted, "restore what color 9 covers by the grid's symmetry")


def test_restoring_by_symmetry_and_cropping() -> None:
    places = [(1, 1), (5, 0), (4, 6)]
    whole = [covered(seed, at=place) for seed, place in enumerate(places)]
    cut = [
        (grid, np.ascontiguousarray(full[row : row + 2, column : column + 2]))
        for (grid, full), (row, column) in zip(whole, places, strict=True)
    ]
    puzzle = Puzzle(tuple(Pair(*pair) for pair in cut[:-1]), (cut[-1][0],))
    name = "restore what color 9 covers by the grid's symmetry and crop to it"
    check_solved(puzzle, cut[-1][1], name)


def test_a_chain_of_three() -> None:
    train = [("..... .12.. .112. .....", ".43 433"), ("11. 221 ...", ".33 344")]
    name = "crop to all but the background, then flip left-right, then recolor each color"
    check_solved(puzzle_of(train, ".... .21. .22."), drawn("34 44"), name)


# What holds for every puzzle


RECOLORED = [("12 21", "34 43"), ("11 22", "33 44")]


def test_unknown_colors_stay_and_say_so() -> None:
    answer = last_answer(puzzle_of(RECOLORED, "17 2."), Budget(attempts=100))
    found = {guess.explanation: guess.grid.tolist() for guess in answer.guesses[0]}
    assert found["recolor each color, keeping cells like none before"] == [[3, 7], [4, 0]]


def test_nothing_explains_noise() -> None:
    pairs = tuple(Pair(noise(seed, 6, 7), noise(seed + 9, 5, 8)) for seed in range(3))
    answer = last_answer(Puzzle(pairs, (noise(20, 6, 7), noise(21, 3, 3))))
    assert answer.guesses == ((), ())


def test_contradicting_pairs_have_no_answer() -> None:
    puzzle = puzzle_of([("12 34", "5"), ("12 34", "6")], "12 34")
    assert last_answer(puzzle).guesses == ((),)


def test_every_test_input_is_answered_for_itself() -> None:
    tests = ["12 .2", "1", "21. 212"]
    answer = last_answer(puzzle_of([("12. 211", ".21 112"), ("2. .1", ".2 1.")], *tests))
    wanted = ["21 2.", "1", ".12 212"]
    best = [guesses[0].grid.tolist() for guesses in answer.guesses]
    assert best == [drawn(rows).tolist() for rows in wanted]


AMBIGUOUS = puzzle_of([("11 11", "11 11"), ("2", "2")], "123 456 789", "12 34")


@pytest.mark.parametrize("attempts", [1, 2, 3, 10])
def test_guesses_are_distinct_and_no_more_than_asked_for(attempts: int) -> None:
    for answer in solve(AMBIGUOUS, Budget(attempts=attempts)):
        for guesses in answer.guesses:
            assert len(guesses) <= attempts
            assert len({str(guess.grid.tolist()) for guess in guesses}) == len(guesses)
    assert [len(guesses) for guesses in answer.guesses] == [min(attempts, 10)] * 2


def test_more_attempts_add_to_the_same_ranking() -> None:
    few = last_answer(AMBIGUOUS, Budget(attempts=2)).guesses[0]
    many = last_answer(AMBIGUOUS, Budget(attempts=6)).guesses[0]
    assert [guess.explanation for guess in many[:2]] == [guess.explanation for guess in few]


def test_answers_only_improve() -> None:
    """A guess that is left out of a later answer has made room for a better one."""
    answers = list(solve(AMBIGUOUS, Budget(attempts=2)))
    final = [str(guess.grid.tolist()) for guess in answers[-1].guesses[0]]
    ranks = [
        [final.index(key) if key in final else len(final) for key in map(grid_key, answer)]
        for answer in ([guess.grid for guess in answer.guesses[0]] for answer in answers)
    ]
    lengths = [len(row) for row in ranks]
    assert lengths == sorted(lengths)
    assert ranks[-1] == [0, 1]
    best = [min(row, default=len(final)) for row in ranks]
    assert best == sorted(best, reverse=True)


def grid_key(grid: Grid) -> str:
    return str(grid.tolist())


def test_the_same_puzzle_has_the_same_answers() -> None:
    def told() -> list[list[list[tuple[str | None, str]]]]:
        return [
            [[(guess.explanation, grid_key(guess.grid)) for guess in row] for row in answer.guesses]
            for answer in solve(AMBIGUOUS, Budget(attempts=3))
        ]

    assert told() == told()


def test_the_puzzle_is_left_as_it_was() -> None:
    puzzle = puzzle_of(RECOLORED, "12 11")
    before = puzzle.content
    last_answer(puzzle)
    assert puzzle.content == before


def test_one_cell() -> None:
    check_solved(puzzle_of([("1", "2"), ("3", "4")], "1"), drawn("2"), "recolor each color")


def test_the_largest_grids() -> None:
    inputs = [noise(seed, 30, 30) for seed in (1, 2, 3)]
    check_solved(puzzle_by(np.rot90, inputs), np.rot90(inputs[-1]), "turn left")


def test_no_guess_is_larger_than_a_grid_may_be() -> None:
    puzzle = puzzle_of([("12", "1212 1212"), ("34", "3434 3434")], "1" * 20)
    for guess in last_answer(puzzle).guesses[0]:
        assert max(guess.grid.shape) <= 30
