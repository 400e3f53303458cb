"""Jitted loops over `uint8` arrays, one family a file; they check nothing, `arcgrid.ops` does."""
