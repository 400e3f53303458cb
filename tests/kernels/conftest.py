"""All kernels are compiled before the tests of kernels, in two processes."""

from __future__ import annotations

import pytest

from arcgrid.kernels.warm import cold_kernels, warm


@pytest.fixture(scope="session", autouse=True)
def warm_kernels() -> None:
    for _ in warm(cold_kernels(), workers=2):
        pass
