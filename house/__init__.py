"""The shared language of the services: messages, topics, settings and the way onto the broker.

Rich is for commands. Structlog would load it for colours that no log here uses, at 4 MB in each of eight services.
"""

import sys

if "rich" not in sys.modules:
    sys.modules["rich"] = None  # type: ignore[assignment]  # how Python is told that a module is not there
    import structlog  # noqa: F401

    del sys.modules["rich"]
