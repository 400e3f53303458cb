"""The run store: the one source of truth of a run.

`store` reads and writes it, `rows` says what it holds.
"""

from arcgrid.store.names import LATEST
from arcgrid.store.rows import Run, RunPlan
from arcgrid.store.store import DEFAULT_PATH, Store, store_path

__all__ = ["DEFAULT_PATH", "LATEST", "Run", "RunPlan", "Store", "store_path"]
