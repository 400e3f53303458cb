"""The solver `search`: a program search over families of candidates.

`solver` runs it; `problem` and `candidate` say what a family is; `families` has them; `engine` is
the state space of the core family; `arbiter` ranks.
"""

from arcgrid_solvers.search.solver import solve, warmup

__all__ = ["solve", "warmup"]
