"""Hears everything: each message under the root becomes one row, exactly once, whatever is killed."""
