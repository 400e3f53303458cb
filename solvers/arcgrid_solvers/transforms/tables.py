"""Color tables learned from the examples: what a cell becomes by its color and one more thing.

Every rule gives each cell a code; a table that leads from code to color in all examples explains
them. What can be asked of a cell is in `properties` and `panels`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from arcgrid import Grid
from arcgrid_solvers.background import most_common
from arcgrid_solvers.transforms.analysis import Analysis, Codes, Piece, total
from arcgrid_solvers.transforms.panels import SPLITS, panels
from arcgrid_solvers.transforms.properties import DONORS, PROPERTIES, Donor, Property
from arcgrid_solvers.transforms.transform import Examples, Transform

TAKEN = 10
"""In a table 0..9 are colors; 10 and more say from which source to take the color."""


def _no_sources(analysis: Analysis) -> Sequence[Grid]:
    return ()


@dataclass(frozen=True, slots=True)
class Rule:
    """What a cell's new color depends on.

    Attributes:
        name: in words.
        cost: how far-fetched it is.
        codes: what is asked of each cell, as an array of the new grid's shape, or None.
        sources: grids from which a cell may take its new color, of the new grid's shape.
    """

    name: str
    cost: float
    codes: Callable[[Analysis], Codes | None]
    sources: Callable[[Analysis], Sequence[Grid] | None] = _no_sources


@dataclass(frozen=True, slots=True)
class Table:
    """Sorted codes, and what each of them becomes."""

    codes: Codes
    values: Codes

    def look_up(self, codes: Codes) -> tuple[Codes, NDArray[np.bool_]]:
        """For each code its value, and whether the table has it."""
        place = np.searchsorted(self.codes, codes).clip(0, len(self.codes) - 1)
        return self.values[place], self.codes[place] == codes


def learn(rule: Rule, examples: Examples) -> Table | None:
    """The table that makes every output from its input by a rule, or None."""
    found = np.empty(0, np.int64)
    for example in examples:
        codes, sources = rule.codes(example.before), rule.sources(example.before)
        if codes is None or sources is None or codes.shape != example.after.shape:
            return None
        values = example.after
        for number in reversed(range(len(sources))):
            values = np.where(example.after == sources[number], TAKEN + number, values)
        found = np.union1d(found, codes.astype(np.int64) * 2 * TAKEN + values)
        keys = found // (2 * TAKEN)
        if (keys[1:] == keys[:-1]).any():
            return None
    return Table(keys, found % (2 * TAKEN))


def explain(rules: Iterator[Rule], examples: Examples) -> Iterator[Transform]:
    """Each rule that a table can be learned for, first refusing and then keeping unknown codes."""
    for rule in rules:
        table = learn(rule, examples)
        if table is not None:
            yield Transform(rule.name, rule.cost, _recolored(rule, table, strict=True))
            name = f"{rule.name}, keeping cells like none before"
            yield Transform(name, rule.cost + 3, _recolored(rule, table, strict=False))


def _recolored(rule: Rule, table: Table, *, strict: bool) -> Callable[[Analysis], Grid | None]:
    def apply(analysis: Analysis) -> Grid | None:
        codes, sources = rule.codes(analysis), rule.sources(analysis)
        if codes is None or sources is None:
            return None
        values, known = table.look_up(codes)
        if not known.all():
            if strict or codes.shape != analysis.grid.shape:
                return None
            values = np.where(known, values, analysis.grid)
        for number, source in enumerate(sources):
            values = np.where(values == TAKEN + number, source, values)
        return values.astype(np.uint8)

    return apply


# Rules that ask for the color alone


def recolors(examples: Examples) -> Iterator[Transform]:
    """Color maps: by the color itself, or by its rank among the grid's colors."""
    if examples[0].keeps_shape:
        yield from explain(iter(COLOR_RULES), examples)


def _color(analysis: Analysis) -> Codes:
    return analysis.grid.astype(np.int64)


def _rank(analysis: Analysis) -> Codes | None:
    """For each cell the rank of its color by number of cells; None where two have the same."""
    counts = analysis.counts[analysis.counts > 0]
    if len(np.unique(counts)) < len(counts):
        return None
    ranks = np.argsort(np.argsort(-analysis.counts, kind="stable"), kind="stable")
    return ranks[analysis.grid]


def _ranked(analysis: Analysis) -> Sequence[Grid] | None:
    """A grid full of the most common color, of the second most common one and so on."""
    order = np.argsort(-analysis.counts, kind="stable")
    number = int((analysis.counts > 0).sum())
    return [np.full_like(analysis.grid, color) for color in order[:number]]


