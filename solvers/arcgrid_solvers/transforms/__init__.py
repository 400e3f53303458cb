"""The solver `transforms`: every simple transform of grids that explains all train pairs.

`search` chains and ranks them; the other modules each propose one kind of transform.
"""

from arcgrid_solvers.transforms.search import solve

__all__ = ["solve"]
