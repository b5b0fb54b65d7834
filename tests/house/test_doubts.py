"""What hardly stands so in a real house is told, and nothing of a usual one; numbers are in their order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haard.settings_file import example
from house.errors import SettingsError
from house.settings import parse
from house.settings.doubts import doubts

ROOM = "rooms: {a: {radiators: [{power_w: 1500}], area_m2: 20}}\n"


def test_the_example_house_raises_no_doubt() -> None:
    assert list(doubts(parse(example()))) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "rooms: {a: {radiators: [{power_w: 2.0}]}}",
            "radiators.0.power_w: 2 W is little for a radiator; kW? Then write 2000",
        ),
        ("rooms: {a: {radiators: [{power_w: 900}, {power_w: 1.2}]}}", "radiators.1.power_w: 1.2 W"),
        ("rooms: {a: {radiators: [{power_w: 45}]}}", "45 W is little for a radiator"),
        ("rooms: {a: {radiators: [{power_w: 21000}]}}", "21000 W is much for a radiator"),
        ("boiler: {minimum_power_w: 6.5, maximum_power_w: 22}\n" + ROOM, "boiler.minimum_power_w: 6.5 W is little"),
        ("boiler: {minimum_power_w: 6.5, maximum_power_w: 22}\n" + ROOM, "boiler.maximum_power_w: 22 W is little"),
        ("boiler: {maximum_power_w: 200000}\n" + ROOM, "200000 W is much for a boiler"),
        ("rooms: {a: {area_m2: 1200}}", "area_m2: 1200 m² is much for a room"),
        ("rooms: {a: {area_m2: 0.2}}", "area_m2: 0.2 m² is little for a room"),
        ("rooms: {a: {radiators: [{power_w: 9000}], area_m2: 12}}", "750 W of radiator for each m² is much"),
        ("rooms: {a: {radiators: [{power_w: 120}], area_m2: 40}}", "3 W of radiator for each m² is little"),
        ("rooms: {a: {sensors: [{address: t, calibration: -4.5}]}}", "a calibration of -4.5 K is much for t"),
        ("presets: {boost: 19}\n" + ROOM, "boost (19 °C) is no warmer than comfort"),
        ("presets: {frost: 18}\n" + ROOM, "off keeps it at frost (18 °C), warmer than eco or away"),
        ("gas: {tariffs: {2026-01-01: 95}}\n" + ROOM, "gas.tariffs.2026-01-01: 95 EUR a m³ is much; in cents?"),
        ("home: {latitude: 5.1, longitude: 52.1}\n" + ROOM, "lie far from Europe/Amsterdam: the other way round?"),
        ("home: {latitude: -52.1, longitude: 5.1}\n" + ROOM, "another country"),
        ("home: {timezone: America/New_York}\n" + ROOM, "lie far from America/New_York: sun and weather"),
        (
            "home: {timezone: Australia/Sydney, latitude: 151.2, longitude: -33.9}\n" + ROOM,
            "latitude: should be at most 90",
        ),
        (
            "home: {timezone: America/New_York, latitude: -74.0, longitude: 40.7}\n" + ROOM,
            "lie far from America/New_York: the other way round?",
        ),
    ],
)
def test_what_was_hardly_meant_is_told_with_its_key(text: str, told: str) -> None:
    try:
        said = list(doubts(parse(text)))
    except SettingsError as error:
        said = [str(error)]
    assert any(told in one for one in said), said


@pytest.mark.parametrize(
    ("zone", "latitude", "longitude"),
    [
        ("Europe/Amsterdam", 52.1, 5.1),
        ("Europe/Madrid", 42.9, -9.2),
        ("Europe/Berlin", 54.8, 9.4),
        ("Europe/Helsinki", 69.9, 27.0),
        ("Asia/Shanghai", 39.5, 76.0),
        ("America/New_York", 46.5, -87.4),
        ("Pacific/Auckland", -46.4, 168.4),
        ("Africa/Nairobi", -4.0, 39.7),
        ("UTC", 10.0, 120.0),
    ],
)
def test_a_place_in_its_time_zone_raises_no_doubt(zone: str, latitude: float, longitude: float) -> None:
    house = parse(f"home: {{timezone: {zone}, latitude: {latitude}, longitude: {longitude}}}\n{ROOM}")
    assert list(doubts(house)) == []


@given(st.floats(150, 9000), st.floats(3000, 9000), st.floats(0, 50_000))
def test_usual_plates_raise_no_doubt(radiator: float, least: float, more: float) -> None:
    boiler = f"boiler: {{minimum_power_w: {least}, maximum_power_w: {least + more}}}\n"
    assert list(doubts(parse(f"{boiler}rooms: {{a: {{radiators: [{{power_w: {radiator}}}]}}}}\n"))) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "regulator: {doses: {company: 6}}",
            "regulator.doses.company: company (6) should not be above spare (4.7 with",
        ),
        ("regulator: {doses: {company: 4.5}}", "above spare (4.1 with comfort saver)"),
        ("regulator: {doses: {spare: 1}}", "regulator.doses.spare: company (2.2) should not be above spare (1 with"),
        ("regulator: {doses: {company: 9, spare: 8}}", "a room would open for company and be shut in the next minute"),
        (
            "regulator: {doses: {rest_min: 5, rest_urgent_min: 9}}",
            "rest_urgent_min (9) should not be above rest_min (5",
        ),
        ("regulator: {tpi: {cycle_min: 8}}", "shortest_min (5) should be at most half of cycle_min (8)"),
        ("regulator: {tpi: {shortest_min: 16}}", "should be at most half of cycle_min (30)"),
        ("regulator: {flow: {coolest: 60, warmest: 50}}", "coolest should not be above warmest"),
        ("boiler: {minimum_power_w: 30000}", "minimum_power_w should not be above maximum_power_w"),
        ("boiler: {nefit: {rest_setpoint: 16}}", "should rise in this order"),
        ("safety: {stale_after_min: 90}", "should rise in this order"),
        ("rooms: {a: {radiators: [{power_w: 900, lowest: 20, highest: 20}]}}", "should be a step (0.5) apart"),
        ("notify: {quiet: '22:00-22:00'}", "should be two times such as 22:30-07:00"),
    ],
)
def test_numbers_whose_order_matters_are_refused_out_of_order(text: str, told: str) -> None:
    rooms = "" if text.startswith("rooms") else "\nrooms: {a: {}}"
    with pytest.raises(SettingsError) as refused:
        parse(text + rooms)
    assert told in str(refused.value)


@given(st.floats(0, 20), st.floats(0, 20))
def test_company_and_spare_may_be_anything_in_order(one: float, other: float) -> None:
    low, high = sorted((one, other))
    parse(f"regulator: {{doses: {{company: {low}, spare: {high}}}}}\nrooms: {{a: {{}}}}\n")


@pytest.mark.parametrize("text", ["22:30-07:00", "22:30 - 7:00", " 22:30\u20137:00"])
def test_quiet_hours_are_read_as_people_write_them(text: str) -> None:
    house = parse(f'notify: {{quiet: "{text}"}}\nrooms: {{a: {{}}}}\n')
    assert house.notify is not None
    assert house.notify.quiet == "22:30-07:00"
