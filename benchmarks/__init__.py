"""Benchmarks: each runs a peer beside arcgrid, prints a table with ratios, and keeps it.

`python -m benchmarks` runs all; `python -m benchmarks load` runs one.
"""
