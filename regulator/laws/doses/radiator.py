"""What a room's radiators give, as the law imagines it: two cells in series, per watt of nominal power.

Water comes in at nearly the flow temperature while the pump runs and a valve has confirmed; each cell gives half of
the heat after EN 442. All is per nominal watt, so that a room's radiators are one whatever their size.
"""

CELL_J_PER_K = 12.5  # per nominal watt: a panel radiator with its water has 25 kJ/K per kW
HALF_W_PER_K = 0.5 / 50.0  # of a cell at the 50 K over air that nominal power is told for
WATER_W_PER_K = 1.0 / 15.0  # a usual flow cools by 15 K at nominal power
PIPE_K = 1.0  # so much the water loses on its way
MINUTE_S = 60.0


def conductance(cell: float, air: float) -> float:
    """W/K from a cell to the room, per nominal watt."""
    over = cell - air
    part: float = (over / 50.0) ** 0.3 if over > 0.5 else 0.25
    return HALF_W_PER_K * part


def heated(near: float, far: float, air: float, inlet: float, flow: float) -> tuple[float, float, float]:
    """The cells a minute later with so much water (W/K per nominal watt), and their output, part of nominal."""
    near_loss, far_loss = conductance(near, air), conductance(far, air)
    near = (CELL_J_PER_K * near + MINUTE_S * (flow * inlet + near_loss * air)) / (
        CELL_J_PER_K + MINUTE_S * (flow + near_loss)
    )
    far = (CELL_J_PER_K * far + MINUTE_S * (flow * near + far_loss * air)) / (
        CELL_J_PER_K + MINUTE_S * (flow + far_loss)
    )
    return near, far, near_loss * (near - air) + far_loss * (far - air)


def water(open_share_of_room: float, open_share_of_house: float) -> float:
    """Water through a room's radiators, W/K per nominal watt: the fewer valves are open in the house, the more."""
    return WATER_W_PER_K * open_share_of_room * (1.3 - 0.3 * open_share_of_house)
