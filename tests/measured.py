"""Measures the lines and branches that the tests reach, in workers too: `make coverage`.

A worker is confined, gets a clean environment, and is killed rather than ended. So, as a plugin of
pytest, this has workers started as `python -m tests.measured`, which may write to `DATA`; as that
program it is a worker which writes what it has reached before it says anything.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
DATA = ROOT / "build" / "coverage"
CONFIG = ROOT / "pyproject.toml"


def pytest_configure() -> None:
    """Have workers measured, those of this process."""
    from arcgrid.engines.local import sandbox  # not before coverage has begun

    confine = sandbox._within

    def opened(*given: Any) -> Any:
        confinement = confine(*given)
        confinement["read"] += [str(ROOT / "tests"), str(CONFIG)]
        confinement["write"].append(str(DATA))
        return confinement

    DATA.mkdir(parents=True, exist_ok=True)
    sandbox._within = opened  # type: ignore[assignment]  # the same but for what it adds
    sandbox._WORKER[-1] = "tests.measured"


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
