"""How well gas is attributed to rooms: simulated fortnights, whose true heat per room is known.

    python -m benchmarks.gas                      the houses that docs/gas.md shows
    python -m benchmarks.gas --houses 3 --write   another one, and its table into docs/gas.md
    python -m benchmarks.gas --every-reading      decided at every reading, not each two minutes: ten times as long

Each varied house lives two cold weeks in which radiators are learned, a cold fortnight and a mild one. Printed is by
how much the worst room's share of the heating gas misses its share of the heat that it really got, beside that of
the share of open time, how many room-days have the truth within the band that is said (with right plates, and with
twenty draws of plates that are off by up to a fifth, as the band supposes), and what stays unallocated or is `other`:
as told, and with each mishap of `benchmarks.gas_mishaps`. The days are simulated once and kept.
"""

from argparse import ArgumentParser
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean

from benchmarks.gas_houses import Lived, varied
from benchmarks.gas_kept import lived
from benchmarks.gas_mishaps import MISHAPS, wrong_plates
from benchmarks.gas_spans import DRAWS, Row, Span, row, span
from house.settings import Gas, Settings
from recorder.radiator_powers import Strengths

HOUSES = (14, 15, 16)
COLD, MILD = 1.0, 9.5
HALL = "hall"
PIPED = 0.5
PIPE_W_PER_K = 12.0
IN_MILD_WEEKS = (
    "as told",
    "meter each hour",
    "relay, meter each hour",
    "relay and hot water told, hourly",
    "a tenth of reports lost",
)
DOCS = Path(__file__).parents[1] / "docs" / "gas.md"
BEGIN, END = "<!-- python -m benchmarks.gas --write -->\n", "<!-- end -->"


@dataclass(frozen=True, slots=True)
class Weeks:
    """A house's weeks of one kind: what it was told in them, and which of its days are judged."""

    wiring: Settings
    life: Lived
    judged: range

    def seen(self, mishap: str = "as told") -> Span:
        return self.told(mishap, self.judged)

    def told(self, mishap: str, days: range) -> Span:
        return span(MISHAPS[mishap](self.life.records), self.wiring, self.life, days)


def of_house(seed: int, days: int) -> Iterator[Row]:
    """All rows of a varied house."""
    plan, wiring = varied(seed)
    learned, fortnight = range(days), range(days, 2 * days)
    cold = Weeks(wiring, lived(plan, wiring, 2 * days, seed=seed, mean_outside=COLD), fortnight)
    mild = Weeks(wiring, lived(plan, wiring, days, seed=seed + 50, mean_outside=MILD), learned)
    teaching = cold.told("as told", learned)
    taught = [(factors, teaching.with_powers(factors).learned()) for factors in _plates(wiring)]
    for title, mishaps, weeks in (("cold", MISHAPS, cold), ("mild", IN_MILD_WEEKS, mild)):
        seen = weeks.seen()
        for mishap in mishaps:
            yield row(f"{title}, {mishap}", weeks.seen(mishap))
        yield row(f"{title}, radiators learned", seen, teaching.learned())
        yield from _drawn(title, seen, taught)
        if title == "cold":
            yield from _hourly(cold, learned)


HOURLY = "meter each hour"


def _hourly(cold: Weeks, learned: range) -> Iterator[Row]:
    """What a meter teaches that reads each hour."""
    seen, teaching = cold.seen(HOURLY), cold.told(HOURLY, learned)
    yield row(f"cold, {HOURLY}, learned", seen, teaching.learned())
    wrong = [(seen.with_powers(one), teaching.with_powers(one).learned()) for one in _plates(cold.wiring)]
    yield _mean(f"cold, {HOURLY}, plates off, learned", [row("", one, known) for one, known in wrong])


Taught = tuple[dict[str, float], Strengths]
"""How wrong plates are, and what was learned of them."""


def _plates(wiring: Settings) -> Iterator[dict[str, float]]:
    return (wrong_plates(wiring, draw) for draw in range(DRAWS))


