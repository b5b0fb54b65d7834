"""How warm the water should be: a heating curve, and more while a room has to warm up."""

from house.settings.laws import HeatingCurve


def flow_setpoint(curve: HeatingCurve | None, outside: float | None, in_a_hurry: bool) -> float | None:
    """Flow setpoint in whole °C; None without a curve."""
    if curve is None:
        return None
    if outside is None:
        return round(curve.cold_flow)
    part = (curve.mild_outside - outside) / (curve.mild_outside - curve.cold_outside)
    flow = curve.mild_flow + min(1.0, max(0.0, part)) * (curve.cold_flow - curve.mild_flow)
    return round(min(curve.cold_flow, flow + (curve.lift if in_a_hurry else 0.0)))
