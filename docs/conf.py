"""How Sphinx makes the site of these pages: `make docs`. It needs no network."""

from __future__ import annotations

import re
from typing import Any

import arcgrid

project = "arcgrid"
version = release = arcgrid.__version__
html_title = f"arcgrid {version}"

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
html_theme = "furo"  # brings its own styles and no fonts: the site asks no other for anything
html_copy_source = False
html_show_copyright = False
exclude_patterns = ["kernels", "pictures"]  # pictures alone
highlight_language = "none"  # what is shown without a language is a command, or what one prints
myst_heading_anchors = 3

# Docstrings are plain prose: what stands in single backquotes is a name, linked where it is known.
default_role = "py:obj"
add_module_names = False
autodoc_default_options = {"members": True, "member-order": "bysource"}
autodoc_type_aliases = {"Grid": "arcgrid.grid.Grid"}
autodoc_typehints_format = "short"
maximum_signature_line_length = 90
python_use_unqualified_type_names = True
napoleon_attr_annotations = False  # the signature has the types
napoleon_use_ivar = True
napoleon_use_rtype = False

_NAMES = re.compile(r"^:(ivar|param) \w+(, \w+)+:")
_ALIAS = re.compile(r"TypeAliasForwardRef\('arcgrid\.grid\.(\w+)'\)")


def _begin_with_comment(*given: Any) -> None:
    """Napoleon takes what stands before a colon in the first line on a value for its type."""
    if given[1] in ("attribute", "data", "property"):
        given[-1][:0] = ["..", ""]


def _keep_names_together(*given: Any) -> None:
    """Names that share a description: Sphinx would take the first of `a, b` for a type."""
    lines = given[-1]
    lines[:] = [_NAMES.sub(lambda found: found[0].replace(", ", ","), line) for line in lines]


def _simplify(*given: Any) -> tuple[str | None, str | None]:
    """A signature that Sphinx can read: aliases by name, defaults that are made as an ellipsis."""
    arguments, result = (text and _ALIAS.sub(r"\1", text) for text in given[-2:])
    return arguments and arguments.replace("<factory>", "..."), result


def setup(app: Any) -> None:
    """What Sphinx calls first; napoleon has docstrings at priority 500."""
    app.connect("autodoc-process-docstring", _begin_with_comment, priority=400)
    app.connect("autodoc-process-docstring", _keep_names_together, priority=600)
    app.connect("autodoc-process-signature", _simplify)
