"""Set-up without a cable: the node's own network, and a form that asks which one to join and where the broker is.

Only where the node is not set up, could not join three times, or its button is held at the start; for ten minutes,
after which it tries to join again. Bluetooth stays off: beside an access point it is unstable.
"""

import asyncio
import errno
import json
import socket

import network

_FIELDS = (
    ("id", "Name of this node", "attic"),
    ("ssid", "Wi-Fi", ""),
    ("psk", "Password of the Wi-Fi", ""),
    ("broker", "Broker (its address)", "192.168.1.10"),
    ("port", "Port", "1883"),
    ("user", "User", "node_attic"),
    ("password", "Password of the user", ""),
    ("update_key", "Update key", ""),
)
_SECRETS = ("psk", "password", "update_key")
_MOST_REQUEST = 2048
_PATIENCE_MS = 10000


def own_password(board):
    """Printed at the serial port; the same at each start."""
    return "haard-" + "".join(["{:02x}".format(byte) for byte in board.unique_id()])[-6:]


async def run(board, settings, pace):
    """Serve the form until it was filled in, or for ten minutes; then start anew."""
    point = network.WLAN(network.AP_IF)
    name = "haard-node-" + "".join(["{:02x}".format(byte) for byte in board.unique_id()])[-4:]
    point.active(True)
    point.config(ssid=name, password=own_password(board), security=3)
    listener = socket.socket()
    listener.setblocking(False)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("0.0.0.0", 80))
    listener.listen(2)
    board.log("portal: join " + name + " with " + own_password(board) + ", then open http://192.168.4.1/")
    began = board.ticks_ms()
    while board.ticks_diff(board.ticks_ms(), began) < pace["portal_ms"]:
        try:
            visitor = listener.accept()[0]
        except OSError as error:
            if error.errno != errno.EAGAIN:
                raise
            await asyncio.sleep_ms(50)
            continue
        if await _serve(board, settings, visitor):
            board.forget("unjoined")
            await asyncio.sleep_ms(500)
            board.reset("set up")
    board.forget("unjoined")
    board.reset("portal: nobody came")


async def _serve(board, settings, visitor):
    """One request; whether the form was filled in."""
    visitor.setblocking(False)
    try:
        head, body = await _request(board, visitor)
        if head[:5] != b"POST ":
            await _answer(board, visitor, page(settings, ""))
            return False
        filled = form(body)
        fault = fault_of(filled)
        if fault:
            await _answer(board, visitor, page(filled, fault))
            return False
        board.write("config.json", json.dumps(merged(settings, filled)).encode())
        await _answer(board, visitor, "<!doctype html><p>Stored. The node starts anew and joins your network.</p>")
        return True
    except (OSError, ValueError) as error:
        board.log("portal: " + str(error))
        return False
    finally:
        visitor.close()


async def _request(board, visitor):
    data, began = b"", board.ticks_ms()
    while True:
        end = data.find(b"\r\n\r\n")
        if end >= 0 and len(data) - end - 4 >= _length(data[:end]):
            return data[:end], data[end + 4 :]
        if len(data) > _MOST_REQUEST or board.ticks_diff(board.ticks_ms(), began) > _PATIENCE_MS:
            raise ValueError("a request that is too long or too slow")
        part = visitor.read(256)
        if part == b"":
            raise ValueError("the visitor left")
        if part:
            data += part
        else:
            await asyncio.sleep_ms(20)


def _length(head):
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            return int(value)
    return 0


async def _answer(board, visitor, text):
    data = text.encode()
    head = "HTTP/1.0 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: " + str(len(data)) + "\r\n\r\n"
    data, began = head.encode() + data, board.ticks_ms()
    while data:
        count = visitor.write(data[:512])
        if count:
            data = data[count:]
        elif board.ticks_diff(board.ticks_ms(), began) > _PATIENCE_MS:
            raise OSError(errno.ETIMEDOUT)
        else:
            await asyncio.sleep_ms(20)


# --- the form --------------------------------------------------------------------------------------------------------


def form(body):
    """The fields of a filled-in form, as they were typed."""
    filled = {}
    for pair in body.split(b"&"):
        name, _, value = pair.partition(b"=")
        filled[_unquoted(name)] = _unquoted(value).strip()
    return {name: filled[name] for name, _, _ in _FIELDS if name in filled}


def _unquoted(data):
    text, at = bytearray(), 0
    while at < len(data):
        if data[at] == 0x25 and at + 2 < len(data):
            text.append(int(data[at + 1 : at + 3], 16))
            at += 3
        else:
            text.append(0x20 if data[at] == 0x2B else data[at])
            at += 1
    return str(text, "utf-8")


def fault_of(filled):
    """What is wrong with the form, in words; empty if nothing is."""
    name = filled.get("id", "")
    if not name or not all("a" <= one <= "z" or "0" <= one <= "9" or one == "_" for one in name):
        return "The name: small letters, digits and _ only, such as attic."
    if not filled.get("ssid") or not filled.get("broker"):
        return "The Wi-Fi and the broker are needed."
    if filled.get("psk") and not 8 <= len(filled["psk"]) <= 63:
        return "The password of a Wi-Fi has 8 to 63 characters."
    port = filled.get("port") or "1883"
    if not port.isdigit() or not 0 < int(port) < 65536:
        return "The port: a number from 1 to 65535."
    return ""


def merged(settings, filled):
    """The new settings; a secret that was left empty stays, as does what the form does not ask."""
    found = dict(settings)
    for name, value in filled.items():
        if value or name not in _SECRETS:
            found[name] = value
    found["port"] = int(found.get("port") or 1883)
    return found


def page(settings, fault):
    """The form; secrets are never shown."""
    rows = []
    for name, label, example in _FIELDS:
        secret = name in _SECRETS
        value = "" if secret else _quoted(str(settings.get(name, "")))
        kind = "password" if secret else "text"
        hint = "unchanged if empty" if secret and settings.get(name) else example
        rows.append(
            "<p><label>"
            + label
            + "<br><input name="
            + name
            + " type="
            + kind
            + ' value="'
            + value
            + '" placeholder="'
            + hint
            + '"></label></p>'
        )
    told = "<p role=alert><b>" + _quoted(fault) + "</b></p>" if fault else ""
    head = (
        '<!doctype html><meta name=viewport content="width=device-width"><title>haard node</title><h1>haard node</h1>'
    )
    return head + told + "<form method=post>" + "".join(rows) + "<button>Store</button></form>"


def _quoted(text):
    for plain, safe in (("&", "&amp;"), ("<", "&lt;"), ('"', "&quot;")):
        text = text.replace(plain, safe)
    return text
