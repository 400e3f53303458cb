"""Packages that are installed on request: `pip install 'arcgrid[EXTRA]'`."""

from __future__ import annotations

import importlib
from typing import Any

from arcgrid.errors import ArcgridError


def load_extra(module: str, extra: str, what: str) -> Any:
    """Import a module of ours that needs an extra.

    Args:
        module: its name.
        extra: the extra's name.
        what: what needs it, for the message.

    Raises:
        ArcgridError: a package of the extra is missing; it says what to install.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package == "arcgrid":
            raise
        problem = f"{what} needs the package {package}: pip install 'arcgrid[{extra}]'"
        raise ArcgridError(problem) from None
