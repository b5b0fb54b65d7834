"""What the house should know of a valve, in the words of its topic."""

from bridges.eq3.protocol import Status
from bridges.eq3.valve import Valve
from house.messages import ValveStatus


def status_of(valve: Valve) -> ValveStatus:
    """What the house should know of the valve: its last report, and whether it can be reached."""
    report = valve.report
    if report is None:
        last = valve.recalled or ValveStatus()
        return last.model_copy(update={"reachable": valve.reachable, "alert": valve.alert})
    return ValveStatus(
        opening=report.opening,
        setpoint=report.setpoint,
        mode=_mode(report),
        battery_low=report.battery_low,
        window=report.window_open,
        locked=report.locked,
        reachable=valve.reachable,
        reported_at=valve.reported_at,
        alert=valve.alert,
    )


def _mode(report: Status) -> str:
    if report.boost:
        return "boost"
    if report.vacation:
        return "vacation"
    return "manual" if report.manual else "auto"
