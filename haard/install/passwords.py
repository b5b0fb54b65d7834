"""Passwords of the broker's users: made at random, and kept by the broker as Mosquitto 2.0 keeps them.

Written here rather than by mosquitto_passwd, to which a password would have to be given where every user of the
computer can see it.
"""

import base64
import hashlib
import secrets
from collections.abc import Callable, Mapping

ITERATIONS = 101
SALT_BYTES = 12
HASH_BYTES = 64
WORD = "abcdefghijkmnpqrstuvwxyz23456789"
"""Without letters that are mistaken for others: some are typed into the page of a device."""
WORDS, LETTERS = 4, 6


def password() -> str:
    """A new one, such as `k4fh2p-wq8zzn-...`: 120 bits."""
    return "-".join("".join(secrets.choice(WORD) for _ in range(LETTERS)) for _ in range(WORDS))


def password_file(
    users: Mapping[str, str], former: str = "", salt: Callable[[int], bytes] = secrets.token_bytes
) -> str:
    """The broker's file; a line of `former` whose password is still the same stays as it is."""
    kept = dict(line.split(":", 1) for line in former.splitlines() if ":" in line)
    lines = []
    for user, word in users.items():
        line = kept.get(user, "")
        lines.append(f"{user}:{line if is_of(line, word) else hashed(word, salt(SALT_BYTES))}")
    return "\n".join(lines) + "\n"


def hashed(word: str, salt: bytes) -> str:
    """PBKDF2 with SHA-512, as Mosquitto 2.0 writes it."""
    digest = hashlib.pbkdf2_hmac("sha512", word.encode(), salt, ITERATIONS, HASH_BYTES)
    return f"$7${ITERATIONS}${base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}"


def is_of(line: str, word: str) -> bool:
    """Whether a hash is that of this password."""
    try:
        _, kind, iterations, salt, _ = line.split("$")
        same = hashed(word, base64.b64decode(salt, validate=True))
    except ValueError:
        return False
    return kind == "7" and iterations == str(ITERATIONS) and secrets.compare_digest(same, line)
