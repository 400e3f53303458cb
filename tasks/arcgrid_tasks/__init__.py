"""Original ARC-style puzzles, shipped as data.

arcgrid reads them as the set `arcgrid/mini`.
"""
