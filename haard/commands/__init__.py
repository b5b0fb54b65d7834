"""One module a command: `arguments(parser)` and `run(options, out) -> exit status`."""
