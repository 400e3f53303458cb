"""No function without an oracle, a docstring, a kernel of its name, or a row in the benchmark."""

from __future__ import annotations

import importlib
import inspect

import pytest

from arcgrid import ops
from arcgrid.kernels.compile import FAMILIES, CachedKernel, Kernel
from benchmarks.kernel_arguments import ARGUMENTS
from benchmarks.kernel_peers import PEERS
from tests.kernels import plain as oracles
from tests.kernels.cases import CASES, OF_STACKS

PUBLIC = [name for name in ops.__all__ if inspect.isfunction(getattr(ops, name))]
MADE_OF_OTHERS = {"split": "split_boxes"}
"""Functions that have no kernel of their name, with the one they stand on."""

NOT_PUBLIC = {"take", "cut"}
"""Kernels of `GridStack` itself."""


def kernels() -> dict[str, Kernel]:
    found = {}
    for family in FAMILIES:
        module = importlib.import_module(family)
        for name, value in vars(module).items():
            own = isinstance(value, Kernel) and value.__module__ == family
            if own and (hasattr(value, "stack") or isinstance(value, CachedKernel)):
                found[name] = value
    return found


@pytest.mark.parametrize("name", PUBLIC)
def test_every_function_is_complete(name: str) -> None:
    assert callable(getattr(oracles, name)), "an oracle"
    assert (name in CASES) != (name in OF_STACKS), "arguments for tests and benchmark"
    assert len(inspect.getdoc(getattr(ops, name)) or "") > 20, "a docstring"
    assert MADE_OF_OTHERS.get(name, name) in kernels(), "a kernel"


def test_every_kernel_is_public_under_its_name() -> None:
    assert set(kernels()) - NOT_PUBLIC <= set(PUBLIC)
    assert all(kernel.__doc__ for kernel in kernels().values())


def test_the_tables_name_nothing_else() -> None:
    assert {*CASES, *OF_STACKS} == set(PUBLIC)
    assert set(ARGUMENTS) <= set(PUBLIC)
    assert set(PEERS) <= set(PUBLIC)
    assert set(OF_STACKS) == {name for name, given in ARGUMENTS.items() if given.layers}
