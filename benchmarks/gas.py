"""How well gas is attributed to rooms: simulated fortnights, whose true heat per room is known.

    python -m benchmarks.gas                      the houses that docs/gas.md shows
    python -m benchmarks.gas --houses 3 --write   another one, and its table into docs/gas.md

Each varied house lives two cold weeks in which radiators are learned, a cold fortnight and a mild one. Printed is by
how much the worst room's share of the heating gas misses its share of the heat that it really got, beside that of
the share of open time, how many room-days have the truth within the band that is said, and what stays unallocated or
is `other`: as told, and with each mishap of `benchmarks.gas_mishaps`.
"""

from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from statistics import fmean

from benchmarks.gas_houses import (
    DAY_S,
    MONDAY,
    START,
    ZONE,
    Lived,
    gas_shares,
    live,
    misses,
    open_shares,
    shares,
    varied,
    worst,
)
from benchmarks.gas_mishaps import MISHAPS, wrong_plates
from house.settings import Gas, Settings
from recorder.burn_cycles import cycles
from recorder.gas import Split, days_of_gas, errors, heated_ml, midnight, nothing_learned
from recorder.history import Record, history
from recorder.meter import Interval, intervals
from recorder.meter_lag import lag_of, on_time
from recorder.radiator_model import STEP_S, Step, steps
from recorder.radiator_powers import DEAD_BAND, LEARNED_ERROR, Strengths, fit
from simulation.plan import HousePlan

HOUSES = (2, 5)
COLD, MILD = 1.0, 9.5
DRAWS = 10
HALL = "hall"
PIPED = 0.5
PIPE_W_PER_K = 12.0
DOCS = Path(__file__).parents[1] / "docs" / "gas.md"
BEGIN, END = "<!-- python -m benchmarks.gas --write -->\n", "<!-- end -->"


