"""What is said of objects, and how objects are chosen by it.

A selector is a conjunction of at most two tests "fact is value" or "is not". It is found from the
objects that it must choose and those that it must not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from arcgrid_solvers.search.families.objects.scene import Board, Scene, Thing
from arcgrid_solvers.search.words import color_name

FACTS = (
    ("color", 1.0),
    ("number of larger ones", 1.0),
    ("number of smaller ones", 1.0),
    ("size", 1.5),
    ("number of colors", 1.5),
    ("number of holes", 1.5),
    ("number of others of its shape", 2.0),
    ("number of others of its color", 2.0),
    ("number of others of its size", 2.0),
    ("height", 2.5),
    ("width", 2.5),
    ("box side, if square", 2.5),
    ("orientation (1 tall, 2 wide)", 2.5),
    ("touching the border", 2.0),
    ("mirrored left-right the same", 2.5),
    ("mirrored upside down the same", 2.5),
    ("a full rectangle", 2.0),
    ("number of objects in its box", 2.5),
    ("inside another's box", 2.5),
    ("next to another", 2.5),
    ("in rows or columns of another", 3.0),
    ("the topmost", 3.0),
    ("the lowest", 3.0),
    ("the leftmost", 3.0),
    ("the rightmost", 3.0),
    ("number of ends", 3.0),
    ("number of corners", 3.0),
    ("least common color", 2.5),
    ("number of smaller sizes", 2.5),
    ("number of further left ones", 3.5),
    ("number of higher ones", 3.5),
)
"""What is counted or asked of an object, and the bits to mention it."""

_FLAGS = frozenset(
    index
    for index, (name, _) in enumerate(FACTS)
    if not name.startswith(("number", "color", "size", "height", "width", "box", "or", "least"))
)
_COLORS = frozenset({0, 27})
_NEGATION = 1.0
_VALUE = 2.0
_MOST_CONDITIONS = 120

Facts = tuple[int, ...]


def facts_of(scene: Scene) -> list[Facts]:
    """The facts of each object of a scene, in the order of `FACTS`."""
    things = scene.things
    shapes = [shape_of(thing, scene.board) for thing in things]
    counts = (Counter(shapes), Counter(t.color for t in things), Counter(t.size for t in things))
    sizes = sorted(thing.size for thing in things)
    found = []
    for thing, shape in zip(things, shapes, strict=True):
        same = (counts[0][shape], counts[1][thing.color], counts[2][thing.size])
        alone = _alone(thing, scene.board, shape)
        ranks = (
            sum(size > thing.size for size in sizes),
            sum(size < thing.size for size in sizes),
            len({size for size in sizes if size < thing.size}),
        )
        found.append(_join(thing, same, ranks, alone, _among(thing, scene)))
    return found


def _join(
    thing: Thing,
    same: tuple[int, int, int],
    ranks: tuple[int, int, int],
    alone: tuple[int, ...],
    among: tuple[int, ...],
) -> Facts:
    border, left_right, up_down, full, ends, corners, holes = alone
    inner, inside, near, lined, first_row, last_row, first_column, last_column, *order = among
    height, width = thing.height, thing.width
    return (
        *(thing.color, ranks[0], ranks[1], thing.size, len(thing.layers), holes),
        *(same[0] - 1, same[1] - 1, same[2] - 1, height, width),
        *(height if height == width else 0, (height > width) + 2 * (height < width)),
        *(border, left_right, up_down, full, inner, inside, near, lined),
        *(first_row, last_row, first_column, last_column, ends, corners),
        *(thing.layers[-1][0], ranks[2], *order),
    )


def shape_of(thing: Thing, board: Board) -> tuple[tuple[int, int], ...]:
    """The same for all objects of a shape up to the eight motions."""
    cells = [(r - thing.top, c - thing.left) for r, c in board.cells(thing.mask)]
    last, end = thing.height - 1, thing.width - 1
    forms = []
    for flip in (False, True):
        for r_flip in (False, True):
            turned = [(last - r if r_flip else r, end - c if flip else c) for r, c in cells]
            forms += [sorted(turned), sorted((c, r) for r, c in turned)]
    return tuple(min(forms))


def _alone(thing: Thing, board: Board, shape: tuple[tuple[int, int], ...]) -> tuple[int, ...]:
    """Facts of an object for itself."""
    mask = thing.mask
    border = thing.top == 0 or thing.left == 0
    border = border or thing.bottom == board.height - 1 or thing.right == board.width - 1
    cells = set(board.cells(mask))
    left_right = all((r, thing.left + thing.right - c) in cells for r, c in cells)
    up_down = all((thing.top + thing.bottom - r, c) in cells for r, c in cells)
    ends = corners = 0
    for r, c in cells:
        up, down = (r - 1, c) in cells, (r + 1, c) in cells
        left, right = (r, c - 1) in cells, (r, c + 1) in cells
        near = up + down + left + right
        ends += near == 1
        corners += near == 2 and up + down == 1
    return (
        border,
        left_right,
        up_down,
        thing.size == thing.height * thing.width,
        ends,
        corners,
        _holes(thing, cells),
    )


def _holes(thing: Thing, cells: set[tuple[int, int]]) -> int:
    """How many areas an object encloses."""
    rest = {
        (r, c)
        for r in range(thing.top - 1, thing.bottom + 2)
        for c in range(thing.left - 1, thing.right + 2)
    } - cells
    areas = 0
    while rest:
        areas += 1
        todo = [rest.pop()]
        while todo:
            r, c = todo.pop()
            for cell in ((r - 1, c), (r + 1, c), (r, c - 1), (r, c + 1)):
                if cell in rest:
                    rest.remove(cell)
                    todo.append(cell)
    return areas - 1


def _among(thing: Thing, scene: Scene) -> tuple[int, ...]:
    """Facts of an object among the others."""
    board = scene.board
    around = board.box(thing.top - 1, thing.left - 1, thing.height + 2, thing.width + 2)
    others = [other for other in scene.things if other is not thing]
    inner = inside = lined = 0
    near = False
    for other in others:
        rows = other.top <= thing.bottom and thing.top <= other.bottom
        columns = other.left <= thing.right and thing.left <= other.right
        lined |= rows or columns
        near |= bool(other.mask & around)
        if rows and columns:
            inner += _within(other, thing)
            inside |= _within(thing, other)
    return (
        inner,
        inside,
        near,
        lined,
        all(thing.top <= other.top for other in others),
        all(thing.bottom >= other.bottom for other in others),
        all(thing.left <= other.left for other in others),
        all(thing.right >= other.right for other in others),
        sum(other.left < thing.left for other in others),
        sum(other.top < thing.top for other in others),
    )


def _within(thing: Thing, other: Thing) -> bool:
    rows = other.top <= thing.top and thing.bottom <= other.bottom
    return rows and other.left <= thing.left and thing.right <= other.right


@dataclass(frozen=True, slots=True)
class Condition:
    """Fact `fact` is `value`, or is not."""

    fact: int
    value: int
    negated: bool = False

    def holds(self, facts: Facts) -> bool:
        """Whether the facts of an object pass."""
        return (facts[self.fact] == self.value) != self.negated

    @property
    def bits(self) -> float:
        """What it costs to say."""
        value = 0.0 if self.fact in _FLAGS or not self.value else _VALUE
        negation = 0.0 if self.fact in _FLAGS else _NEGATION
        return 2 * FACTS[self.fact][1] + value + negation * self.negated

    @property
    def words(self) -> str:
        """The condition in words."""
        name = FACTS[self.fact][0]
        if self.fact in _FLAGS:
            return f"{'not ' * (self.negated == bool(self.value))}{name}"
        value = color_name(self.value) if self.fact in _COLORS else str(self.value)
        return f"{name} {'is not' if self.negated else 'is'} {value}"


@dataclass(frozen=True, slots=True)
class Selector:
    """Conditions that all have to hold; none chooses all objects."""

    conditions: tuple[Condition, ...] = ()

    def holds(self, facts: Facts) -> bool:
        """Whether an object is chosen."""
        return all(condition.holds(facts) for condition in self.conditions)

    @property
    def bits(self) -> float:
        """What it costs to say."""
        return sum(condition.bits for condition in self.conditions) + len(self.conditions)

    @property
    def words(self) -> str:
        """The selector in words."""
        said = " and ".join(condition.words for condition in self.conditions)
        return f"each object whose {said}" if said else "each object"


class Conditions:
    """All conditions that tell some objects apart, with the sets of those that meet them."""

    def __init__(self, facts: Sequence[Facts]) -> None:
        self.everyone = (1 << len(facts)) - 1
        kinds: dict[int, Condition] = {}
        for fact in range(len(FACTS)):
            sets: dict[int, int] = {}
            for index, row in enumerate(facts):
                sets[row[fact]] = sets.get(row[fact], 0) | 1 << index
            for value, passing in sets.items():
                for negated in (False, True):
                    condition = Condition(fact, value, negated)
                    key = self.everyone ^ passing if negated else passing
                    if key not in kinds or condition.bits < kinds[key].bits:
                        kinds[key] = condition
        self.all = sorted(
            ((condition.bits, passing, condition) for passing, condition in kinds.items()),
            key=lambda row: (row[0], row[2].fact, row[2].value, row[2].negated),
        )

    def select(self, wanted: int, banned: int, most: int = 3) -> Iterator[tuple[Selector, int]]:
        """The simplest selectors of all wanted and no banned objects, and whom they choose."""
        if not banned:
            yield Selector(), self.everyone
            most -= 1
        fitting = [row for row in self.all if not wanted & ~row[1]]
        for _, passing, condition in fitting:
            if not passing & banned and most and passing != self.everyone:
                yield Selector((condition,)), passing
                most -= 1
        if not banned or not most:
            return
        pairs = []
        fitting = fitting[:_MOST_CONDITIONS]
        for index, (bits, passing, condition) in enumerate(fitting):
            if not passing & banned:
                continue
            for more, also, second in fitting[index + 1 :]:
                if not passing & also & banned and also & banned:
                    pairs.append((bits + more, passing & also, Selector((condition, second))))
        pairs.sort(key=lambda row: row[0])
        seen = set()
        for _, passing, selector in pairs:
            if most and passing not in seen:
                seen.add(passing)
                yield selector, passing
                most -= 1
