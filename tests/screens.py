"""Pictures of the pages for the README; `python -m tests.screens` draws them anew.

Runs two bundled solvers on the bundled puzzles, opens the report in chromium, and writes
`docs/pictures/report.png` and `task.png`; and `editor.png`, a person in the middle of a puzzle.
`editor` or `reports` draws those alone. Times and fonts differ between machines, so no test
compares them.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

import arcgrid
from arcgrid.report.html import report
from arcgrid.store import Store
from arcgrid.view.solve import sitting
from tests.test_browser import ARGUMENTS, CHROMIUM
from tests.views import serving

PAGE = Path(__file__).parents[1] / "docs" / "pictures"
COLORS = 96
"""Of a picture: few enough that it is small, and enough for smooth letters."""

SCREENS = {"report": ("", 660), "task": ("#task=legend-recolor", 880)}
"""By name: what the address says, and the height in pixels."""

EDITING = ("i", "3", "Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowDown")
"""Keys: the input is copied, and a part of it selected."""


def draw_editor() -> None:
    """Write the picture of a person's page."""
    tasks = arcgrid.load("arcgrid/mini").subset(["mirror-left-right"])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "runs.sqlite"
        with sitting(path, tasks, "Ada", 2) as site, serving(site) as server:
            png = picture(f"{server.address}#1", 1010, EDITING)
    (PAGE / "editor.png").write_bytes(small(png))


def draw_reports() -> None:
    """Write the pictures of a report."""
    with tempfile.TemporaryDirectory() as folder:
        store, page = Path(folder) / "runs.sqlite", Path(folder) / "report.html"
        for solver in ("search", "transforms"):
            arcgrid.run(solver, "arcgrid/mini", store=store, name=solver)
        with Store(store) as opened:
            page.write_text(report(opened.runs()[::-1], opened), "utf-8")
        for name, (hash, height) in SCREENS.items():
            (PAGE / f"{name}.png").write_bytes(small(picture(page.as_uri() + hash, height)))


def picture(address: str, height: int, keys: Sequence[str] = ()) -> bytes:
    """A page as it opens, and after some keys, as PNG."""
    path = next(filter(None, map(shutil.which, CHROMIUM)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        page = browser.new_page(viewport={"width": 1240, "height": height})
        page.goto(address)
        page.locator("#task:not([hidden]), #charts svg, .board").first.wait_for()
        for key in keys:
            page.keyboard.press(key)
        png = page.screenshot()
        browser.close()
    return png


def small(png: bytes) -> bytes:
    """The picture in few colors."""
    file = BytesIO()
    Image.open(BytesIO(png)).convert("RGB").quantize(COLORS).save(file, "PNG", optimize=True)
    return file.getvalue()


if __name__ == "__main__":
    for draw in (draw_reports, draw_editor):
        if not sys.argv[1:] or draw.__name__.removeprefix("draw_") in sys.argv[1:]:
            draw()
