"""The order of a start: the radio first, then Wi-Fi, then the rest, since they all take their memory from one heap."""

import asyncio

import bluetooth

from node import moments
from node.board import Board
from node.pace import with_changes

_QUICK_BOOTS = 5
_FAILED_JOINS = 3


def run():
    """Start the node, or its set-up portal where nobody has told it which network to join."""
    board = Board()
    settings = board.read_json("config.json")
    pace = with_changes(settings.get("pace") or {})
    if _wants_portal(board, settings):
        from node import portal

        asyncio.run(portal.run(board, settings, pace))
        return
    safe = board.count("boots") > _QUICK_BOOTS
    if safe:
        board.log("start: it crashed again and again: without Bluetooth, until it is mended")
    else:
        bluetooth.BLE().active(True)
    if settings.get("ca") and settings.get("flashed_at"):
        board.clock_at_least(moments.read(settings["flashed_at"]))
    board.start_watchdog(pace["watchdog_ms"])
    from node.wifi import Wifi

    wifi = Wifi(board, pace, settings)
    wifi.start()
    from node.node import Node

    asyncio.get_event_loop().set_exception_handler(lambda loop, context: _died(board, context))
    asyncio.run(Node(board, settings, pace, wifi, safe).run())


def _wants_portal(board, settings):
    return not settings.get("ssid") or board.memory.get("unjoined", 0) >= _FAILED_JOINS or board.is_button_held()


def _died(board, context):
    import sys

    sys.print_exception(context["exception"])
    board.reset("crash: " + repr(context["exception"])[:100])
