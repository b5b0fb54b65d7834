"""Write mosquitto/: the broker's files that `haard init` would write for the example house in a container.

They are there to be read, and show in each change of the code what becomes of the rights.
"""

from collections.abc import Mapping
from pathlib import Path

from haard.install.acl import acl
from haard.install.broker import Place, configuration
from haard.install.rights import rights
from haard.settings_file import example
from house.settings import parse

FOLDER = Path(__file__).parents[1] / "mosquitto"
PLACE = Place(
    Path("/mosquitto/data"),
    Path("/mosquitto/config/acl"),
    Path("/mosquitto/config/passwords"),
    inside="",
    is_drop_in=False,
)


def files() -> Mapping[str, str]:
    """By name."""
    settings = parse(example())
    return {"acl": acl(rights(settings)), "mosquitto.conf": configuration(settings, PLACE)}


if __name__ == "__main__":
    for name, text in files().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
