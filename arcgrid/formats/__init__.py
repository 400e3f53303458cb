"""Text to values and back: one file format a module, and `detect`, which tells them apart.

`parse_` and `format_` handle text, `read_` and `write_` touch the disk.
"""
