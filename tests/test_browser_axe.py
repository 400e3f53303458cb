"""The pages have no barrier that axe-core finds, in both themes.

Needs `npm ci`, which `make lint` does; without it the tests skip, unless `ARCGRID_REQUIRE_BROWSER`
is set, as CI does: then they fail.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import arcgrid
from arcgrid.report.html import format_report, gallery
from tests import test_browser
from tests.reports import many_entries, sample_entries
from tests.test_browser import Open

browser, open_page = test_browser.browser, test_browser.open_page

AXE = Path(__file__).parents[1] / "node_modules" / "axe-core" / "axe.min.js"

PAGES: dict[str, tuple[Callable[[], str], str]] = {
    "overview": (lambda: format_report(sample_entries("arc-agi-1/evaluation")), ""),
    "many runs": (lambda: format_report(many_entries()), ""),
    "task": (lambda: format_report(sample_entries()), "#task=bb"),
    "table": (lambda: format_report(sample_entries()), "#view=table"),
    "no hits": (lambda: format_report(sample_entries()), "#q=nothing"),
    "missing task": (lambda: format_report(sample_entries()), "#task=nothing"),
    "gallery": (lambda: gallery(arcgrid.load("arcgrid/mini")), ""),
    "task of a gallery": (lambda: gallery(arcgrid.load("arcgrid/mini")), "#task=gravity-down"),
}


@pytest.fixture(scope="module")
def axe() -> str:
    if not AXE.exists():
        reason = "axe-core is not installed (npm ci)"
        if os.environ.get("ARCGRID_REQUIRE_BROWSER"):
            pytest.fail(reason)
        pytest.skip(reason)
    return AXE.read_text("utf-8")


def barriers(found: dict[str, Any]) -> list[str]:
    """What axe-core objects to, one line an element."""
    return [
        f"{one['id']}: {node['html'][:90]}" for one in found["violations"] for node in one["nodes"]
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_no_barriers(open_page: Open, axe: str, name: str, theme: str) -> None:
    make, hash = PAGES[name]
    found = open_page(make(), hash, color_scheme=theme)
    found.page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    found.page.evaluate(axe)
    assert barriers(found.page.evaluate("axe.run()")) == []
