"""The reference page is what the docstrings and the functions say now."""

from __future__ import annotations

from docs import kernels_page


def test_the_page_is_up_to_date() -> None:
    assert (kernels_page.HERE / "kernels.md").read_text() == kernels_page.page()


def test_the_pictures_are_up_to_date() -> None:
    kept = {path.stem: path.read_text() for path in (kernels_page.HERE / "kernels").glob("*.svg")}
    assert kept == kernels_page.pictures()
