"""The documentation as a site: strict, whole, and asking nobody for anything."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

import arcgrid

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as `make docs` builds it: a warning, or a link that leads nowhere, ends it."""
    if importlib.util.find_spec("sphinx") is None:
        pytest.skip("sphinx is not installed (it is in requirements-dev.lock)")
    folder = tmp_path_factory.mktemp("site")
    options = ["--quiet", "--fail-on-warning", "--keep-going", "-d", str(folder / "doctrees")]
    command = [sys.executable, "-m", "sphinx", *options, str(ROOT / "docs"), str(folder / "site")]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return folder / "site"


def test_every_page_is_there(site: Path) -> None:
    pages = {path.stem for path in (ROOT / "docs").glob("*.md")}
    assert pages | {"search", "genindex"} <= {path.stem for path in site.glob("*.html")}
    assert '<input class="sidebar-search"' in (site / "index.html").read_text()


def test_every_public_name_is_in_the_reference(site: Path) -> None:
    text = (site / "api.html").read_text()
    there = set(re.findall(r'id="arcgrid\.(?:grid\.)?(\w+)"', text))
    modules = {"augment", "ops"}
    assert set(dir(arcgrid)) - there == modules


def test_the_site_loads_nothing_from_elsewhere(site: Path) -> None:
    loads = re.compile(r"""(?:src=|<link[^>]*href=|url\(|@import )["']?(?:https?:)?//""")
    texts = [path.read_text() for path in site.rglob("*") if path.suffix in (".html", ".css")]
    assert len(texts) > 10
    assert not [found for text in texts for found in loads.findall(text)]