COLOR_RULES = (
    Rule("recolor each color", 1.5, _color),
    Rule("recolor each color by its rank", 2, _rank),
    Rule("recolor each rank of color to another rank", 2.2, _rank, _ranked),
)


# Rules that ask for the color and one property


def repaints(examples: Examples) -> Iterator[Transform]:
    """Repaint cells by their color and one property, or with a color taken from elsewhere."""
    if examples[0].keeps_shape:
        yield from explain(_cell_rules(), examples)


def _cell_rules() -> Iterator[Rule]:
    for words, (cost, property) in PROPERTIES.items():
        yield Rule(f"repaint cells by {words}", cost, _filled_and(property), _itself)
        yield Rule(f"repaint cells by color and {words}", cost + 1, _color_and(property))
    for words, (cost, donor) in DONORS.items():
        name = f"take cells from {words}"
        yield Rule(name, cost, _overlap(donor), _itself_or(donor))
        yield Rule(f"{name}, by color", cost + 1, _both_colors(donor))


def _itself(analysis: Analysis) -> Sequence[Grid]:
    return (analysis.grid,)


def _itself_or(donor: Donor) -> Callable[[Analysis], Sequence[Grid] | None]:
    def sources(analysis: Analysis) -> Sequence[Grid] | None:
        given = donor(analysis)
        return None if given is None else (analysis.grid, given)

    return sources


def _filled_and(property: Property) -> Property:
    return lambda analysis: property(analysis) * 2 + analysis.foreground


def _color_and(property: Property) -> Property:
    return lambda analysis: property(analysis) * 10 + analysis.grid


def _overlap(donor: Donor) -> Callable[[Analysis], Codes | None]:
    """Which of the two is filled, and whether they are equal."""

    def codes(analysis: Analysis) -> Codes | None:
        given = donor(analysis)
        if given is None:
            return None
        filled, alike = given != analysis.background, given == analysis.grid
        return total([analysis.foreground, 2 * filled, 4 * alike])

    return codes


def _both_colors(donor: Donor) -> Callable[[Analysis], Codes | None]:
    def codes(analysis: Analysis) -> Codes | None:
        given = donor(analysis)
        return None if given is None else given * np.int64(10) + analysis.grid

    return codes


# Rules that ask for the panels of a grid


MAX_JOINED = 4
"""Panels joined cell by cell: no more than this many."""

SUMMARIES: dict[str, Callable[[Piece], int]] = {
    "its most common color": lambda piece: most_common(piece.grid),
    "its most common color but the background": lambda piece: int(piece.colors.argmax()),
    "how many cells are filled": lambda piece: int(piece.mask.sum()),
    "how many colors it has": lambda piece: int((piece.colors > 0).sum()),
}
"""What can be asked of one panel."""


def panel_tables(examples: Examples) -> Iterator[Transform]:
    """Combine panels cell by cell (and, or, exclusive or...), or make one cell of each panel."""
    yield from explain(_panel_rules(examples), examples)


def _panel_rules(examples: Examples) -> Iterator[Rule]:
    for split in SPLITS:
        cut = panels(examples[0].before, split)
        if cut is None:
            continue
        if cut.equal and cut.pieces[0].grid.shape == examples[0].after.shape:
            yield Rule(f"combine the {split} cell by cell", 2, _joined(split))
        if (cut.rows, cut.columns) == examples[0].after.shape:
            for words, ask in SUMMARIES.items():
                name = f"make one cell of each of the {split} by {words}"
                yield Rule(name, 2, _summarized(split, ask))
                name = f"{name}, being the most or not"
                yield Rule(name, 2.5, _compared(split, ask))


def _joined(split: str) -> Callable[[Analysis], Codes | None]:
    def codes(analysis: Analysis) -> Codes | None:
        cut = panels(analysis, split)
        if cut is None or not cut.equal or len(cut.pieces) > MAX_JOINED:
            return None
        places = enumerate(cut.pieces)
        return total([piece.grid * np.int64(10**place) for place, piece in places])

    return codes


def _summarized(split: str, ask: Callable[[Piece], int]) -> Callable[[Analysis], Codes | None]:
    def codes(analysis: Analysis) -> Codes | None:
        cut = panels(analysis, split)
        if cut is None:
            return None
        return np.array([ask(piece) for piece in cut.pieces]).reshape(cut.rows, cut.columns)

    return codes


def _compared(split: str, ask: Callable[[Piece], int]) -> Callable[[Analysis], Codes | None]:
    def codes(analysis: Analysis) -> Codes | None:
        answers = _summarized(split, ask)(analysis)
        return None if answers is None else total([answers == answers.max()])

    return codes
