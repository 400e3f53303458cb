"""The page of formats has the formats that there are."""

from __future__ import annotations

from docs import formats_page


def test_the_page_is_up_to_date() -> None:
    assert formats_page.PAGE.read_text() == formats_page.page()
    assert "| `kaggle-2020` | Kaggle 2020" in formats_page.page()
