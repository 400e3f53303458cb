"""The family `states`: programs that stack pieces, each made of the input by a few operations.

`family` declares it; `operations`, `expand` and `arena` make states; `sizes` and `pieces` find what
can be made of them; `replay` runs it again.
"""

from arcgrid_solvers.search.families.states.family import FAMILY

__all__ = ["FAMILY"]
