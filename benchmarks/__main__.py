"""Run benchmarks by name, or all of them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

from benchmarks import (
    chat,
    fresh,
    growth,
    harness,
    isolation,
    kernels,
    load,
    render,
    report,
    search,
    startup,
)
from benchmarks.measure import Report

BENCHMARKS: Mapping[str, Callable[[], Report]] = {
    "startup": startup.measure,
    "load": load.measure,
    "harness": harness.measure,
    "isolation": isolation.measure,
    "render": render.measure,
    "report": report.measure,
    "chat": chat.measure,
    "kernels": kernels.measure,
    "search": search.measure,
    "fresh": fresh.measure,
    "growth": growth.measure,
}


def main(names: list[str]) -> None:
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        sys.exit(f"unknown benchmark {unknown[0]!r}; known: {', '.join(BENCHMARKS)}")
    for name in names or BENCHMARKS:
        measured = BENCHMARKS[name]()
        print(measured.text, flush=True)
        measured.write(name)


if __name__ == "__main__":
    main(sys.argv[1:])
