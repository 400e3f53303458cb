"""What a sample keeps of how its puzzle was shown: a copy as text, and back."""

from __future__ import annotations

from arcgrid.augment import Augmentation


def format_view(view: Augmentation) -> str:
    """Empty for the puzzle as it is; else motion, colors and order, as in `5:0213456789:1,0`."""
    if view == Augmentation():
        return ""
    return f"{view.motion}:{''.join(map(str, view.colors))}:{','.join(map(str, view.order))}"


def parse_view(text: str) -> Augmentation:
    """The copy that `format_view` gives this text of."""
    if not text:
        return Augmentation()
    motion, colors, order = text.split(":")
    places = tuple(map(int, order.split(","))) if order else ()
    return Augmentation(int(motion), tuple(map(int, colors)), places)
