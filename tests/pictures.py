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
from arcgrid.render import svg
from arcgrid.render.scene import Scene
from arcgrid.render.style import Style

GOLDEN = Path(__file__).parent / "golden"

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


def padded() -> Grid:
    grid = np.full((4, 5), 10, np.uint8)
    grid[:2, :3] = [[1, 2, 3], [4, 5, 6]]
    return grid


STYLES = [
    Style(),
    Style(palette="color-blind", digits=True, dark=True),
    Style(cell=3, labels=False, transparent=True),
    Style(width=380, answers=False),
]
"""Styles that differ in every option."""

PICTURES: Mapping[str, Callable[[], str]] = {
    "grid": lambda: svg.grid(padded()),
    "pair": lambda: svg.pair(gravity().train[0], Style(digits=True, transparent=True)),
    "task": lambda: svg.task(gravity()),
    "task-phone": lambda: svg.task(gravity(), Style(width=380, dark=True, answers=False)),
    "task-attempts": lambda: svg.task(gravity(), Style(palette="color-blind"), attempts()),
    "attempt": lambda: svg.attempt(attempts()[0][1], attempts()[0][0], Style(palette="site")),
    "task-set": lambda: svg.task_set(some(), Style(width=800)),
}


def inside(scene: Scene) -> None:
    """Everything is on the picture, and no two boxes overlap."""
    taken = np.zeros((scene.height, scene.width), bool)
    areas = [(box.x, box.y, *box.size) for box in scene.boxes]
    areas += [(one.x, one.y, one.width, one.height) for one in scene.unknowns]
    areas += list(scene.dividers)
    for x, y, width, height in areas:
        assert x >= 0
        assert y >= 0
        assert x + width <= scene.width
        assert y + height <= scene.height
        assert not taken[y : y + height, x : x + width].any()
        taken[y : y + height, x : x + width] = True
    for arrow in scene.arrows:
        for point in (point for stroke in arrow.strokes for point in stroke):
            assert not taken[int(point[1]), int(point[0])]
    for label in scene.labels:
        wide = len(label.text)
        start = label.x - (wide * label.size * 0.29 if label.anchor == "middle" else 0)
        assert start >= -label.size
        assert label.y <= scene.height


if __name__ == "__main__":
    for name, draw in PICTURES.items():
        (GOLDEN / f"{name}.svg").write_text(draw())
