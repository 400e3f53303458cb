"""Values to text: renderers are pure and deterministic, and do no I/O."""
