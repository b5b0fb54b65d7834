"""`python -m docs.write_screen .haard` writes docs/images/up.svg: the screen of a try-out as its recorder kept it.

The picture is drawn by the code that draws the live screen, from the first `MESSAGES` recorded messages.
"""

import sqlite3
import sys
from datetime import datetime, timedelta
from pathlib import Path

from rich.console import Console

from haard.tryout import dashboard as boards
from haard.tryout.screen import Surroundings, screen
from house import settings
from house.errors import PayloadError
from house.topics import Root, read

PICTURE = Path(__file__).parent / "images" / "up.svg"
MESSAGES = 1500  # a few simulated hours: warm enough to show rooms in every state
QUERY = """select topic.name, payload, retained, received_at
from message join topic on topic.id = topic_id order by message.id limit ?"""


def main(folder: Path) -> None:
    house = settings.load(folder / "house.yaml")
    root, board = Root(house.mqtt.root), boards.Dashboard()
    with sqlite3.connect(folder / "haard.db") as database:
        rows = database.execute(QUERY, (MESSAGES,)).fetchall()
    for topic, payload, retained, _ in rows:
        try:
            heard = read(root.relative(topic) or "", payload, retained=bool(retained))
        except PayloadError:
            continue
        board = boards.heard(board, heard) if heard else board
    first, last = (datetime.fromisoformat(rows[index][3]) for index in (0, -1))
    per_minute = len(rows) / ((last - first) / timedelta(minutes=1))
    around = Surroundings(f"mosquitto on port {house.mqtt.port}", sorted(board.services), per_minute)
    out = Console(record=True, width=130, file=sys.stderr, force_terminal=True)
    out.print(screen(board, house, around, (out.width, 40)))
    PICTURE.write_text(out.export_svg(title="haard up --speed 600"), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
