"""The front door: every command of `haard`; it may use everything, and nothing imports it."""

INTERRUPTED = 130
"""What a process returns that Ctrl-C has ended."""
