"""Pages that are served on this machine: runs while they go on, and puzzles for a person to solve.

`server` answers requests and refuses those of strangers; what it serves is a `Site`.
"""
