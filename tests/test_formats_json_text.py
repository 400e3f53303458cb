"""JSON with exact places: `parse_grid` agrees with the standard decoder, keys occur once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcgrid import ArcgridError, Grid, GridError, as_grid
from arcgrid.errors import FormatError
from arcgrid.formats.files import read_file
from arcgrid.formats.json_text import MAX_DEPTH, check_keys, decode, format_grid, parse_grid
from tests.samples import grids


@given(grids())
def test_a_grid_round_trips(grid: Grid) -> None:
    text = format_grid(grid)
    assert text == json.dumps(grid.tolist(), separators=(",", ":"))
    parsed = parse_grid(text.encode())
    assert parsed.tolist() == grid.tolist()
    assert not parsed.flags.writeable


GAPS = st.text(" \t\r\n", max_size=2)
SCALARS = st.one_of(
    st.integers(-1, 11),
    st.sampled_from([0, 0, 0, True, None, 2.0, "4", "", "[1,2]", 10**20, [], [1], {}, {"a": 1}]),
)
ROWS = st.lists(SCALARS, max_size=4) | SCALARS
VALUES = st.lists(ROWS, max_size=4) | SCALARS


@st.composite
def spaced(draw: st.DrawFn, value: Any) -> str:
    """The JSON text of a value, with any white space between its tokens."""
    gap = draw(GAPS)
    if isinstance(value, list):
        inner = ",".join([draw(spaced(entry)) for entry in value])
        return f"{gap}[{draw(GAPS)}{inner}]{draw(GAPS)}"
    return gap + json.dumps(value) + draw(GAPS)


def outcome_of(make: Any, argument: Any) -> object:
    try:
        return make(argument).tolist()
    except GridError as error:
        return str(error)


@given(VALUES.flatmap(spaced))
def test_parse_grid_agrees_with_the_standard_decoder(text: str) -> None:
    wanted = outcome_of(as_grid, json.loads(text))
    assert outcome_of(parse_grid, text.encode()) == wanted


@given(grids(max_side=5).map(lambda grid: grid.tolist()).flatmap(spaced))
def test_white_space_does_not_matter(text: str) -> None:
    assert parse_grid(text.encode()).tolist() == json.loads(text)


# Characters of grids in any order: nearly all are no JSON, some are.
@given(st.text("[],01 9", max_size=24))
def test_what_is_no_json_is_refused(text: str) -> None:
    try:
        wanted = outcome_of(as_grid, json.loads(text))
    except ValueError:
        with pytest.raises(FormatError, match="not JSON"):
            parse_grid(text.encode())
    else:
        assert outcome_of(parse_grid, text.encode()) == wanted


# One character of a sound grid changed: the fast check must see every one.
@given(grids(max_side=4), st.data())
def test_a_change_in_any_place_is_seen(grid: Grid, data: st.DataObject) -> None:
    text = format_grid(grid)
    place = data.draw(st.integers(0, len(text) - 1))
    changed = text[:place] + data.draw(st.sampled_from('[],0- .1"a')) + text[place + 1 :]
    try:
        wanted = outcome_of(as_grid, json.loads(changed))
    except ValueError:
        with pytest.raises(FormatError):
            parse_grid(changed.encode())
    else:
        assert outcome_of(parse_grid, changed.encode()) == wanted


@pytest.mark.parametrize(
    ("height", "width"), [(30, 30), (31, 1), (1, 31), (31, 31), (0, 1), (1, 0)]
)
def test_sizes_at_the_limit(height: int, width: int) -> None:
    text = json.dumps([[0] * width] * height)
    assert outcome_of(parse_grid, text.encode()) == outcome_of(as_grid, json.loads(text))


def test_punctuation_in_the_wrong_places_is_no_grid() -> None:
    with pytest.raises(FormatError, match="not JSON"):
        parse_grid(b"[[1,2],[3,,]4[5,6]]")


@pytest.mark.parametrize("text", [b'[{"\xff": 1}]', b'{"\xff": 1}'])
def test_keys_that_are_no_utf_8(text: bytes) -> None:
    with pytest.raises(FormatError, match=r"^not JSON: "):
        check_keys(text)


def test_a_key_twice_beside_a_number_that_python_does_not_convert() -> None:
    with pytest.raises(FormatError) as caught:
        check_keys(b'{"a": 1.5, "a": ' + b"1" * 5000 + b"}")
    assert str(caught.value) == "the key 'a' occurs twice"


class Pair(msgspec.Struct):
    input: int


class Shape(msgspec.Struct):
    train: list[Pair]


UNDECODABLE: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "not JSON: input data was truncated"),
    "half a text": (b'{"train": [', "not JSON: input data was truncated"),
    "more than one value": (b'{"train": []} x', "not JSON: trailing characters (byte 15)"),
    "single quotes": (b"{'train': []}", "not JSON: object keys must be strings (byte 1)"),
    "a wrong letter": (b"nul", "not JSON: input data was truncated"),
    "no object": (b"[1]", "expected object, got array"),
    "a missing key": (b"{}", "the key 'train' is missing"),
    "a missing key below": (b'{"train": [{}]}', "train[0]: the key 'input' is missing"),
    "a wrong type": (b'{"train": 1}', "train: expected array, got int"),
    "a wrong type below": (
        b'{"train": [{"input": null}]}',
        "train[0].input: expected int, got null",
    ),
    "no utf-8": (
        b'{"train": "\xff"}',
        "train: expected array, got str",
    ),
}


@pytest.mark.parametrize(("text", "message"), UNDECODABLE.values(), ids=UNDECODABLE)
def test_decode_names_the_place(text: bytes, message: str) -> None:
    with pytest.raises(FormatError) as caught:
        decode(text, Shape)
    assert str(caught.value) == message


DEEP = b"[" * 100_000 + b"]" * 100_000


def test_deep_nesting_is_refused() -> None:
    for check in (check_keys, parse_grid):
        with pytest.raises(FormatError) as caught:
            check(DEEP)
        problem = "not JSON that can be read: it is nested too deeply"
        assert str(caught.value) == problem


TWICE: dict[str, tuple[bytes, str]] = {
    "at the top": (b'{"a": 1, "b": 2, "a": 3}', "the key 'a' occurs twice"),
    "in a list": (b'{"a": [1, {"b": 1, "b": 1}]}', "a[1]: the key 'b' occurs twice"),
    "below": (b'{"a": {"b": {"c": 1, "c": 2}}}', "a.b: the key 'c' occurs twice"),
    "in another spelling": (b'{"a": 1, "\\u0061": 2}', "the key 'a' occurs twice"),
    "with space": (b'{"a" : 1, "a"\n: 2}', "the key 'a' occurs twice"),
    "after rows of cells": (b'[[0, {"a": 1, "a": 2}]]', "[0][1]: the key 'a' occurs twice"),
    "beside text like a key": (b'{"a": "\\":", "a": 1}', "the key 'a' occurs twice"),
    "an empty key": (b'{"": 1, "": 2}', "the key '' occurs twice"),
}


@pytest.mark.parametrize(("text", "message"), TWICE.values(), ids=TWICE)
def test_a_key_that_occurs_twice(text: bytes, message: str) -> None:
    with pytest.raises(FormatError) as caught:
        check_keys(text)
    assert str(caught.value) == message


JSON = st.recursive(
    st.none() | st.integers(0, 9) | st.text('a":\\', max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text('ab"', max_size=2), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(JSON)
def test_keys_that_occur_once_are_fine(value: object) -> None:
    check_keys(json.dumps(value).encode())


@given(st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), JSON), max_size=3), JSON)
def test_any_key_that_occurs_twice_is_found(
    pairs: list[tuple[str, object]], beside: object
) -> None:
    members = ", ".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in pairs)
    text = f"[{json.dumps(beside)}, {{{members}}}]".encode()
    if len({key for key, _ in pairs}) == len(pairs):
        check_keys(text)
    else:
        with pytest.raises(FormatError, match=r"^\[1\]: the key '[abc]' occurs twice$"):
            check_keys(text)


def test_reading_a_file(tmp_path: Path) -> None:
    file = tmp_path / "some.json"
    file.write_bytes(b"\xef\xbb\xbf[1]")
    assert read_file(file) == b"[1]"
    for path, problem in (
        (tmp_path / "no.json", "no such file or directory"),
        (tmp_path, "is a directory"),
    ):
        with pytest.raises(ArcgridError) as caught:
            read_file(path)
        assert str(caught.value) == f"{path}: {problem}"


@pytest.mark.parametrize(
    ("opening", "closing"), [("[", "]"), ('{"a":', "}"), ('[{"a":[],"b":', "}]")]
)
def test_nesting_is_limited_alike_on_every_python(opening: str, closing: str) -> None:
    levels = MAX_DEPTH // len(closing)
    fits, deeper = levels - 1, levels + 1
    assert decode(f"{opening * fits}1{closing * fits}".encode(), object)
    with pytest.raises(FormatError, match="nested too deeply"):
        decode(f"{opening * deeper}1{closing * deeper}".encode(), object)


def test_brackets_in_strings_are_not_nesting() -> None:
    text = json.dumps({"reply": "[" * 500 + '"' + "{" * 500, "grid": [[1]] * 200})
    assert decode(text.encode(), object) == json.loads(text)
