"""The family `cells`: rules for each cell, learned as decision trees.

`family` declares it; `views`, `features` and the kernels that fill it say what is known of a cell;
`learn` and `trees` make rules of that.
"""

from arcgrid_solvers.search.families.cells.family import FAMILY

__all__ = ["FAMILY"]
