"""What turns devices into topics and back, a process each."""

import house  # noqa: F401  # before structlog is imported by anybody
