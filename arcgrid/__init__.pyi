# The public names of arcgrid and where each lives: for type checkers, and for its first use.

from . import augment as augment
from . import ops as ops
from .datasets import find_task as find_task
from .datasets import load as load
from .errors import ArcgridError as ArcgridError
from .errors import ArgumentError as ArgumentError
from .errors import GridError as GridError
from .formats.submissions import read_submission as read_submission
from .grid import COLORS as COLORS
from .grid import MAX_SIDE as MAX_SIDE
from .grid import Grid as Grid
from .grid import as_grid as as_grid
from .ops import GridStack as GridStack
from .report.notebook import load_ipython_extension as load_ipython_extension
from .report.table import table as table
from .result import Answer as Answer
from .result import Budget as Budget
from .result import Guess as Guess
from .result import Outcome as Outcome
from .result import Score as Score
from .result import Submission as Submission
from .runner import resume as resume
from .runner import run as run
from .runner import run_failed as run_failed
from .scoring.compare import compare as compare
from .scoring.rules import score as score
from .solver import Solver as Solver
from .store.merging import merge as merge
from .task import Pair as Pair
from .task import Puzzle as Puzzle
from .task import Task as Task
from .task import TaskSet as TaskSet

__version__: str