@dataclass(frozen=True, slots=True)
class Span:
    """Some days of a house as the analyst sees them: what the meter and the radiators' model say."""

    wiring: Settings
    lived: Lived
    days: range
    metered: tuple[Interval, ...]
    water: tuple[Step, ...]

    def of_day(self, day: date) -> tuple[Step, ...]:
        first = (midnight(day, ZONE) - self.water[0].at) // STEP_S
        return self.water[max(0, first) : max(0, first + DAY_S // STEP_S)] or self.water[-1:]

    def splits(self, learned: Callable[[date], Strengths] = nothing_learned) -> dict[date, Split]:
        first, last = (MONDAY + timedelta(days=day) for day in (self.days[0], self.days[-1]))
        return days_of_gas(self.metered, self.of_day, self.wiring, (first, last), learned)

    def with_powers(self, factors: Mapping[str, float]) -> "Span":
        """The same with other powers: what the model says of a room is proportional to the power of its radiators."""
        by_place = [factors.get(room, 1.0) for room in self.wiring.rooms]

        def scaled(amounts: tuple[int, ...]) -> tuple[int, ...]:
            return tuple(round(amount * factor) for amount, factor in zip(amounts, by_place, strict=True))

        water = (replace(one, taken=scaled(one.taken), opened=scaled(one.opened)) for one in self.water)
        return replace(self, water=tuple(water))

    def learned(self) -> Strengths:
        """What the days teach of radiators and pipes."""
        begin = START + self.days.start * DAY_S
        lived = cycles(self.metered, self.water, heated_ml(self.metered, self.water))
        found = fit([one for one in lived if one.begin >= begin])
        if found is None:
            return Strengths()
        factors = zip(self.wiring.rooms, found.factors, strict=True)
        return Strengths({room: one for room, one in factors if abs(one - 1) > DEAD_BAND}, found.pipes, LEARNED_ERROR)


def span(records: Sequence[Record], wiring: Settings, lived: Lived, days: range) -> Span:
    """The days as they were told, and an hour before and behind them."""
    told = history(records)
    begin, end = START + days.start * DAY_S, START + days.stop * DAY_S
    water = tuple(steps(told, wiring, begin - DAY_S, end))
    late_s = lag_of(intervals(told.gas), water) or 0
    read = intervals(on_time(told.gas, lambda at: late_s))
    metered = tuple(one for one in read if begin - DAY_S < one.begin and one.end < end + DAY_S)
    return Span(wiring, lived, days, metered, water)


@dataclass(frozen=True, slots=True)
class Row:
    """How a span came out."""

    title: str
    ours: float
    by_open_time: float
    in_band: float
    unallocated: float
    other: float
    off_ml: int
    """The sum of all parts less what the meter counted."""


def row(title: str, seen: Span, learned: Strengths) -> Row:
    powered = seen.with_powers(learned.factors)
    known = Strengths(pipes=learned.pipes, error=learned.error)
    splits = powered.splits(lambda day: known)
    whole = sum(splits.values(), Split())
    true = shares(seen.lived.heat(seen.days.start, seen.days.stop))
    first = next((one for one in seen.water if one.at >= START + seen.days.start * DAY_S), seen.water[0])
    counted = sum(one.ml for one in seen.metered if first.at <= one.begin < START + seen.days.stop * DAY_S)
    return Row(
        title,
        worst(misses(gas_shares(whole), true)),
        worst(misses(open_shares(seen.water, seen.wiring), true)),
        fmean(_hits(seen, splits, known)),
        whole.unallocated / (whole.total or 1),
        whole.other / (whole.total or 1),
        whole.total - counted,
    )


def _hits(seen: Span, splits: Mapping[date, Split], known: Strengths) -> Iterator[bool]:
    """For each room-day whether the true gas lies within the band."""
    for day, split in zip(seen.days, splits.values(), strict=True):
        true, bands, gas = shares(seen.lived.heat(day, day + 1)), errors(split, known.error), sum(split.rooms.values())
        for room, share in true.items():
            yield abs(split.rooms.get(room, 0) - gas * share) <= bands.get(room, 0)


def drawn_rows(title: str, seen: Span, teaching: Span) -> Iterator[Row]:
    """Plates off by up to a fifth, as they are and as learned: the mean of the draws."""
    untaught, taught = [], []
    for draw in range(DRAWS):
        factors = wrong_plates(seen.wiring, draw)
        wrong = seen.with_powers(factors)
        untaught.append(row("", wrong, Strengths()))
        taught.append(row("", wrong, teaching.with_powers(factors).learned()))
    for name, rows in (("plates off by a fifth", untaught), ("the same, learned", taught)):
        ours, in_band = fmean(one.ours for one in rows), fmean(one.in_band for one in rows)
        yield replace(rows[0], title=f"{title}, {name}", ours=ours, in_band=in_band)


def of_house(seed: int, days: int) -> Iterator[Row]:
    """All rows of a varied house."""
    plan, wiring = varied(seed)
    learned, fortnight = range(days), range(days, 2 * days)
    cold = live(plan, wiring, 2 * days, seed=seed, mean_outside=COLD)
    teaching, seen = (span(cold.records, wiring, cold, one) for one in (learned, fortnight))
    taught = teaching.learned()
    for title, mishap in MISHAPS.items():
        yield row(f"cold, {title}", span(mishap(cold.records), wiring, cold, fortnight), Strengths())
    yield row("cold, radiators learned", seen, taught)
    yield from drawn_rows("cold", seen, teaching)
    mild = live(plan, wiring, days, seed=seed + 50, mean_outside=MILD)
    for title in ("as told", "meter each hour", "relay, meter each hour"):
        yield row(f"mild, {title}", span(MISHAPS[title](mild.records), wiring, mild, learned), Strengths())
    seen = span(mild.records, wiring, mild, learned)
    yield row("mild, radiators learned", seen, taught)
    yield from drawn_rows("mild", seen, teaching)
    yield from _with_pipes(plan, wiring, seed, days)


def _with_pipes(plan: HousePlan, wiring: Settings, seed: int, days: int) -> Iterator[Row]:
    """Half of what pipes lose warms the hall: as if nobody had said so, by the usual part, and by the learned one."""
    piped = replace(plan, boiler=replace(plan.boiler, pipes_warm=((HALL, PIPED),), pipe_loss_w_per_k=PIPE_W_PER_K))
    lived = live(piped, wiring, days, seed=seed, mean_outside=COLD)
    told = wiring.model_copy(update={"gas": Gas.model_validate({"pipes": {"rooms": {HALL: PIPED}}})})
    plain, named = (span(lived.records, one, lived, range(days)) for one in (wiring, told))
    yield row("cold, pipes through the hall, not told", plain, Strengths())
    yield row("cold, pipes through the hall, 8 %", named, Strengths())
    yield row("cold, pipes through the hall, learned", named, named.learned())


def table(rows: Iterable[Row]) -> Iterator[str]:
    yield "| days | worst room | by open time | room-days in ± | unallocated | other |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for one in rows:
        yield (
            f"| {one.title} | {one.ours:.1%} | {one.by_open_time:.0%} | {one.in_band:.0%} "
            f"| {one.unallocated:.1%} | {one.other:.1%} |"
        )


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--houses", type=int, nargs="+", default=HOUSES)
    parser.add_argument("--days", type=int, default=14, help="of each part (default: %(default)s)")
    parser.add_argument("--write", action="store_true", help="write the tables into docs/gas.md")
    given = parser.parse_args()
    parts = []
    for seed in given.houses:
        rows = list(of_house(seed, given.days))
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
        text = DOCS.read_text(encoding="utf-8")
        before, _, rest = text.partition(BEGIN)
        DOCS.write_text(before + BEGIN + "\n" + "\n".join(parts) + END + rest.partition(END)[2], encoding="utf-8")


if __name__ == "__main__":
    main()
