"""How often a valve is contacted and how long things may take: what batteries, motor and radio bear. Seconds, or ms."""

PACE = {
    "poll_first_s": 1800,
    "poll_last_s": 3600,
    "look_again_s": 180,  # after a change: by then the motor has moved
    "quiet_s": 120,  # after a write the motor may not move while anybody talks to the valve
    "settle_s": 180,  # how long a person's knob is left alone for the regulator to take it up
    "unpaired_s": 3600,
    "own_way_s": 900,  # how soon a valve is looked at again that lowered itself for a window, or boosts
    "boost_s": 360,
    "command_s": 1200,  # longer than the longest back-off, so that a command is tried at least once
    "orphan_s": 600,  # after the start: a level that nobody repeats by then is over
    "take_over_s": 120,  # how long another node must be gone before its valves are driven from here
    "connect_ms": 15000,
    "answer_ms": 5000,
    "job_ms": 40000,
    "linger_ms": 2000,  # from the last answer to the disconnection
    "between_ms": 2500,  # from one valve to the next
    "sensor_said_s": 300,
    "scan_again_ms": 180000,  # known thermometers silent for so long: the scan is begun again,
    "radio_again_ms": 360000,  # then the radio is switched off and on,
    "reset_ms": 720000,  # then the node starts anew
    "no_broker_ms": 900000,
    "status_ms": 60000,
    "watchdog_ms": 30000,
    "unjoined_ms": 180000,  # without Wi-Fi for so long after the start: the node starts anew, then opens its portal
    "portal_ms": 600000,
}
BACKOFF_S = (10, 90, 180, 300, 600, 900)


def with_changes(changes):
    """The pace with some numbers of `config.json`; tests run the node faster."""
    pace = dict(PACE)
    for name in changes:
        if name in pace:
            pace[name] = int(changes[name])
    return pace
