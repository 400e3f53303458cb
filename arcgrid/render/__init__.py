"""Values to text, pictures and PDF. All of it is pure and deterministic: no clock, no network.

`pictures` and `layout` say what is where, `ansi`, `svg`, `png` and `pdf` paint it.
"""
