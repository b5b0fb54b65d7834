"""What is said and heard as JSON, with whole numbers inside: hundredths of a degree, halves for the valve."""

import json


def hundredths(value):
    """`20.5` as 2050; a ValueError for anything but a number."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError("'" + str(value)[:20] + "': expected a number")
    return int(value * 100 + (0.5 if value >= 0 else -0.5))


def decimal(value):
    """2050 as `20.5`, for JSON: without a float, and without needless zeros."""
    sign, value = ("-", -value) if value < 0 else ("", value)
    whole, part = value // 100, value % 100
    if part == 0:
        return sign + str(whole)
    return sign + str(whole) + "." + ("{:02d}".format(part)).rstrip("0")


def from_hex(text):
    """Bytes of an even number of hexadecimal digits."""
    return bytes([int(text[at : at + 2], 16) for at in range(0, len(text), 2)])


class Bare:
    """A piece of JSON that stands as it is, such as a decimal."""

    def __init__(self, text):
        self.text = text


def encode(pairs):
    """A JSON object from `(name, value)` in this order; what is None is left out."""
    parts = []
    for name, value in pairs:
        if value is not None:
            text = value.text if isinstance(value, Bare) else json.dumps(value)
            parts.append(json.dumps(name) + ":" + text)
    return ("{" + ",".join(parts) + "}").encode()


def decode(payload):
    """The object in a payload; a bare word or number is `{"": it}`."""
    try:
        text = str(payload, "utf-8").strip()
    except UnicodeError:
        raise ValueError("not UTF-8")
    try:
        value = json.loads(text)
    except ValueError:
        if text[:1] in ("{", "[", '"') or not text or len(text) > 64:
            raise ValueError("neither JSON nor a word")
        value = text
    return value if isinstance(value, dict) else {"": value}
