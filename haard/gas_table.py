"""The recorded days as tables: a row for each day or month, and a row for each room with what it came to."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rich import box
from rich.table import Table

from haard.settings_file import room_name
from house.messages import Day
from house.settings import Settings
from recorder.daily import m3, millilitres, price_on

PERIODS: Mapping[str, Callable[[date], str]] = {
    "day": lambda day: f"{day:%Y-%m-%d}",
    "month": lambda day: f"{day:%Y-%m}",
}
AMOUNT_WIDTH = 5  # of "12.34"; longer heads are folded
SIGNS = {"EUR": "€", "GBP": "£"}
USES = ("hot_water", "other", "pipes", "unallocated")
NO_HOT_WATER = "Nobody told of hot water: what it took, if any, is in these figures or in `other` (docs/gas.md)."


@dataclass(frozen=True, slots=True)
class Sum:
    """Days together: gas by room and use in ml, cost in the house's currency; None where no tariff held on some day."""

    gas: int
    rooms: Mapping[str, int]
    errors: Mapping[str, int]
    uses: Mapping[str, int]
    room_costs: Mapping[str, float] | None
    cost: float | None
    degree_days: float


def sum_of(days: Sequence[Day], house: Settings) -> Sum:
    """Add days up, to the millilitre; a tariff counts on the days on which it was valid."""
    rooms = {id_: sum(millilitres(day.rooms[id_].gas) for day in days if id_ in day.rooms) for id_ in _rooms(days)}
    errors = {id_: sum(millilitres(day.rooms[id_].gas_error) for day in days if id_ in day.rooms) for id_ in rooms}
    prices = [price_on(day.day, house.gas.tariffs) for day in days]
    priced = [(day, price) for day, price in zip(days, prices, strict=True) if price is not None]
    is_priced = bool(days) and len(priced) == len(days)
    return Sum(
        gas=sum(millilitres(day.gas) for day in days),
        rooms=rooms,
        errors=errors,
        uses={use: sum(millilitres(getattr(day, use)) for day in days) for use in USES},
        room_costs={id_: sum(day.rooms[id_].gas * price for day, price in priced if id_ in day.rooms) for id_ in rooms}
        if is_priced
        else None,
        cost=sum(day.gas * price for day, price in priced) if is_priced else None,
        degree_days=sum(day.degree_days or 0.0 for day in days),
    )


def _rooms(days: Iterable[Day]) -> list[str]:
    return list(dict.fromkeys(id_ for day in days for id_ in day.rooms))


def money(house: Settings) -> str:
    """The sign of the house's currency, or its letters where it has none that everybody reads in one way."""
    return SIGNS.get(house.gas.currency, house.gas.currency)


def by_period(days: Sequence[Day], house: Settings, period: str) -> Table:
    """A row for each day or month; columns of nothing are left out."""
    named: dict[str, list[Day]] = {}
    for day in days:
        named.setdefault(PERIODS[period](day.day), []).append(day)
    sums = {name: sum_of(together, house) for name, together in named.items()} | {"all": sum_of(days, house)}
    uses = [use for use in USES if sums["all"].uses[use]]
    rows = Table(box=box.SIMPLE_HEAD, padding=(0, 0, 0, 1), pad_edge=False)
    rows.add_column(period, no_wrap=True)
    prices = [money(house)] if house.gas.tariffs else []
    for column in (*sums["all"].rooms, *(use.replace("_", " ") for use in uses), "all m³", *prices, "K·d"):
        rows.add_column(column, justify="right", overflow="fold", min_width=AMOUNT_WIDTH)
    for name, one in sums.items():
        if name == "all":
            rows.add_section()
        amounts = (*(one.rooms.get(id_, 0) for id_ in sums["all"].rooms), *(one.uses[use] for use in uses), one.gas)
        cost = ["-" if one.cost is None else f"{one.cost:.2f}"] if prices else []
        rows.add_row(name, *(f"{m3(ml):.2f}" for ml in amounts), *cost, f"{one.degree_days:.1f}")
    return rows


def by_room(days: Sequence[Day], house: Settings) -> Table:
    """A row for each room: its gas and how far that may be off, its cost, per m² and per degree day; and a word where
    hot water is missed, as behind a relay.
    """
    one = sum_of(days, house)
    is_blind_to_hot_water = house.boiler.driver == "relay" and one.gas and not one.uses["hot_water"]
    rows = Table(box=box.SIMPLE_HEAD, caption=NO_HOT_WATER if is_blind_to_hot_water else None)
    rows.add_column("room", no_wrap=True)
    for column in ("m³", "± m³", money(house), "m³/m²", "l/K·d"):
        rows.add_column(column, justify="right", no_wrap=True)
    for id_, ml in one.rooms.items():
        room = house.rooms.get(id_)
        area = room.area_m2 if room else None
        rows.add_row(
            room_name(id_, house) if room else f"{id_} (no longer a room)",
            f"{m3(ml):.3f}",
            f"{m3(one.errors[id_]):.3f}",
            "-" if one.room_costs is None else f"{one.room_costs[id_]:.2f}",
            "-" if area is None else f"{m3(ml) / area:.3f}",
            f"{ml / 1000 / one.degree_days:.1f}" if one.degree_days else "-",
        )
    return rows
