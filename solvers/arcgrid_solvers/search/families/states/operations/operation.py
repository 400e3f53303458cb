"""How operations are declared: their shape for the compiler, their variants and words for people.

An operation gets a state (images `first` to `first + number`, one image or a list), two numbers
that choose its variant, and the shape of the canvas to be filled. It pushes what it makes and says
what that is: nothing, one image or a list.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from arcgrid.kernels import Kernel, inner, types
from arcgrid_solvers.search.families.states.images import ARENA, INT, Cells, Counters, Table

NOTHING, IMAGE, LIST = 0, 1, 2
"""What an operation has made; also what a state is."""
ANY = 3
"""For operations that take single images and lists alike: `IMAGE | LIST`."""

STATE_T = INT(*ARENA, *[INT] * 7)
"""Of an operation on a state: first, number, kind, a, b, rows, columns."""
IMAGE_T = types.boolean(*ARENA, *[INT] * 5)
"""Of an operation on an image: source, a, b, rows, columns."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to use an operation.

    Attributes:
        words: what it does, for people.
        a, b: the numbers that say so to the operation.
        takes: what it works on: `IMAGE`, `LIST` or `ANY`.
        cost: how much deeper in the search it leads; an ordinary operation costs 10.
        color: the color it is about; left out where no input has it. -1: none.
        canvas: whether it depends on the shape of the canvas.
    """

    words: str
    a: int
    b: int = 0
    takes: int = ANY
    cost: int = 10
    color: int = -1
    canvas: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """A family of operations that share one kernel."""

    name: str
    apply: Kernel
    variants: tuple[Variant, ...]


def on_each(one: Callable[..., object]) -> Kernel:
    """From an operation on an image to one on states: lists lose the images that it fails on."""
    single = inner(IMAGE_T)(one)

    def apply(
        cells: Cells,
        images: Table,
        counters: Counters,
        first: int,
        number: int,
        kind: int,
        a: int,
        b: int,
        rows: int,
        columns: int,
    ) -> int:
        made = 0
        for image in range(first, first + number):
            if single(cells, images, counters, image, a, b, rows, columns):
                made += 1
            elif kind == IMAGE:
                return NOTHING
        return kind if made else NOTHING

    apply.__qualname__ = f"{one.__qualname__}_each"  # the linker tells kernels apart by name
    return inner(STATE_T)(apply)
