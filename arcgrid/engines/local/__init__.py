"""Isolated workers on this machine.

`engine` hands out puzzles, `process` judges one worker, `pipes` talks to it, `warden` kills what it
started, `worker` is the child itself, `messages` is what they say to each other.
"""
