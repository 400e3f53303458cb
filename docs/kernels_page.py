"""Writes `kernels.md` and its pictures: `python -m docs.kernels_page`.

Everything on the page comes from the docstrings of `arcgrid.ops`; the pictures show what each
function makes of a bundled puzzle's first input.
"""

from __future__ import annotations

import importlib
import inspect
from pathlib import Path
from typing import Any

import numpy as np

import arcgrid
from arcgrid import Grid, GridStack, ops
from arcgrid.palette import CLASSIC

HERE = Path(__file__).parent
FAMILIES = (
    "geometry",
    "color",
    "components",
    "fill",
    "lines",
    "motion",
    "pattern",
    "compare",
    "logic",
)
CELL, GAP = 12, 20

OWN_KERNELS = """\
## Kernels of your own

Jitted code of a solver may call the loops behind these functions, and is compiled and cached as
they are: when first called, for one signature, anew when anything that it calls has changed.

    from arcgrid.kernels import GRID, color, inner, kernel, types

    @inner(types.int64(types.int64))      # called by kernels only
    def is_dark(colors):
        return colors == 1

    @kernel(types.int64(GRID))            # called from Python, kept in the cache
    def is_blank(grid):
        return is_dark(color.palette(grid))

`arcgrid warmup` compiles all functions ahead of use, `arcgrid warmup my_module` those of a module
as well. `ARCGRID_CACHE` says where machine code is kept: else in the user's cache directory."""

EXAMPLES: dict[str, tuple[Any, ...]] = {
    "rot90": ("quarter-turn",),
    "rot180": ("quarter-turn",),
    "rot270": ("quarter-turn",),
    "flipud": ("quarter-turn",),
    "fliplr": ("mirror-left-right",),
    "transpose": ("diagonal-flip",),
    "antitranspose": ("diagonal-flip",),
    "transform": ("diagonal-flip", 6),
    "crop": ("cookie-cutter", 0, 4, 3, 3),
    "pad": ("mirror-quilt", 1, 1, 2, 2, 5),
    "shift": ("quarter-turn", 1, 1, 5),
    "roll": ("diagonal-flip", 1, 2),
    "trim": ("trim-the-margin", 0),
    "half": ("keep-the-top-half", 0),
    "quarter": ("one-cell-per-block", 0),
    "hconcat": ("quarter-turn", "quarter-turn"),
    "vconcat": ("quarter-turn", "quarter-turn"),
    "tile": ("wallpaper-three", 3, 3),
    "mirror_tile": ("mirror-quilt", 2, 2),
    "upscale": ("blow-up-by-three", 3, 3),
    "downscale": ("one-cell-per-block", 2, 2),
    "remove_repeated_rows": ("trim-the-margin",),
    "remove_repeated_columns": ("either-not-both",),
    "remove_lines": ("color-histogram", 0),
    "histogram": ("color-histogram",),
    "palette": ("color-histogram",),
    "count_colors": ("color-histogram",),
    "most_common": ("majority-color", None),
    "least_common": ("majority-color", None),
    "recolor": ("swap-the-paint", (0, 1, 4, 3, 2, 5, 6, 8, 7, 9)),
    "replace": ("swap-the-paint", 7, 3),
    "swap": ("swap-the-paint", 2, 7),
    "mask": ("legend-recolor", 1),
    "keep": ("legend-recolor", 1, 0),
    "normalize": ("largest-shape",),
    "label": ("largest-shape",),
    "count_components": ("count-the-blobs",),
    "components": ("paint-by-holes",),
    "objects": ("largest-shape",),
    "keep_components": ("sweep-the-specks", 2),
    "flood": ("flood-the-rooms", 2, 3, 4),
    "enclosed": ("paint-by-holes",),
    "fill_enclosed": ("flood-the-rooms", 4),
    "convex_hull": ("trim-the-margin", 1),
    "outline": ("mine-counts", 1),
    "rim": ("count-the-blobs", 1),
    "border": ("color-histogram", 5),
    "fill_boxes": ("count-the-blobs", 1),
    "bounding_box": ("trim-the-margin",),
    "frames": ("sweep-the-specks",),
    "rectangles": ("bars-in-order",),
    "largest_rectangle": ("sweep-the-specks",),
    "shoot": ("turning-beam", 1, 0, 0, 1, 2),
    "rays": ("rays-to-the-wall", 2, 4, 2),
    "connect": ("join-the-pairs", 2, 8),
    "draw_line": ("mine-counts", 0, 0, 1, 1, 3, 4),
    "bounce": ("billiard-shot", 5, 1, -1, 1, 3),
    "gravity": ("gravity-down", 2),
    "slide": ("pulled-to-wall", 3, 3),
    "fall": ("count-the-blobs", 2),
    "align": ("trim-the-margin", 2),
    "period": ("mend-the-weave", 1, 0),
    "lattice": ("mend-the-weave", 0),
    "complete_lattice": ("mend-the-weave", 0),
    "symmetries": ("swap-the-paint",),
    "mirror_axis": ("finish-the-mirror", 1, 0),
    "rotation_center": ("swap-the-paint",),
    "complete_symmetry": ("finish-the-mirror", 0),
    "separator_color": ("odd-panel",),
    "separators": ("either-not-both", 5),
    "split_boxes": ("either-not-both", 5),
    "split": ("odd-panel", 2),
    "join": ("vote-of-three|split", 3, 5),
    "hash64": ("quarter-turn",),
    "equal": ("quarter-turn", "quarter-turn"),
    "distance": ("mirror-left-right", "keep-the-top-half"),
    "difference": ("mirror-left-right", "keep-the-top-half"),
    "canonical": ("quarter-turn",),
    "find": ("swap-the-paint", "swap-the-paint|crop"),
    "overlay": ("mirror-left-right", "keep-the-top-half"),
    "logical_and": ("mirror-left-right", "keep-the-top-half"),
    "logical_or": ("mirror-left-right", "keep-the-top-half"),
    "logical_xor": ("mirror-left-right", "keep-the-top-half"),
    "logical_not": ("mirror-left-right", 4),
    "subtract": ("mirror-left-right", "keep-the-top-half"),
    "overlay_all": ("vote-of-three|split",),
    "vote": ("vote-of-three|split",),
}
"""By function: the puzzle, then the other arguments; text is a puzzle as well."""


