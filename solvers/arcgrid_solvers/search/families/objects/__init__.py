"""The family `objects`: what is done to which objects, in relation to the others.

`family` declares it; `scene` and `facts` say what objects there are; `sheet` and `cover` make rules
of effects, which `moves`, `lines`, `places`, `stamps` and `crops` have.
"""

from arcgrid_solvers.search.families.objects.family import FAMILY

__all__ = ["FAMILY"]
