"""The family `layers`: which color is put where, by all that is known of cells.

`family` declares it; `sources` and `features` make layers, a `board` holds them; `bits` and
`conditions` find what tells cells apart, `plans` and `learn` what that makes of them; `rule` runs
it again.
"""

from arcgrid_solvers.search.families.layers.family import FAMILY

__all__ = ["FAMILY"]
