"""The bundled solvers: each a module with a `solve` function, found through an entry point.

They use arcgrid's public API only, as anybody's solver would.
"""
