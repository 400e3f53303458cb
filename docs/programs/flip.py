"""A solver as a program: answers with the one of four mirror images that fits every pair."""

import json
import sys


def say(message):
    """Write one message."""
    print(json.dumps(message), flush=True)


def images(grid):
    """The mirror images of a grid: left-right, top-bottom, both, and along the diagonal."""
    yield [row[::-1] for row in grid]
    yield grid[::-1]
    yield [row[::-1] for row in grid[::-1]]
    yield [list(row) for row in zip(*grid, strict=True)]


say({"type": "hello", "protocol": 1})
for line in sys.stdin:
    message = json.loads(line)
    if message["type"] != "puzzle":
        continue
    fits = [
        number
        for number in range(4)
        if all(list(images(pair["input"]))[number] == pair["output"] for pair in message["train"])
    ]
    attempts = message["budget"]["attempts"]
    guesses = [
        [list(images(grid))[number] for number in fits[:attempts]] for grid in message["test"]
    ]
    say({"type": "answer", "guesses": guesses})
    say({"type": "done"})
