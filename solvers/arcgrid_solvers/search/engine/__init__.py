"""The state space: images, the operations on them, and the search that goes layer by layer."""
