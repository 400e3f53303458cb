"""Text in pictures: hostile names stay text, long ones are cut."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from io import BytesIO

import pytest
from hypothesis import given, settings
from pypdf import PdfReader

from arcgrid import Task, TaskSet
from arcgrid.render import pdf, pictures, png, svg
from arcgrid.render.scene import shortened, text_width
from arcgrid.render.style import PLAIN
from tests.pictures import HOSTILE_IDS, TAGS, gravity, pixels
from tests.samples import IDS, pair


@pytest.mark.parametrize("id", HOSTILE_IDS.values(), ids=HOSTILE_IDS)
def test_hostile_ids_are_text(id: str) -> None:
    named = Task(id, gravity().train, gravity().test)
    for text in (svg.task(named), svg.task_set(TaskSet(id, (named,)))):
        root = ElementTree.fromstring(text.encode())
        assert {element.tag for element in root.iter()} <= TAGS
        attributes = {name for element in root.iter() for name in element.attrib}
        assert not {name for name in attributes if name.startswith("on")}
    assert pictures.task(named, PLAIN).width <= 960
    assert pixels(png.task(named)).shape[1] <= 960
    assert pixels(png.task_set([named])).any()
    assert len(PdfReader(BytesIO(pdf.task(named))).pages) == 1
    assert len(PdfReader(BytesIO(pdf.task_set(TaskSet(id, (named,))))).pages) == 1


@given(IDS)
@settings(max_examples=50)
def test_any_id_gives_valid_xml(id: str) -> None:
    ElementTree.fromstring(svg.task(Task(id, (pair([[1]], [[2]]),), (pair([[3]]),))))


def test_long_names_are_cut() -> None:
    assert shortened("abc", 10, 100) == "abc"
    cut = shortened("abcdefghij" * 10, 10, 100)
    assert cut.endswith("…")
    assert text_width(cut, 10) <= 100
