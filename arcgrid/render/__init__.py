"""Values to text, pictures and PDF. All of it is pure and deterministic: no clock, no network.

`pictures` and `sheets` say what is shown, `layout` and `placing` where; `ansi`, `svg`, `png`, `pdf`
and `tikz` paint it.
"""
