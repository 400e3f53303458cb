"""The text extractor: a table of cases, which is what its version means."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcgrid import GridError
from arcgrid.formats.json_text import format_grid
from arcgrid.formats.text_answer import EXTRACTOR, extract_grid, read_answer
from tests.samples import SMALL

NONE = "the text answer holds no grid where one is looked for"

# name: the text, the grid or what is wrong
CASES: dict[str, tuple[str, object]] = {
    "the grid alone": ("[[1, 2], [3, 4]]", [[1, 2], [3, 4]]),
    "over several lines": ("[\n [1],\n [2]\n]\n", [[1], [2]]),
    "prose around it": ("The answer is [[7]], I think.", [[7]]),
    "the last of two": ("First [[1]], then [[2]].", [[2]]),
    "in a code block": ("```json\n[[5, 6]]\n```", [[5, 6]]),
    "boxed": (r"So \boxed{[[1]]}", [[1]]),
    "boxed before a later list": (r"\boxed{[[1]]} and not [[2]]", [[1]]),
    "boxed after an earlier list": (r"not [[2]] but \boxed{ [[1]] }", [[1]]),
    "the first of two boxes": (r"\boxed{[[1]]} \boxed{[[2]]}", [[1]]),
    "boxed words, then a list": (r"\boxed{see below} [[3]]", [[3]]),
    "boxed words after the list": (r"[[3]] \boxed{see above}", NONE),
    "a single row at the end": ("[[1]] and the row [1]", NONE),
    "an object": ('{"answer": [[1]]}', NONE),
    "a brace after it": ("[[1]] }", NONE),
    "no list": ("I do not know", NONE),
    "nothing": ("", NONE),
    "never opened": ("1]]", NONE),
    "not closed": ("[[1], [2", NONE),
    "an empty list": ("[]", NONE),
    "rows and a number": ("[[1], 2]", NONE),
    "three levels": ("[[[1]]]", "row 0, column 0: [1] is not an integer from 0 to 9"),
    "ragged": ("[[1, 2], [3]]", "row 1: 1 cells, but row 0 has 2"),
    "no color": ("[[10]]", "row 0, column 0: 10 is not a color (0 to 9)"),
    "a float": ("[[2.0]]", "row 0, column 0: 2.0 is not an integer from 0 to 9"),
    "text cells": ('[["1"]]', 'row 0, column 0: "1" is not an integer from 0 to 9'),
    "an empty row": ("[[]]", "the grid has no columns"),
    "deeply nested": ("[" * 3000 + "]" * 3000, NONE),
}


@pytest.mark.parametrize(("text", "wanted"), CASES.values(), ids=CASES)
def test_cases(text: str, wanted: object) -> None:
    if isinstance(wanted, str):
        with pytest.raises(GridError) as caught:
            extract_grid(text)
        assert str(caught.value) == wanted
    else:
        assert extract_grid(text).tolist() == wanted


def test_a_box_without_an_end_is_none() -> None:
    """It would be read otherwise only with brackets in strings, which count as brackets."""
    with pytest.raises(GridError) as caught:
        extract_grid(r'\boxed{[["]"]]')
    assert str(caught.value) == NONE


EMPTY = "the reply is empty"

# name: the text, the grid or what is wrong, what read it
ANSWERS: dict[str, tuple[str, object, str]] = {
    "an object": ('{"grid": [[1, 2]]}', [[1, 2]], "schema"),
    "an object after space": (' \n{"why": "[[3]]", "grid": [[1]]}', [[1]], "schema"),
    "an object with a bad grid": ('{"grid": [[1], []]}', "row 1: 0 cells, but row 0 has 1", ""),
    "an object without grid": ('{"answer": [[1]]}', NONE, ""),
    "an object whose grid is null": ('{"grid": null}', NONE, ""),
    "no object, but so begun": ("{so} [[4]]", [[4]], EXTRACTOR),
    "an object after words": ('see {"grid": [[1]]}', NONE, ""),
    "half a character": ("\ud800 [[5]]", [[5]], EXTRACTOR),
    "half a character in an object": ('{"\ud800": [[5]]}', NONE, ""),
    "a grid alone": ("[[6]]", [[6]], EXTRACTOR),
    "nothing": ("", EMPTY, ""),
    "space": (" \n", EMPTY, ""),
}


@pytest.mark.parametrize(("text", "wanted", "reader"), ANSWERS.values(), ids=ANSWERS)
def test_a_model_answers_in_an_object_or_in_words(text: str, wanted: object, reader: str) -> None:
    if isinstance(wanted, str):
        with pytest.raises(GridError) as caught:
            read_answer(text)
        assert str(caught.value) == wanted
        assert caught.value.fault == ("ragged" if "row 1" in wanted else "type")
    else:
        grid, how = read_answer(text)
        assert (grid.tolist(), how) == (wanted, reader)


def test_the_name_changes_with_the_cases() -> None:
    assert (EXTRACTOR, len(CASES)) == ("boxed-or-last-list v1", 27)


@given(st.data())
def test_a_grid_after_any_words(data: st.DataObject) -> None:
    grid = data.draw(SMALL)
    words = data.draw(st.text(st.characters(exclude_characters="[]{}"), max_size=20))
    assert extract_grid(f"{words}{format_grid(grid)}{words}").tolist() == grid.tolist()


@given(st.text("[]{}1, \\boxed", max_size=30) | st.text(max_size=30))
def test_any_text_is_a_grid_or_an_error(text: str) -> None:
    with contextlib.suppress(GridError):
        assert extract_grid(text).ndim == 2
