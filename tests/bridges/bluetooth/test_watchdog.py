from bridges.bluetooth.watchdog import Step, Watchdog


def steps(watchdog: Watchdog, until: int, heard: frozenset[int] = frozenset()) -> list[tuple[int, Step]]:
    taken = []
    for second in range(until):
        if second in heard:
            watchdog = watchdog.heard(second)
        watchdog, step = watchdog.look(second)
        if step is not None:
            taken.append((second, step))
    return taken


def test_silence_climbs_the_ladder_a_rung_each_minute() -> None:
    ladder = [(60, Step.RESTART_SCAN), (120, Step.POWER_CYCLE), (180, Step.GIVE_UP)]
    assert steps(Watchdog(60, 0), 200) == ladder


def test_hearing_a_known_device_starts_the_ladder_anew() -> None:
    assert steps(Watchdog(60, 0), 200, frozenset({70})) == [
        (60, Step.RESTART_SCAN),
        (130, Step.RESTART_SCAN),
        (190, Step.POWER_CYCLE),
    ]


def test_radio_that_was_away_is_given_its_patience_again() -> None:
    watchdog, step = Watchdog(60, 0).paused(50).look(100)
    assert step is None
    assert watchdog.look(110)[1] is Step.RESTART_SCAN
