"""Pictures that the golden files hold; `python -m tests.pictures` writes the files anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

import arcgrid
from arcgrid import Grid, Task, TaskSet
from arcgrid.palette import palette, rgb
from arcgrid.render import svg, tikz
from arcgrid.render.cells import mark_size
from arcgrid.render.scene import Rect, Scene, text_width
from arcgrid.render.style import LIGHT, Style

GOLDEN = Path(__file__).parent / "golden"
PAGE = Path(__file__).parents[1] / "docs" / "pictures"

HOSTILE_IDS = {
    "markup": "<script>alert(1)</script>",
    "quotes": "\"'><b>&amp;",
    "lines": "one\ntwo\r\nthree\x00\x1b[31m",
    "emoji": "🧩 пазл 問題",
    "long": "x" * 300,
    "cdata": "]]><!--",
    "direction": "a\u202eb\u2066c",
    "surrogate": "bad\udc80",
}


SVG = "{http://www.w3.org/2000/svg}"
TAGS = {SVG + tag for tag in ("svg", "title", "path", "g", "text")}
"""The elements that a picture is made of."""


def pixels(image: bytes) -> NDArray[np.uint8]:
    """The colors of a PNG file, shape (height, width, 4)."""
    return np.asarray(Image.open(BytesIO(image)).convert("RGBA"))


def mini() -> TaskSet:
    return arcgrid.load("arcgrid/mini")


def gravity() -> Task:
    return mini()["gravity-down"]


def attempts() -> list[list[Grid]]:
    """A right one, one with wrong cells, and one of a wrong size."""
    truth = gravity().test[0].output
    assert truth is not None
    near = truth.copy()
    near[0, 0], near[3, 2:5] = 4, 5
    return [[truth, near, truth[:2]]]


def some() -> TaskSet:
    return mini().subset(["gravity-down", "majority-color", "maze-thread"])


def tried() -> dict[str, list[list[Grid]]]:
    """Attempts at two of `some`: one solved, one nearly; none at the third."""
    votes = mini()["majority-color"]
    wrong = [[(pair.output + 1) % 10] for pair in votes.test if pair.output is not None]
    solved = [pair.output for pair in gravity().test[1:] if pair.output is not None]
    return {"gravity-down": [*attempts(), solved], "majority-color": wrong}


def padded() -> Grid:
    grid = np.full((4, 5), 10, np.uint8)
    grid[:2, :3] = [[1, 2, 3], [4, 5, 6]]
    return grid


STYLES = [
    Style(),
    Style(palette="color-blind", digits=True, dark=True),
    Style(cell=3, labels=False, transparent=True),
    Style(width=380, answers=False),
    Style(width="84mm", digits=True, lines=False, title="A title", caption="Below it, a caption."),
    Style(cell="2.5mm", dpi=200, pairs="0,test"),
]
"""Styles that differ in every option."""

PICTURES: Mapping[str, Callable[[], str]] = {
    "grid.svg": lambda: svg.grid(padded()),
    "pair.svg": lambda: svg.pair(gravity().train[0], Style(digits=True, transparent=True)),
    "task.svg": lambda: svg.task(gravity()),
    "task-phone.svg": lambda: svg.task(gravity(), Style(width=380, dark=True, answers=False)),
    "task-attempts.svg": lambda: svg.task(gravity(), Style(palette="color-blind"), attempts()),
    "attempt.svg": lambda: svg.attempt(attempts()[0][1], attempts()[0][0], Style(palette="site")),
    "task-paper.svg": lambda: svg.task(
        gravity(), Style(width="84mm", pairs="0,2,test[1]", title="", caption="Everything falls.")
    ),
    "task-set.svg": lambda: svg.task_set(some(), Style(width=800)),
    "task-set-attempts.svg": lambda: svg.task_set(some(), Style(width=800), tried()),
    "attempt.tex": lambda: tikz.attempt(attempts()[0][1], attempts()[0][0], Style(digits=True)),
}
"""Pictures by the name of their file."""

SHOWN: Mapping[str, Callable[[], str]] = {
    "gravity-down.svg": lambda: svg.task(gravity()),
    "attempts.svg": lambda: svg.task(gravity(), Style(pairs="test[0]"), attempts()),
    "sheet.svg": lambda: svg.task_set(some(), Style(width=800, title=""), tried()),
}
"""Those of the page about pictures."""


def inside(scene: Scene) -> None:
    """Everything is on the picture, and nothing lies on another thing."""
    taken = np.zeros((scene.height, scene.width), bool)
    areas = [(box.x, box.y, *box.size) for box in scene.boxes]
    areas += [(one.x, one.y, one.width, one.height) for one in scene.unknowns]
    areas += list(scene.dividers)
    areas += [(one.x, one.y - one.size, one.size, one.size) for one in scene.signs]
    areas += [label_area(scene, number) for number in range(len(scene.labels))]
    for x, y, width, height in areas:
        assert x >= 0
        assert y >= 0
        assert x + width <= scene.width
        assert y + height <= scene.height
        assert not taken[y : y + height, x : x + width].any()
        taken[y : y + height, x : x + width] = True
    for arrow in scene.arrows:
        for stroke in arrow.strokes(scene.pen):
            for point in stroke.points:
                assert not taken[int(point[1]), int(point[0])]


def under(scene: Scene, number: int) -> int:
    """How many pixels are between a text and the grid below it."""
    left, top, width, height = label_area(scene, number)
    things = [(box.x, box.y, box.size[0]) for box in scene.boxes]
    things += [(one.x, one.y, one.width) for one in scene.unknowns]
    below = [y for x, y, w in things if x < left + width and left < x + w and y >= top + height]
    return min(below) - top - height


def cells_of(image: NDArray[np.uint8], scene: Scene, style: Style) -> list[list[list[int]]]:
    """Every box of a picture, read back from the colors of its cells.

    A cell is read beside its lines, where neither digits nor outlines come.
    """
    values = {rgb(color): value for value, color in enumerate(palette(style.palette))}
    values[rgb(style.theme.paper)] = 10 if style.theme is LIGHT else values.get((0, 0, 0), 0)
    found = []
    for box in scene.boxes:
        rows, columns = box.cells.shape
        off = box.line if box.wrong is None else box.line + sum(mark_size(box.cell))
        off = min(off, box.cell - 1)
        lefts = [box.x + column * box.cell + off for column in range(columns)]
        tops = [box.y + row * box.cell + off for row in range(rows)]
        found.append([[values[tuple(image[y, x, :3])] for x in lefts] for y in tops])
    return found


def label_area(scene: Scene, number: int) -> Rect:
    """Where a text is, at most: from its capitals to its base line."""
    label = scene.labels[number]
    width = text_width(label.text, label.size)
    left = label.x - (width // 2 if label.anchor == "middle" else 0)
    tall = round(0.72 * label.size)
    return left, label.y - tall, width, tall


if __name__ == "__main__":
    for folder, drawn in ((GOLDEN, PICTURES), (PAGE, SHOWN)):
        for name, draw in drawn.items():
            (folder / name).write_text(draw())
