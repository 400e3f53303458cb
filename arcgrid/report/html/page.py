"""One HTML document of a skeleton, styles, scripts and data: all inside it, nothing beside it."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from arcgrid import __version__
from arcgrid.palette import BORDER, PALETTES, ink
from arcgrid.report.html.headline import FigureRow, RunRow
from arcgrid.scoring.rules import RULES
from arcgrid.task import TaskSet

_SCRIPTS = (
    "dom.js",
    "data.js",
    "grids.js",
    "axes.js",
    "filters.js",
    "verdict.js",
    "clusters.js",
    "compare.js",
    "standing.js",
    "charts.js",
    "samples.js",
    "gallery.js",
    "fields.js",
    "answers.js",
    "task.js",
    "app.js",
)
_MARKS = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}


def format_page(
    title: str,
    payload: dict[str, Any],
    *,
    runs: Sequence[RunRow] = (),
    figures: Sequence[FigureRow] = (),
    rule: str = "",
    tasks: TaskSet | None = None,
    served: Sequence[str] = (),
) -> str:
    """Put a page together.

    The document allows itself, by the digests of its own styles and scripts, to run these and to
    load nothing: what slipped through escaping would still not run.

    Args:
        title: of the document; text.
        payload: what the scripts use.
        runs, figures: rows of the tables.
        rule: the rule that charts go by.
        tasks: the set of a gallery without runs.
        served: further scripts, which may ask the server that the page came from.
    """
    return render_document(
        _static("page.html"),
        title=title,
        style=f"{palette_style()}\n{_static('page.css')}",
        scripts=[*(_static(name) for name in _SCRIPTS), *served],
        data=payload,
        asks=bool(served),
        runs=runs,
        rules=list(RULES),
        figures=figures,
        rule=rule,
        tasks=tasks,
    )


def render_document(
    template: str,
    *,
    title: str,
    style: str,
    scripts: Sequence[str],
    data: object,
    asks: bool,
    **values: object,
) -> str:
    """A whole document: `shell.html` with what a template has for its blocks.

    Args:
        template: Jinja's; it extends `shell`, and gets the values.
        title: of the document; text.
        style, scripts: all that there are.
        data: what the scripts use.
        asks: whether scripts may ask the server that the document came from.
        values: more for the template.
    """
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        loader=DictLoader({"shell": _static("shell.html"), "template": template}),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    text = environment.get_template("template").render(
        title=title,
        version=__version__,
        policy=policy(style, scripts, asks=asks),
        style=Markup(style),
        scripts=[Markup(script) for script in scripts],
        data=Markup(script_json(data)),
        palettes=list(PALETTES),
        **values,
    )
    # An id may hold what UTF-8 cannot: half of a surrogate pair.
    return text.encode("utf-8", "replace").decode() + "\n"


def script_json(value: object) -> str:
    r"""JSON that cannot end the script element that it stands in, nor begin a comment there.

    All but ASCII is escaped, U+2028 and U+2029 with it.

    >>> script_json("</script>")
    '"\\u003c/script\\u003e"'
    """
    text = json.dumps(value, separators=(",", ":"), sort_keys=True, allow_nan=False)
    for mark, escaped in _MARKS.items():
        text = text.replace(mark, escaped)
    return text


def palette_style() -> str:
    """The palettes as variables: `--c3` is the color of cell value 3, `--i3` the ink on it."""
    lines = [f":root {{ --border: {BORDER}; }}"]
    for name, colors in PALETTES.items():
        cells = " ".join(f"--c{value}: {color};" for value, color in enumerate(colors))
        inks = " ".join(f"--i{value}: {ink(color)};" for value, color in enumerate(colors))
        lines.append(f':root[data-palette="{name}"] {{ {cells} {inks} }}')
    lines += [f".c{value} {{ fill: var(--c{value}); }}" for value in range(10)]
    lines += [f".i{value} {{ fill: var(--i{value}); }}" for value in range(10)]
    return "\n".join(lines)


def policy(style: str, scripts: Sequence[str], *, asks: bool = False) -> str:
    """What a page may do: apply its style, run its scripts, and where it `asks`, ask its server."""
    allowed = " ".join(_source(script) for script in scripts)
    return (
        "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; "
        f"style-src {_source(style)}; script-src {allowed}"
        + ("; connect-src 'self'" if asks else "")
    )


def _source(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


@cache
def _static(name: str) -> str:
    folder = resources.files("arcgrid").joinpath("report/html/static")
    return folder.joinpath(name).read_text("utf-8")
