"""Picking one piece of a grid among several: the largest, the leftmost, the odd one out.

Pieces come from `analysis` (objects) or from `panels`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from arcgrid_solvers.transforms.analysis import Piece

Measure = Callable[[Piece], Hashable]
Chooser = Callable[[Sequence[Hashable]], int | None]


def _mirrored(piece: Piece) -> bool:
    grid = np.where(piece.mask, piece.grid, 255)
    return any(np.array_equal(grid, other) for other in (grid[:, ::-1], grid[::-1], grid.T))


def _outline(piece: Piece) -> Hashable:
    return piece.mask.shape, piece.mask.tobytes()


def _content(piece: Piece) -> Hashable:
    return piece.grid.shape, np.where(piece.mask, piece.grid, 255).tobytes()


def _free_outline(piece: Piece) -> Hashable:
    """The outline, the same for a piece that was turned or flipped."""
    turned = [np.rot90(side, turns) for side in (piece.mask, piece.mask.T) for turns in range(4)]
    return min((mask.shape, mask.tobytes()) for mask in turned)


def _main_color(piece: Piece) -> int:
    return int(piece.colors.argmax())


def _color_number(piece: Piece) -> int:
    return int((piece.colors > 0).sum())


def _spots(piece: Piece) -> int:
    """Number of cells that do not have the main color."""
    return int(piece.colors.sum() - piece.colors.max())


NUMBERS: dict[str, tuple[str, str, Measure]] = {
    "size": ("the largest {}", "the smallest {}", lambda piece: int(piece.mask.sum())),
    "room": ("the {} with most room", "the {} with least room", lambda piece: piece.mask.size),
    "colors": ("the {} of most colors", "the {} of fewest colors", _color_number),
    "spots": ("the {} with most spots", "the {} with fewest spots", _spots),
    "gaps": ("the {} with most gaps", "the {} with fewest gaps", lambda p: int((~p.mask).sum())),
    "row": ("the lowest {}", "the highest {}", lambda piece: piece.top),
    "column": ("the rightmost {}", "the leftmost {}", lambda piece: piece.left),
    "height": ("the tallest {}", "the shortest {}", lambda piece: piece.mask.shape[0]),
    "width": ("the widest {}", "the narrowest {}", lambda piece: piece.mask.shape[1]),
}
"""Measures that compare: what the piece with the most is called, with the least; the measure."""

KINDS: dict[str, Measure] = {
    "content": _content,
    "outline": _outline,
    "outline, however turned": _free_outline,
    "main color": _main_color,
    "symmetry": _mirrored,
}
"""Measures that only tell apart."""


def _most(values: Sequence[Hashable]) -> int | None:
    top = max(values)  # type: ignore[type-var]  # only used on numbers
    return values.index(top) if values.count(top) == 1 else None


def _least(values: Sequence[Hashable]) -> int | None:
    low = min(values)  # type: ignore[type-var]  # only used on numbers
    return values.index(low) if values.count(low) == 1 else None


def _odd(values: Sequence[Hashable]) -> int | None:
    """The one whose value no other has, if all others share theirs with another."""
    alone = [value for value, count in Counter(values).items() if count == 1]
    return values.index(alone[0]) if len(alone) == 1 and len(values) > 2 else None


def _usual(values: Sequence[Hashable]) -> int | None:
    """The first of those whose value is most common."""
    ranked = Counter(values).most_common(2)
    clear = ranked[0][1] > (ranked[1][1] if len(ranked) > 1 else 1)
    return values.index(ranked[0][0]) if clear else None


@dataclass(frozen=True, slots=True)
class Pick:
    """A way to pick one of several pieces.

    Attributes:
        name: a phrase with `{}` for the kind of thing picked from.
        cost: how far-fetched it is.
        measure: what is measured of each piece.
        choose: the index of the piece by all pieces' measures, or None.
    """

    name: str
    cost: float
    measure: str
    choose: Chooser


MEASURES: dict[str, Measure] = {name: entry[2] for name, entry in NUMBERS.items()} | KINDS

PICKS: list[Pick] = [
    *(
        Pick(name, 1 + rank / 10, measure, choose)
        for rank, (measure, (most, least, _)) in enumerate(NUMBERS.items())
        for name, choose in ((most, _most), (least, _least))
    ),
    *(Pick(f"the {{}} that is odd by {name}", 2, name, _odd) for name in MEASURES),
    *(Pick(f"the {{}} that is most common by {name}", 2.5, name, _usual) for name in KINDS),
]


def pick_all(pieces: Sequence[Piece]) -> list[int | None]:
    """For each of `PICKS` the index of the piece it picks, or None."""
    if not pieces:
        return [None] * len(PICKS)
    values = {name: [measure(piece) for piece in pieces] for name, measure in MEASURES.items()}
    return [pick.choose(values[pick.measure]) for pick in PICKS]
