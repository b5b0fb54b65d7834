"""Starts the firmware in its slot. Whatever goes wrong in it ends in a reset, and so in the way back of slots.py."""

import sys

import slots

sys.path.insert(0, slots.folder(slots.choose()))

try:
    from node import start

    start.run()
except Exception as error:  # also of a slot that cannot even be read
    import machine

    sys.print_exception(error)
    machine.reset()
