"""Text to values and back: one file format a module, each ending in one value (see `format`).

`submissions` and `tasks` are the registries, and find out which format a path is of. `parse_` and
`format_` handle text, `read_` and `write_` touch the disk.
"""
