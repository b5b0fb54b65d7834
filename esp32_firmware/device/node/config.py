"""What this node hears and drives: the retained `node/<id>/config`, checked before it is believed, kept on flash."""

from node import frames, moments, words

_DIGITS = "0123456789abcdef"


def read(payload):
    """`{"sensors", "valves", "offsets"}`, temperatures as whole numbers. Raises ValueError that says what is wrong."""
    said = words.decode(payload)
    sensors, valves = said.get("sensors") or {}, said.get("valves") or {}
    try:
        return {
            "sensors": {_address(one): _sensor(options) for one, options in sensors.items()},
            "valves": {_address(one): _valve(options) for one, options in valves.items()},
            "offsets": _offsets(said.get("utc_offsets") or []),
        }
    except (KeyError, AttributeError, TypeError) as error:
        raise ValueError("config: expected " + str(error.args[0] if error.args else "an object"))


def _address(text):
    if len(text) != 12 or any(one not in _DIGITS for one in text):
        raise ValueError("config: address '" + text[:20] + "': expected 12 hexadecimal digits in lower case")
    return text


def _sensor(options):
    return {
        "room": options["room"],
        "calibration": words.hundredths(options.get("calibration") or 0),
        "thermometer": options.get("thermometer") is not False,
        "contact": options.get("contact") is True,
    }


def _valve(options):
    found = {"room": options["room"], "profile": options.get("profile") or "setpoint"}
    if found["profile"] not in ("setpoint", "ends", "timed"):
        raise ValueError("config: profile: expected setpoint, ends or timed")
    for name in ("locked", "standby_for"):
        if options.get(name) is not None:
            found[name] = options[name]
    if options.get("offset") is not None:
        found["offset"] = words.hundredths(options["offset"]) // 50
    for name in ("comfort", "eco"):
        if options.get(name) is not None:
            found[name] = frames.setpoint_byte(words.hundredths(options[name]))
    window = options.get("window")
    if window is not None:
        found["window"] = (frames.setpoint_byte(words.hundredths(window["setpoint"])), window["minutes"] // 5)
    return found


def _offsets(changes):
    return tuple(sorted([(moments.read(one["at"]), int(one["minutes"])) for one in changes]))
