"""What attempts are worth: verdicts, the named rules, intervals, comparisons. All of it is pure.

Solved, wrong cells and misfits are decided here and nowhere else.
"""
