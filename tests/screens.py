"""Pictures of the pages for the README; `python -m tests.screens` draws them anew.

Runs two bundled solvers on the bundled puzzles, opens the report in chromium, and writes
`docs/pictures/report.png` and `task.png`. Times and fonts differ between machines, so no test
compares them.
"""

from __future__ import annotations

import shutil
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

import arcgrid
from arcgrid.report.html import report
from arcgrid.store import Store
from tests.test_browser import ARGUMENTS, CHROMIUM

PAGE = Path(__file__).parents[1] / "docs" / "pictures"
COLORS = 96
"""Of a picture: few enough that it is small, and enough for smooth letters."""

SCREENS = {"report": ("", 660), "task": ("#task=legend-recolor", 880)}
"""By name: what the address says, and the height in pixels."""


def draw() -> None:
    """Write all pictures."""
    with tempfile.TemporaryDirectory() as folder:
        store, page = Path(folder) / "runs.sqlite", Path(folder) / "report.html"
        for solver in ("search", "transforms"):
            arcgrid.run(solver, "arcgrid/mini", store=store, name=solver)
        with Store(store) as opened:
            page.write_text(report(opened.runs()[::-1], opened), "utf-8")
        for name, (hash, height) in SCREENS.items():
            (PAGE / f"{name}.png").write_bytes(small(picture(page.as_uri() + hash, height)))


def picture(address: str, height: int) -> bytes:
    """A page as it opens, as PNG."""
    path = next(filter(None, map(shutil.which, CHROMIUM)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        page = browser.new_page(viewport={"width": 1240, "height": height})
        page.goto(address)
        page.wait_for_function("() => document.querySelector('#task:not([hidden]), #charts svg')")
        png = page.screenshot()
        browser.close()
    return png


def small(png: bytes) -> bytes:
    """The picture in few colors."""
    file = BytesIO()
    Image.open(BytesIO(png)).convert("RGB").quantize(COLORS).save(file, "PNG", optimize=True)
    return file.getvalue()


if __name__ == "__main__":
    draw()
