"""A solver whose warm-up fails."""


def warmup() -> None:
    raise ValueError("too cold")


def solve(puzzle: object, budget: object) -> None:
    return None
