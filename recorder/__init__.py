"""Hears everything: each message under the root becomes one row, exactly once, whatever is killed."""

import house  # noqa: F401  # before structlog is imported by anybody
