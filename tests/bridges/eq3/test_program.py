from hypothesis import example, given
from hypothesis import strategies as st

from bridges.eq3 import protocol
from bridges.eq3.program import points_of, week_of
from bridges.eq3.protocol import OFF, Day, DayProgram, Slot
from house.messages import SwitchPoint

times = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59))
points = st.builds(SwitchPoint, day=st.integers(1, 7), time=times, setpoint=st.floats(5, 30))


def test_week_becomes_seven_days_that_go_over_midnight() -> None:
    week = {
        program.day: program.slots
        for program in week_of(
            [
                SwitchPoint(day=1, time="06:30", setpoint=20.5),
                SwitchPoint(day=1, time="22:34", setpoint=17),
                SwitchPoint(day=6, time="08:00", setpoint=21),
            ]
        )
    }
    assert week[Day.MONDAY] == (Slot(21, 390), Slot(20.5, 1350), Slot(17, 1440))
    assert week[Day.TUESDAY] == week[Day.FRIDAY] == (Slot(17, 1440),)
    assert week[Day.SATURDAY] == (Slot(17, 480), Slot(21, 1440))
    assert week[Day.SUNDAY] == (Slot(21, 1440),)


def test_day_of_more_than_seven_slots_loses_its_shortest_ones() -> None:
    times = ["02:00", "04:00", "06:00", "06:10", "08:00", "10:00", "12:00", "14:00"]
    monday = week_of([SwitchPoint(day=1, time=at, setpoint=15 + n) for n, at in enumerate(times)])[0]
    assert [slot.until for slot in monday.slots] == [120, 240, 480, 600, 720, 840, 1440]


def test_empty_schedule_is_no_program() -> None:
    assert week_of([]) == ()


@given(st.lists(points, min_size=1, max_size=60, unique_by=lambda point: (point.day, point.time)))
def test_any_schedule_is_a_program_that_a_valve_takes(schedule: list[SwitchPoint]) -> None:
    programs = week_of(schedule)
    assert {program.day for program in programs} == set(Day)
    for program in programs:
        written = protocol.write_program(program)
        assert protocol.decode(bytes([0x21]) + written[1:]) == program


def test_program_of_one_setpoint_is_one_switch_point_and_off_reads_as_the_lowest() -> None:
    assert points_of(DayProgram(day, (Slot(OFF, 1440),)) for day in Day) == (
        SwitchPoint(day=1, time="00:00", setpoint=5),
    )


# Eight slots, of which the shortest lies between two of the same setpoint.
ALTERNATING = [
    SwitchPoint(day=1, time=time, setpoint=setpoint)
    for time, setpoint in {
        "01:00": 20,
        "02:10": 5,
        "12:20": 20,
        "15:20": 5,
        "18:30": 17,
        "19:20": 5,
        "23:00": 17,
    }.items()
]


@example(ALTERNATING)
@given(st.lists(points, min_size=1, max_size=60, unique_by=lambda point: (point.day, point.time)))
def test_program_that_is_read_back_is_the_week_that_was_written(schedule: list[SwitchPoint]) -> None:
    programs = week_of(schedule)
    assert week_of(points_of(programs)) == programs
