"""What a law remembers, put together for it from two topics and taken apart again.

The law knows one mapping. What it has learned changes seldom and is worth keeping, so it stands on a topic of its own;
what else it remembers changes from minute to minute. In a memory from before there were two topics both are found.
"""

from pydantic import JsonValue

from house.messages import HouseMemory, Learned, RoomMemory
from regulator.laws.interface import Law, Memory


def together(memory: RoomMemory | HouseMemory, learned: Learned | None, law: Law) -> Memory:
    """What the law remembers of a room or the house."""
    if learned is None:
        return memory.law
    return {**memory.law, **{key: value for key, value in learned.law.items() if key in law.learned}}


def out_of_sight(remembered: Memory, law: Law) -> Memory:
    """What remains of it where the law may not decide on the room: nothing that it was in the midst of watching."""
    return {key: value for key, value in remembered.items() if key not in law.watching}


def apart(remembered: Memory, law: Law) -> tuple[dict[str, JsonValue], dict[str, JsonValue]]:
    """What changes from minute to minute, and what was learned."""
    return (
        {key: value for key, value in remembered.items() if key not in law.learned},
        {key: value for key, value in remembered.items() if key in law.learned},
    )
