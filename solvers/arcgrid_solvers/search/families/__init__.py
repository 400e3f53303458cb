"""Families of candidates, one a module; each has a function `propose`."""