def page() -> str:
    """The page as Markdown."""
    parts = [
        "# The grid functions",
        "",
        "Made by `python -m docs.kernels_page` from the docstrings of `arcgrid.ops`.",
        "",
        (inspect.getdoc(ops) or "").partition("\n\n")[2],
        "",
        "    from arcgrid import GridStack, ops",
        "",
        "    ops.rot90(grid)                  # a grid",
        "    ops.rot90(GridStack.of(grids))   # all of them in one call",
        "",
        "Each picture shows the input, the second grid where there is one, and the result.",
        "",
        OWN_KERNELS,
    ]
    for family in FAMILIES:
        module = importlib.import_module(f"arcgrid.ops.{family}")
        about = inspect.getdoc(module) or ""
        parts += ["", f"## {family.capitalize()}", "", about]
        for name in _functions(family):
            function = getattr(ops, name)
            parts += ["", f"### {name}", "", f"`{name}{_signature(function)}`", ""]
            parts += [f"![{name}](kernels/{name}.svg)", "", *_text(function)]
    return "\n".join(parts) + "\n"


def pictures() -> dict[str, str]:
    """The pictures as SVG, by name."""
    return {name: _picture(name) for family in FAMILIES for name in _functions(family)}


def main() -> None:
    """Write the page and the pictures."""
    (HERE / "kernels.md").write_text(page())
    (HERE / "kernels").mkdir(exist_ok=True)
    for name, picture in pictures().items():
        (HERE / "kernels" / f"{name}.svg").write_text(picture)


def _functions(family: str) -> list[str]:
    """Public functions of a family, in the order they are written."""
    module = importlib.import_module(f"arcgrid.ops.{family}")
    return [
        name
        for name, value in vars(module).items()
        if name in ops.__all__ and getattr(value, "__module__", None) == module.__name__
    ]


def _signature(function: Any) -> str:
    names = []
    for parameter in inspect.signature(function).parameters.values():
        default = parameter.default
        shown = "" if default is inspect.Parameter.empty else f"={default!r}"
        names.append(parameter.name + shown)
    return f"({', '.join(names)})"


def _text(function: Any) -> list[str]:
    """A docstring as Markdown: sections become lists."""
    lines = []
    for line in (inspect.getdoc(function) or "").splitlines():
        title = line.strip() in ("Raises:", "Returns:", "Args:")
        lines.append(f"*{line.strip(':')}*:" if title else line.removeprefix("    "))
    return lines


def _picture(name: str) -> str:
    """Inputs, an arrow, and the result: grids, or text."""
    puzzle, *rest = (_made(argument) for argument in EXAMPLES[name])
    result = getattr(ops, name)(puzzle, *rest)
    grids = [puzzle, *(entry for entry in rest if isinstance(entry, np.ndarray))]
    shown: list[Grid | str] = []
    for entry in grids:
        shown += list(entry) if isinstance(entry, GridStack) else [entry]
    shown.append("→")
    if isinstance(result, GridStack):
        shown += list(result)
    elif isinstance(result, np.ndarray) and result.dtype == np.uint8:
        shown.append(result)
    elif isinstance(result, np.ndarray):
        rows = [" ".join(map(str, row)) for row in np.atleast_2d(result)]
        shown.append("\n".join(rows) or "none")
    else:
        shown.append(str(result))
    return _svg(shown)


def _made(argument: Any) -> Any:
    """The first input of a puzzle, or what is said after a bar made of it."""
    if not isinstance(argument, str):
        return argument
    puzzle, _, how = argument.partition("|")
    grid = arcgrid.find_task(f"arcgrid/mini/{puzzle}").train[0].input
    if how == "split":
        return ops.split(grid, 5)
    return ops.crop(grid, 0, 0, 2, 2) if how == "crop" else grid


def _svg(entries: list[Grid | str]) -> str:
    """Grids and texts in a row."""
    parts, left, height = [], 1, CELL
    for entry in entries:
        if isinstance(entry, str):
            lines = entry.splitlines()
            for index, line in enumerate(lines):
                parts.append(f'<text x="{left}" y="{14 * index + 11}">{line}</text>')
            left += max(len(line) for line in lines) * 8 + GAP
            height = max(height, 14 * len(lines))
            continue
        for row, col in np.ndindex(entry.shape):
            parts.append(
                f'<rect x="{left + CELL * col}" y="{CELL * row + 1}" '
                f'fill="{CLASSIC[entry[row, col]]}"/>'
            )
        left += CELL * entry.shape[1] + GAP
        height = max(height, CELL * entry.shape[0])
    style = (
        f"rect{{width:{CELL}px;height:{CELL}px;stroke:#555;stroke-width:.5}}"
        "text{font:12px monospace;fill:#777;white-space:pre}"
    )
    size = f'width="{left - GAP + 1}" height="{height + 2}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}><style>{style}</style>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


if __name__ == "__main__":
    main()
