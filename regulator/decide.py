"""The whole decision on one page: a target for every valve and for the boiler, each with its reason.

Equal input, equal output: nothing is read but the snapshot, and nothing is kept. Whatever was decided before it, safety
has the last word: `limit(decide(s).rooms) == decide(s).rooms`.
"""

from regulator import boiler, exercise, safety, wear
from regulator.decision import Decision
from regulator.demand import remembered, seen_by_law
from regulator.room import observe
from regulator.snapshot import Snapshot, law_of


def decide(snapshot: Snapshot) -> Decision:
    """What should be true of the house at `snapshot.now`, whether it was said before or not."""
    house = observe(snapshot)  # what is known of each room now
    given = seen_by_law(snapshot, house)
    asked = law_of(snapshot).decide(given)  # comfort: what each room would like
    targets = safety.limit(wear.targets(asked, house), house)  # valves that moved too often today stay as they are
    wanted = boiler.is_wanted(asked, targets, house)
    targets = exercise.one_stuck_valve(wanted, targets, house)
    targets = boiler.hold_open(wanted, targets, house)  # a burn that has begun must end well
    called = boiler.call(wanted, safety.limit(targets, house), house, asked.waits)  # only on confirmed open radiators
    targets = boiler.pump_overrun(called, targets, house)
    targets = safety.limit(targets, house)  # safety has the last word
    return Decision(house, given, targets, called, asked, remembered(snapshot, asked))
