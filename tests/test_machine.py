"""What this process and its children have used of the machine."""

from __future__ import annotations

import resource
from types import SimpleNamespace

import pytest

from arcgrid.engines import ask
from arcgrid.machine import cpu_of_all

USED = {
    resource.RUSAGE_SELF: SimpleNamespace(ru_utime=1.0, ru_stime=2.0),
    resource.RUSAGE_CHILDREN: SimpleNamespace(ru_utime=4.0, ru_stime=8.0),
}


def test_cpu_seconds_are_those_of_children_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrusage", USED.__getitem__)
    assert cpu_of_all() == 15
    assert ask.cpu_seconds() == 15
