"""Mosquitto's acl file, written from the rights of one house's users. Pure."""

from haard.install.grants import Grant
from haard.install.rights import Rights, User

HEAD = """\
# Who may say what on this house's broker: each topic has one writer. Written by `haard init` from house.yaml: after a
# change there run it again. Lines of your own for other devices belong into a broker's user of their own, below MINE.
"""
MINE = "# --- your own lines; `haard init` keeps everything below this line ---\n"


def acl(users: Rights, mine: str = "") -> str:
    """The text of the file, with a person's own lines at its end."""
    return "\n".join((HEAD, *(_block(name, user) for name, user in users.items()), MINE + mine))


def own_lines(text: str) -> str:
    """What a person wrote below the mark in an acl of before."""
    return text.partition(MINE)[2]


def _block(name: str, user: User) -> str:
    return "\n".join((f"# {user.about}", f"user {name}", *map(_line, user.grants), ""))


def _line(grant: Grant) -> str:
    return f"topic {grant.access} {grant.filter}"
