"""The plots of docs/control.md: the front that the laws span, and one winter day in one house.

pip install -e ".[benchmark]"
python -m benchmarks.plots             after `python -m benchmarks.control --write`
"""

from dataclasses import dataclass, field
from statistics import median

import matplotlib
from matplotlib import pyplot

from benchmarks import kept
from benchmarks.control import CONTENDERS, DAY_S, START
from benchmarks.control_tables import DOCS, scores_of
from benchmarks.scenarios import settings
from benchmarks.short_loop import ShortLoop
from simulation.house import House
from simulation.house_plans import varied_house
from simulation.weather import winter

matplotlib.use("svg")
matplotlib.rcParams |= {"svg.hashsalt": "haard", "svg.fonttype": "none"}
IMAGES = DOCS / "images"
PLAIN = {"Date": None}
HOUSE_SEED, DAY = 22, 8
SHOWN_ROOMS = ("living", "bathroom", "study")


def front() -> None:
    """Comfort against starts; the size of a dot is the moves of the valves."""
    known = kept.read("control")
    laws = scores_of(known["cold"]) | {
        f"{law} (fewer houses)": scores for law, scores in scores_of(known["sliders"]).items() if " " in law
    }
    figure, axes = pyplot.subplots(figsize=(7, 4.5))
    for law, scores in laws.items():
        cold, starts, moves = (
            median(getattr(score, metric) for score in scores)
            for metric in ("too_cold_kh", "starts_per_day", "moves_per_valve_day")
        )
        axes.scatter(starts, cold, s=8 * moves, alpha=0.6)
        axes.annotate(
            f"{law} ({moves:.0f} moves)", (starts, cold), xytext=(8, 4), textcoords="offset points", fontsize=8
        )
    axes.set(xlabel="burner starts a day", ylabel="K·h too cold while occupied", xlim=(0, 110), ylim=(0, None))
    axes.set_title(f"Cold fortnight: medians over {len(laws['doses'])} houses", fontsize=10)
    figure.tight_layout()
    figure.savefig(IMAGES / "control_front.svg", metadata=PLAIN)


@dataclass
class Day:
    """What a day looked like, minute by minute; hours since midnight UTC."""

    hours: list[float] = field(default_factory=list)
    air: dict[str, list[float]] = field(default_factory=dict)
    flame: list[bool] = field(default_factory=list)


def live_a_day(law: str) -> Day:
    """The house after a week under a law."""
    plan = varied_house(HOUSE_SEED)
    house = House(plan, winter(HOUSE_SEED, START, mean_temperature=-1.0), START, seed=HOUSE_SEED)
    loop = ShortLoop(house, settings(plan, HOUSE_SEED, dict(CONTENDERS[law].regulator)))
    day = Day()

    def watch() -> None:
        if house.now < START + DAY * DAY_S:
            return
        day.hours.append((house.now - START - DAY * DAY_S) / 3600)
        day.flame.append(house.boiler.flame_on)
        for room in SHOWN_ROOMS:
            day.air.setdefault(room, []).append(house.building.rooms[room].air)

    loop.run(START + (DAY + 1) * DAY_S, watch)
    return day


def days() -> None:
    """The same day under two laws: rooms above, burner below."""
    figure, panels = pyplot.subplots(2, 1, figsize=(8, 6), sharex=True, sharey=True)
    for panel, law in zip(panels, ("hysteresis", "doses"), strict=True):
        day = live_a_day(law)
        for room, air in day.air.items():
            panel.plot(day.hours, air, label=room, linewidth=1)
        bottom = 14.0
        panel.fill_between(
            day.hours, bottom, bottom + 0.6, where=day.flame, step="post", color="tab:red", label="flame"
        )
        starts = sum(later and not earlier for earlier, later in zip(day.flame, day.flame[1:], strict=False))
        panel.set_title(f"{law}: {starts} starts, hot water included", fontsize=10)
        panel.set_ylabel("°C")
    panels[0].legend(loc="upper left", ncols=4, fontsize=8)
    panels[1].set(xlabel="hour of the day, UTC", xlim=(0, 24))
    figure.tight_layout()
    figure.savefig(IMAGES / "control_day.svg", metadata=PLAIN)


if __name__ == "__main__":
    front()
    days()
