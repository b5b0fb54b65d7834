"""House and regulator in one process at full speed: the simulated house of `bridges`, the real `regulator.step`.

The time passes minute by minute. What the devices said in a minute is heard in its order, then the tick; what the
regulator says is carried to valves and boiler, which answer late or not at all as the plan's radio has it. Nothing
reads a clock, so a simulation is the same to the byte for the same plan, weather and seed.
"""

from collections.abc import Callable

from bridges.simulated import protocol
from house import topics
from house.settings import Settings
from regulator.hearing import apply
from regulator.snapshot import Snapshot, empty
from regulator.step import TOPICS, step
from simulation.house import House

MINUTE_S = 60


class ClosedLoop:
    """A regulator that keeps a simulated house; `steps` counts the messages that it has heard.

    `overhear` is told everything that is said, by either of them. With `every_min` the regulator decides at every such
    minute only, and not on news in between: less like a real house, and several times as quick.
    """

    def __init__(
        self,
        house: House,
        wiring: Settings,
        overhear: Callable[[topics.Publication], None] = lambda said: None,
        every_min: int | None = None,
    ) -> None:
        self.house = house
        self._every_min = every_min
        self._overhear = overhear
        self.snapshot: Snapshot = empty(wiring)
        self.steps = 0

    def run(self, until: int, each_minute: Callable[[], None] = lambda: None) -> None:
        """Live until `until`, seconds UTC."""
        while self.house.now < until:
            for report in self.house.advance(self.house.now + MINUTE_S):
                for publication in protocol.publications(report):
                    self._hear(publication)
            if self._every_min is None or self.house.now // MINUTE_S % self._every_min == 0:
                self._hear(protocol.tick(self.house.now))
            each_minute()

    def _hear(self, publication: topics.Publication) -> None:
        self._overhear(publication)
        if publication.name.topic not in TOPICS or publication.message is None:
            return
        self.steps += 1
        heard = topics.Heard(publication.name, publication.message, retained=False)
        if self._every_min is not None and publication.name.topic is not topics.TICK:
            self.snapshot = apply(self.snapshot, heard)
            return
        self.snapshot, publications = step(self.snapshot, heard)
        for said in publications:
            self._overhear(said)
            if said.name.topic in protocol.COMMANDS:
                protocol.obey(self.house, said.path, said.payload)
