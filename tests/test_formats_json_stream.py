"""Large JSON objects member by member: the same as a decoder gives, however it is cut."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcgrid.errors import FormatError
from arcgrid.formats import json_stream
from arcgrid.formats.json_stream import Member, iter_members

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT
SCALARS = SCALARS | st.sampled_from(['"', "\\", '\\"', "[", "}{", '": ', "[1,2]"])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=12,
)
ROWS = st.lists(st.lists(st.lists(st.integers(0, 9), max_size=4), max_size=3), max_size=2)
OBJECTS = st.dictionaries(TEXT, VALUES | ROWS, max_size=5)


def members(text: bytes) -> dict[str, Any]:
    return {member.key: json.loads(member.text) for member in iter_members(io.BytesIO(text))}


@given(OBJECTS, st.integers(1, 40), st.sampled_from([None, 1]), st.booleans())
def test_members_are_those_of_the_object(
    value: dict[str, Any], step: int, indent: int | None, ascii: bool
) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_stream, "_STEP", step)
        found = list(iter_members(io.BytesIO(text)))
    assert {member.key: json.loads(member.text) for member in found} == value
    assert [member.key for member in found] == list(value)
    for member in found:
        assert text[member.offset :].startswith(member.text)


# name: what is no object of members, what is said of it
FAULTS: dict[str, tuple[bytes, str]] = {
    "nothing": (b" \n", "not JSON: the file is empty"),
    "a list": (b"[1]", "expected object, got array"),
    "a text": (b'"a"', "expected object, got str"),
    "a number": (b"-1", "expected object, got int"),
    "null": (b"null", "expected object, got null"),
    "true": (b"true", "expected object, got bool"),
    "something": (b"<html>", "not JSON"),
    "open": (b"{", "not JSON: a key is wanted (byte 1)"),
    "no key": (b"{1: 2}", "not JSON: a key is wanted (byte 1)"),
    "no colon": (b'{"a" 1}', "not JSON: a colon is wanted (byte 5)"),
    "no value": (b'{"a": }', "not JSON: a value is wanted (byte 6)"),
    "no value at the end": (b'{"a":', "not JSON: a value is wanted (byte 5)"),
    "no comma": (b'{"a": 1 "b": 2}', "not JSON: a comma or a closing brace is wanted (byte 8)"),
    "a comma at the end": (b'{"a": 1,}', "not JSON: a key is wanted (byte 8)"),
    "a key that is cut": (b'{"a', "not JSON: the file ends within a value (byte 1)"),
    "a value that is cut": (b'{"a": [[1], [2]', "not JSON: the file ends within a value (byte 6)"),
    "cut in a string": (b'{"a": ["]', "not JSON: the file ends within a value (byte 6)"),
    "not closed": (b'{"a": 1', "not JSON: a comma or a closing brace is wanted (byte 7)"),
    "more": (b'{"a": 1} {}', "not JSON: more text after the object (byte 9)"),
    "twice": (b'{"a": 1, "b": 2, "\\u0061": 3}', "the key 'a' occurs twice"),
    "no UTF-8": (b'{"\xff": 1}', "not JSON: "),
}


@pytest.mark.parametrize(("text", "problem"), FAULTS.values(), ids=FAULTS)
def test_what_is_no_object(text: bytes, problem: str) -> None:
    with pytest.raises(FormatError) as caught:
        list(iter_members(io.BytesIO(text)))
    if problem.endswith(" "):
        assert str(caught.value).startswith(problem)
    else:
        assert str(caught.value) == problem


def test_a_byte_order_mark_and_an_empty_object() -> None:
    assert members(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}
    assert members(b" { } \n") == {}


def test_marks_in_strings_are_no_marks() -> None:
    value = {"a, b": "c, d]}", "[{": ["}", {"]": ":"}], ':"': "\\"}
    assert members(json.dumps(value).encode()) == value


def test_there_are_only_so_many_members(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_stream, "MAX_MEMBERS", 2)
    assert list(members(b'{"a": 1, "b": 2}')) == ["a", "b"]
    with pytest.raises(FormatError) as caught:
        members(b'{"a": 1, "b": 2, "c": 3}')
    assert str(caught.value) == "more than 2 tasks in one file"


def test_where_values_begin() -> None:
    text = b'\xef\xbb\xbf {"a" :  [1, [2]] , "b":"x"}'
    assert list(iter_members(io.BytesIO(text))) == [
        Member("a", 12, b"[1, [2]]"),
        Member("b", 27, b'"x"'),
    ]


def test_a_member_that_is_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_stream, "MAX_MEMBER", 1 << 20)
    text = b'{"a": "' + b"x" * (5 << 20) + b'"}'
    with pytest.raises(FormatError, match=r"^not JSON: a member is longer than 1 MiB \(byte 6\)$"):
        list(iter_members(io.BytesIO(text)))
