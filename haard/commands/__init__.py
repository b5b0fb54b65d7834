"""The table of commands, in the order in which `haard --help` shows them.

A command is a row here and a module of its name in this folder (`_` in place of `-`, and behind a word that Python
keeps) with either a function `command`, whose parameters are its arguments and options (see `haard.options`) and whose
result is the exit status, or, where it has actions of its own, a Typer application `app` of such functions. The
module's docstring is its help: what it does, and below `examples:` a line for each. Only the module of the command that
was asked for is imported, so each starts as quickly as it can.
"""

from typing import NamedTuple

LIVE, WISH, SET_UP, RECORD, TRY = "Look", "Wish", "Set up and keep", "Record", "Try"


class Row(NamedTuple):
    """A command in the table: under which heading it stands, and what it does."""

    panel: str
    about: str


COMMANDS = {
    "rooms": Row(LIVE, "show the rooms of a running house"),
    "why": Row(LIVE, "say why a room heats or not, and what has been learned of it"),
    "log": Row(LIVE, "show what happened in a room: wishes, decisions, valves, windows"),
    "gas": Row(LIVE, "show how much gas each room took, and what it cost"),
    "status": Row(LIVE, "show how this installation is: services, record, disk, backups"),
    "logs": Row(LIVE, "show what the services say"),
    "set": Row(WISH, "set a room's temperature by hand, or give it back to its schedule"),
    "preset": Row(WISH, "hold a named temperature in a room: comfort, eco, away, boost"),
    "mode": Row(WISH, "choose a room's mode: auto, heat, off or bypass"),
    "schedule": Row(WISH, "the week of a room: show, set, copy, edit, reset"),
    "boost": Row(WISH, "heat a room hard for some minutes"),
    "away": Row(WISH, "nobody is home: save heat until somebody is"),
    "comfort": Row(WISH, "warm on the minute, or a boiler that rests: where the house stands"),
    "init": Row(SET_UP, "set up this computer to heat a house"),
    "check": Row(SET_UP, "say whether a house.yaml can be used, and what is wrong with it"),
    "doctor": Row(SET_UP, "examine a real installation, and say what to do"),
    "discover": Row(SET_UP, "list the Bluetooth thermometers and valves on the air"),
    "node": Row(SET_UP, "ESP32 nodes: add, flash, configure, list, watch and update them"),
    "upgrade": Row(SET_UP, "say whether a newer haard is to be had"),
    "backup": Row(RECORD, "keep settings, wishes, what was learned and history in one file"),
    "restore": Row(RECORD, "make this computer the house of such a file"),
    "export": Row(RECORD, "write recorded messages into a file"),
    "import": Row(RECORD, "put the messages of such a file into the database"),
    "replay": Row(RECORD, "play the record through the regulator again, with other numbers if wished"),
    "capture": Row(RECORD, "cut a span out of the record, anonymous, for a bug report"),
    "whatif": Row(TRY, "estimate what other numbers would have come to"),
    "shadow": Row(TRY, "a second regulator with other numbers that only watches"),
    "up": Row(TRY, "run a simulated house with all services, and watch it"),
    "simulate": Row(TRY, "live through a winter in a simulated house, and score it"),
    "decode": Row(TRY, "show as JSON what a device said in bytes"),
}
