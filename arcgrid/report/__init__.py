"""What people read of runs and figures: values to plain records, tables, text and one HTML page.

Nothing here prints; `table` and `html.report` also read the run store for what they show.
"""
