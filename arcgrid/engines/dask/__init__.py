"""The engine `dask`: the workers of the local engine on as many machines as a Dask cluster has.

`engine` hands out puzzles, `cluster` talks to Dask, `bench` is what happens in a Dask worker and
`desk` a process beside it, `parcel` is a solver's files, `messages` is what they say to each other.
All but this is loaded on first use.
"""

from __future__ import annotations

from arcgrid.engines.engine import Engine, EngineKind, Orders
from arcgrid.engines.local import engine as local
from arcgrid.extras import load_extra


def make_engine(orders: Orders) -> Engine:
    """Make the engine that works on a Dask cluster.

    Raises:
        ArcgridError: the extra is not installed.
    """
    made: Engine = load_extra(f"{__name__}.engine", "dask", "the engine dask").DaskEngine(orders)
    return made


ENGINE: EngineKind = EngineKind(
    name="dask",
    about="the workers of the engine local, on the machines of a Dask cluster (--scheduler)",
    make=make_engine,
    isolate=local.ENGINE.isolate,
    machines=True,
)
