"""Decision trees in words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from arcgrid_solvers.search.families.cells.features import COLOR, FLAG, Feature
from arcgrid_solvers.search.families.cells.trees import ACTION, FEATURE, NO, OPERATION, VALUE, YES
from arcgrid_solvers.search.words import color_name

_MOST_TESTS = 6
_HIGHEST = 31


def tell(features: Sequence[Feature], nodes: NDArray[np.int32], actions: NDArray[np.int32]) -> str:
    """One line that says what a tree does, cut short after some tests."""
    left = [_MOST_TESTS]

    def say(node: int) -> str:
        if nodes[node, FEATURE] < 0:
            return _tell_action(features, *actions[nodes[node, ACTION]].tolist())
        if not left[0]:
            return "..."
        left[0] -= 1
        condition, turned = _tell_test(features, nodes[node])
        yes, no = (NO, YES) if turned else (YES, NO)
        then = say(int(nodes[node, yes]))
        then = f"({then})" if then.startswith("if ") else then
        return f"if {condition} then {then} else {say(int(nodes[node, no]))}"

    return say(0)


def _tell_action(features: Sequence[Feature], kind: int, what: int) -> str:
    if kind:
        return color_name(what)
    return f"the {features[what].words}" if what else "keep"


def _tell_test(features: Sequence[Feature], node: NDArray[np.int32]) -> tuple[str, bool]:
    """The condition of a test, and whether it says the opposite."""
    feature, value = features[node[FEATURE]], int(node[VALUE])
    if feature.kind == FLAG:
        return feature.words, not value
    if feature.kind == COLOR:
        return f"{feature.words} is {color_name(value)}", False
    if node[OPERATION]:
        return f"{feature.words} is at most {value}", False
    more = " or more" if value == _HIGHEST else ""
    return f"{feature.words} is {value}{more}", False
