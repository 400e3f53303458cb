"""Named tuples in the signatures of kernels."""

from __future__ import annotations

from typing import Any

from arcgrid.kernels import types


def record(kind: Any, *fields: Any) -> Any:
    """The type that a class of named tuples has for the compiler, given those of its fields.

    Its name says in which order the fields come: machine code in the cache depends on that, and is
    found again by the names of types.
    """
    made = types.BaseTuple.from_types(fields, kind)
    pairs = zip(kind._fields, fields, strict=True)
    made.name = f"{kind.__name__}({', '.join(f'{name}: {field}' for name, field in pairs)})"
    return made