def _drawn(title: str, seen: Span, taught: Sequence[Taught]) -> Iterator[Row]:
    """Plates off by up to a fifth, as they are and as learned: the mean of the draws."""
    wrong = [(seen.with_powers(factors), known) for factors, known in taught]
    yield _mean(f"{title}, plates off by a fifth", [row("", one) for one, _ in wrong])
    yield _mean(f"{title}, the same, learned", [row("", one, known) for one, known in wrong])


def _mean(title: str, rows: Sequence[Row]) -> Row:
    ours, in_band = fmean(one.ours for one in rows), fmean(one.in_band or 0.0 for one in rows)
    off_ml = sum(abs(one.off_ml) for one in rows)
    return replace(rows[0], title=title, ours=ours, in_band=None, in_band_off=in_band, off_ml=off_ml)


def at_every_reading(seed: int, days: int) -> Iterator[Row]:
    """The cold fortnight of a house whose regulator decides on each reading, as a real one does."""
    plan, wiring = varied(seed)
    life = lived(plan, wiring, 2 * days, seed=seed, mean_outside=COLD, every_min=None)
    cold = Weeks(wiring, life, range(days, 2 * days))
    yield row("cold, decided at every reading", cold.seen())
    yield row("cold, the same, radiators learned", cold.seen(), cold.told("as told", range(days)).learned())


def with_pipes(seed: int, days: int) -> Iterator[Row]:
    """Half of what pipes lose warms the hall: as if nobody had said so, by the usual part, and by the learned one."""
    plan, wiring = varied(seed)
    piped = replace(plan, boiler=replace(plan.boiler, pipes_warm=((HALL, PIPED),), pipe_loss_w_per_k=PIPE_W_PER_K))
    life = lived(piped, wiring, 2 * days, seed=seed, mean_outside=COLD)
    told = wiring.model_copy(update={"gas": Gas.model_validate({"pipes": {"rooms": {HALL: PIPED}}})})
    plain, named = (Weeks(one, life, range(days, 2 * days)) for one in (wiring, told))
    yield row("cold, pipes through the hall, not told", plain.seen())
    yield row("cold, pipes through the hall, 8 %", named.seen())
    yield row("cold, pipes through the hall, learned", named.seen(), named.told("as told", range(days)).learned())


def table(rows: Iterable[Row]) -> Iterator[str]:
    yield "| days | worst room | by open time | in ± | in ±, plates off | unallocated | other | hot water off |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    for one in rows:
        yield (
            f"| {one.title} | {one.ours:.1%} | {one.by_open_time:.0%} "
            f"| {_part(one.in_band)} | {_part(one.in_band_off)} "
            f"| {one.unallocated:.1%} | {one.other:.1%} | {one.hot_water_off:+.1%} |"
        )


def _part(one: float | None) -> str:
    return "" if one is None else f"{one:.0%}"


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--houses", type=int, nargs="+", default=HOUSES)
    parser.add_argument("--days", type=int, default=14, help="of each part (default: %(default)s)")
    parser.add_argument("--every-reading", action="store_true", help="houses whose regulator decides on each reading")
    parser.add_argument("--write", action="store_true", help="write the tables into docs/gas.md")
    given = parser.parse_args()
    parts = []
    for seed in given.houses:
        rows = list((at_every_reading if given.every_reading else of_house)(seed, given.days))
        rows += with_pipes(seed, given.days) if seed == given.houses[0] and not given.every_reading else []
        off = sum(abs(one.off_ml) for one in rows)
        lines = [
            f"Varied house {seed}, {given.days} days of each kind; all sums differ from the meter by {off} ml:",
            "",
            *table(rows),
            "",
        ]
        print("\n".join(lines), flush=True)
        parts.append("\n".join(lines))
        if given.write:
            write("\n".join(parts))


def write(tables: str) -> None:
    """Put the tables into docs/gas.md in the place of those that stand there."""
    text = DOCS.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    DOCS.write_text(before + BEGIN + "\n" + tables + END + rest.partition(END)[2], encoding="utf-8")


if __name__ == "__main__":
    main()
