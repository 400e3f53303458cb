"""Named tuples in signatures: cached code is not taken for that of another order of fields."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

import pytest

from arcgrid.kernels import CachedKernel, kernel, types
from arcgrid_solvers.search.records import record


def pair_of(*names: str) -> Any:
    """A class of named tuples: always the same but for the order of its fields."""
    return namedtuple("Pair", names)


FIRST, SECOND = pair_of("left", "right"), pair_of("right", "left")


def difference(pair: Any) -> Any:
    return pair.left - pair.right


def test_the_name_of_a_type_says_the_order_of_its_fields() -> None:
    assert record(FIRST, types.int64, types.uint8).name == "Pair(left: int64, right: uint8)"
    assert record(FIRST, types.int64, types.int64).name == "Pair(left: int64, right: int64)"
    assert record(SECOND, types.int64, types.int64).name == "Pair(right: int64, left: int64)"


def test_kernels_of_two_orders_have_two_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("arcgrid.kernels.compile.KERNELS", {})  # nobody is to compile these

    def file_of(kind: Any) -> str:
        made = kernel(types.int64(record(kind, types.int64, types.int64)))(difference)
        assert isinstance(made, CachedKernel)
        return made.cache_file.name

    assert file_of(FIRST) == file_of(FIRST)
    assert file_of(FIRST) != file_of(SECOND)
