"""The control laws by the names that house.yaml has for them."""

from collections.abc import Mapping

from regulator.laws import doses, hysteresis, time_proportional, tpi
from regulator.laws.interface import Law

LAWS: Mapping[str, Law] = {
    "doses": doses.LAW,
    "hysteresis": hysteresis.LAW,
    "timeprop": time_proportional.LAW,
    "tpi": tpi.LAW,
}
