"""Measures the lines and branches that the tests reach, in workers too: `make coverage`.

A worker is confined, gets a clean environment, and is killed rather than ended. So, as a plugin of
pytest, this has workers started as `python -m tests.measured`, which may write to `DATA`; as that
program it is a worker which writes what it has reached before it says anything.
"""

from __future__ import annotations

import sys
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
DATA = ROOT / "build" / "coverage"
CONFIG = ROOT / "pyproject.toml"
READ = [str(ROOT / "tests"), str(CONFIG)]
DISTURBED = ("many_children", "leave_limits")
"""Hostile solvers that the measurement disturbs: it takes memory in children, and a descriptor."""


def pytest_configure() -> None:
    """Have workers measured, those of this process."""
    from arcgrid.engines.local import sandbox, strict  # not before coverage has begun

    confine, wrap = sandbox._within, strict.wrapper

    def opened(*given: Any) -> Any:
        confinement = confine(*given)
        confinement["read"] += READ
        confinement["write"].append(str(DATA))
        return confinement

    def shown(*given: Any, **named: Any) -> list[str]:
        binds = (["--ro-bind", one, one] for one in READ)
        return [*wrap(*given, **named), *chain.from_iterable(binds)]

    DATA.mkdir(parents=True, exist_ok=True)
    sandbox._within = opened  # type: ignore[assignment]  # the same but for what it adds
    sandbox.wrapper = shown  # type: ignore[attr-defined]  # it is imported there, not its own
    sandbox._WORKER[-1] = "tests.measured"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what the measurement disturbs."""
    left = [item for item in items if item.name.endswith(tuple(f"[{one}]" for one in DISTURBED))]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if item not in left]


def main(arguments: list[str]) -> None:
    """Be a worker that is measured."""
    from coverage import Coverage

    measured = Coverage(DATA / "data", data_suffix=True, config_file=str(CONFIG))
    measured.start()
    from arcgrid.engines.local import worker

    write = worker._write

    def saving(descriptor: int, message: bytes) -> None:
        measured.save()
        write(descriptor, message)

    worker._write = saving
    worker.main(arguments)
    measured.stop()
    measured.save()


if __name__ == "__main__":
    main(sys.argv[1:])
