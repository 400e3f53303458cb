"""Drawing tasks: all 800 of ARC-AGI-1 as PNG, a sample beside matplotlib, and contact sheets."""

from __future__ import annotations

import statistics
from functools import partial
from io import BytesIO
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure

import arcgrid
from arcgrid import Grid, Task
from arcgrid.palette import BORDER, CLASSIC
from arcgrid.render import pdf, pictures, png
from arcgrid.render.style import PLAIN
from benchmarks.measure import Report, cpu_of_call, in_turns

SETS = ("arc-agi-1/training", "arc-agi-1/evaluation")
EVERY = 20
"""Of each set every so many tasks are drawn by both."""
ROUNDS = 5
DPI = 100

_COLORS = ListedColormap(CLASSIC)


def ours(tasks: list[Task]) -> None:
    for task in tasks:
        png.task(task)


def theirs(tasks: list[Task]) -> None:
    for task in tasks:
        by_matplotlib(task)


def by_matplotlib(task: Task) -> bytes:
    """The same picture: as many pixels, inputs over outputs, lines, sizes, the pairs' names."""
    scene = pictures.task(task, PLAIN)
    pairs = [*task.train, *task.test]
    figure = Figure(figsize=(scene.width / DPI, scene.height / DPI), dpi=DPI)
    FigureCanvasAgg(figure)
    axes = figure.subplots(2, len(pairs), squeeze=False)
    names = [f"train[{number}]" for number in range(len(task.train))]
    names += [f"test[{number}]" for number in range(len(task.test))]
    for column, (pair, name) in enumerate(zip(pairs, names, strict=True)):
        axes[0][column].set_title(name)
        for row, grid in enumerate((pair.input, pair.output)):
            assert grid is not None
            _draw(axes[row][column], grid)
    figure.suptitle(task.id)
    file = BytesIO()
    figure.savefig(file, format="png")
    return file.getvalue()


def _draw(plot: Any, grid: Grid) -> None:
    height, width = grid.shape
    # Quicker than `imshow` with a grid of minor ticks, which takes three times as long.
    plot.pcolormesh(grid, cmap=_COLORS, vmin=0, vmax=9, edgecolors=BORDER, linewidth=0.75)
    plot.set_aspect("equal")
    plot.invert_yaxis()
    plot.set_xticks([])
    plot.set_yticks([])
    plot.set_xlabel(f"{height}x{width}")


def measure() -> Report:
    sets = [list(arcgrid.load(name)) for name in SETS]
    every = [task for tasks in sets for task in tasks]
    sample = [task for tasks in sets for task in tasks[::EVERY]]
    ours(every)  # the first time is for caches
    whole = statistics.median(cpu_of_call(lambda: ours(every)) for _ in range(ROUNDS))
    one, other, ratio = in_turns(
        lambda: cpu_of_call(lambda: theirs(sample)),
        lambda: cpu_of_call(lambda: ours(sample)),
        rounds=ROUNDS,
    )
    sheets = [cpu_of_call(partial(form.task_set, sets[0])) for form in (png, pdf)]
    count = len(sample)
    return Report(
        "Draw tasks (goals: 800 tasks in under 8 CPU-s, 20 times faster than matplotlib)",
        ("", ">arcgrid CPU-s", ">ms a task", ">matplotlib ms a task", ">times faster"),
        [
            (f"all {len(every)} tasks", f"{whole:.2f}", f"{1000 * whole / len(every):.1f}", "", ""),
            (
                f"{count} of them, by both",
                f"{other:.3f}",
                f"{1000 * other / count:.1f}",
                f"{1000 * one / count:.1f}",
                f"{ratio:.0f}",
            ),
            *(
                (f"{len(sets[0])} on a contact sheet, {kind}", f"{cpu:.2f}", *[""] * 3)
                for kind, cpu in zip(("PNG", "PDF"), sheets, strict=True)
            ),
        ],
        ("arcgrid", "pillow", "numpy", "matplotlib"),
        [
            f"Medians of {ROUNDS} rounds, in one process; each picture is laid out, painted and "
            "encoded.",
            f"The sample is every {EVERY}th task; matplotlib draws as many pixels, without pyplot.",
        ],
    )
