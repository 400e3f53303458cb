"""Ways to run a solver over puzzles: what an engine is, and one file or package for each.

An engine knows of no task, store or score.
"""
