"""How operations are declared: their shape for the compiler, their variants and words for people.

An operation gets the memory, a state in it, two numbers that choose its variant, and the canvas to
be filled. It pushes what it makes and says what that is: nothing, one image or a list.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from arcgrid.kernels import Kernel, inner, types
from arcgrid_solvers.search.families.states.images import (
    CANVAS_T,
    IMAGE,
    INT,
    LIST,
    MEMORY_T,
    NOTHING,
    STATE_T,
    Canvas,
    Memory,
    State,
)

ANY = IMAGE | LIST
"""For operations that take single images and lists alike."""

OPERATION_T = INT(MEMORY_T, STATE_T, INT, INT, CANVAS_T)
"""Of an operation on a state: memory, state, a, b, canvas."""
ON_IMAGE_T = types.boolean(MEMORY_T, INT, INT, INT, CANVAS_T)
"""Of an operation on an image: memory, source, a, b, canvas."""


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
    """Ways to make a state of another one, by one function."""

    name: str
    apply: Kernel
    variants: tuple[Variant, ...]


def on_each(one: Callable[..., object]) -> Kernel:
    """From an operation on an image to one on states: lists lose the images that it fails on."""
    single = inner(ON_IMAGE_T)(one)

    def apply(memory: Memory, state: State, a: int, b: int, canvas: Canvas) -> int:
        made = 0
        for image in range(state.first, state.first + state.number):
            if single(memory, image, a, b, canvas):
                made += 1
            elif state.kind == IMAGE:
                return NOTHING
        return state.kind if made else NOTHING

    apply.__qualname__ = f"{one.__qualname__}_each"  # the linker tells kernels apart by name
    return inner(OPERATION_T)(apply)
