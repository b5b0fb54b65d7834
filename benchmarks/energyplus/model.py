"""A drawing as input for EnergyPlus (epJSON): boxes, constructions, schedules and the handles that the loop turns."""

from collections.abc import Iterable
from typing import Any

from benchmarks.energyplus.houses import HEIGHT_M, Drawing, Fabric, Room

ALWAYS = "always"
INSIDE_W_PER_M2_K = {"Wall": 2.5, "Window": 2.5, "Ceiling": 5.0, "Roof": 5.0, "Floor": 0.7}
FACES = ("north", "east", "south", "west")
DOOR_M3_PER_S = 0.012  # a door mostly shut
Point = tuple[float, float, float]


def model(drawing: Drawing, begin: tuple[int, int], end: tuple[int, int]) -> dict[str, Any]:
    """The whole input for the days from `begin` to `end` (month, day)."""
    return {
        **_run(begin, end, drawing.fabric),
        **_materials(drawing.fabric),
        **_rooms(drawing),
        "Output:Variable": {
            f"air {room.id}": {
                "key_value": room.id,
                "variable_name": "Zone Mean Air Temperature",
                "reporting_frequency": "Timestep",
            }
            for room in drawing.rooms
        },
    }


def _run(begin: tuple[int, int], end: tuple[int, int], fabric: Fabric) -> dict[str, Any]:
    return {
        "Version": {"Version 1": {"version_identifier": "25.2"}},
        "SimulationControl": {
            "control": {
                "do_zone_sizing_calculation": "No",
                "do_system_sizing_calculation": "No",
                "do_plant_sizing_calculation": "No",
                "run_simulation_for_sizing_periods": "No",
                "run_simulation_for_weather_file_run_periods": "Yes",
            }
        },
        "Building": {
            "house": {
                "terrain": "Suburbs",
                "solar_distribution": "FullExterior",
                "maximum_number_of_warmup_days": 25,
                "minimum_number_of_warmup_days": 6,
            }
        },
        "Timestep": {"each minute": {"number_of_timesteps_per_hour": 60}},
        "HeatBalanceAlgorithm": {"algorithm": {"algorithm": "ConductionTransferFunction"}},
        "ZoneCapacitanceMultiplier:ResearchSpecial": {
            "furniture": {"temperature_capacity_multiplier": fabric.air_multiplier}
        },
        "GlobalGeometryRules": {
            "rules": {
                "coordinate_system": "World",
                "starting_vertex_position": "UpperLeftCorner",
                "vertex_entry_direction": "Counterclockwise",
            }
        },
        "RunPeriod": {
            "winter": {
                "begin_month": begin[0],
                "begin_day_of_month": begin[1],
                "end_month": end[0],
                "end_day_of_month": end[1],
                "use_weather_file_daylight_saving_period": "No",
            }
        },
        "Site:GroundTemperature:BuildingSurface": {
            "ground": {f"{month}_ground_temperature": 14.0 for month in _MONTHS}
        },
        "ScheduleTypeLimits": {"any": {}},
        "Schedule:Constant": {ALWAYS: {"hourly_value": 1.0, "schedule_type_limits_name": "any"}},
    }


_MONTHS = (
    "january february march april may june july august september october november december".split()  # noqa: SIM905
)


def _solid(thickness: float, conductivity: float, density: float, heat: float) -> dict[str, Any]:
    return {
        "roughness": "Rough",
        "thickness": thickness,
        "conductivity": conductivity,
        "density": density,
        "specific_heat": heat,
    }


def _materials(fabric: Fabric) -> dict[str, Any]:
    inner = _solid(0.10, 0.9, 1700.0, 900.0) if fabric.heavy else _solid(0.0125, 0.25, 900.0, 1000.0)
    floor = _solid(0.16, 1.6, 2300.0, 900.0) if fabric.heavy else _solid(0.022, 0.14, 650.0, 1600.0)

    def layers(*names: str) -> dict[str, str]:
        return dict(zip(("outside_layer", *(f"layer_{n}" for n in range(2, 9))), names, strict=False))

    return {
        "Material": {
            "brick": _solid(0.10, 0.8, 1800.0, 900.0),
            "tiles": _solid(0.02, 1.0, 2000.0, 900.0),
            "wall insulation": _solid(fabric.wall_m, 0.037, 30.0, 1200.0),
            "roof insulation": _solid(fabric.roof_m, 0.037, 30.0, 1200.0),
            "inner leaf": inner,
            "slab": floor,
            "plaster": _solid(0.0125, 0.4, 1000.0, 1000.0),
        },
        "WindowMaterial:SimpleGlazingSystem": {
            "glass": {"u_factor": fabric.glass_u, "solar_heat_gain_coefficient": 0.6}
        },
        "Construction": {
            "outer wall": layers("brick", "wall insulation", "inner leaf", "plaster"),
            "roof": layers("tiles", "roof insulation", "plaster"),
            "ground floor": layers("wall insulation", "slab"),
            "storey floor": layers("slab", "plaster"),
            "inner wall": layers("plaster", "inner leaf", "plaster"),
            "window": layers("glass"),
        },
    }


def _rooms(drawing: Drawing) -> dict[str, Any]:
    surfaces: dict[str, Any] = {}
    windows: dict[str, Any] = {}
    for number, room in enumerate(drawing.rooms):
        _box(room, 20.0 * number, surfaces, windows)
    rooms = {room.id: room for room in drawing.rooms}
    pairs = [(a, b) for a, b in zip(rooms, list(rooms)[1:], strict=False)]
    pairs += [(b, a) for a, b in pairs]
    return {
        "Zone": {id_: {"volume": room.floor_m2 * HEIGHT_M, "floor_area": room.floor_m2} for id_, room in rooms.items()},
        "BuildingSurface:Detailed": surfaces,
        "FenestrationSurface:Detailed": windows,
        "SurfaceProperty:ConvectionCoefficients": _convection(surfaces, windows, rooms),
        "InternalMass": {
            f"walls of {id_}": {
                "construction_name": "inner wall",
                "zone_or_zonelist_name": id_,
                "surface_area": 2.2 * room.floor_m2,
            }
            for id_, room in rooms.items()
        },
        "ZoneInfiltration:DesignFlowRate": {
            f"air of {id_}": {
                "zone_or_zonelist_or_space_or_spacelist_name": id_,
                "schedule_name": ALWAYS,
                "design_flow_rate_calculation_method": "AirChanges/Hour",
                "air_changes_per_hour": drawing.fabric.air_changes,
                "constant_term_coefficient": 1.0,
            }
            for id_ in rooms
        },
        "ZoneCrossMixing": {
            f"door {a} {b}": {
                "zone_or_space_name": a,
                "source_zone_or_space_name": b,
                "schedule_name": ALWAYS,
                "design_flow_rate_calculation_method": "Flow/Zone",
                "design_flow_rate": DOOR_M3_PER_S / 2,
            }
            for a, b in pairs
        },
        "OtherEquipment": {
            f"{what} {id_}": {
                "zone_or_zonelist_or_space_or_spacelist_name": id_,
                "schedule_name": ALWAYS,
                "design_level_calculation_method": "EquipmentLevel",
                "design_level": 0.0,
                "fraction_radiant": radiant,
            }
            for id_ in rooms
            for what, radiant in (("radiator", 0.25), ("people", 0.4))
        },
    }


def _convection(surfaces: dict[str, Any], windows: dict[str, Any], rooms: Iterable[str]) -> dict[str, Any]:
    """Between air and what bounds it, as in ISO 52016-1: EnergyPlus' own default is half of it and the air jumps."""
    inside = {name: INSIDE_W_PER_M2_K[surface["surface_type"]] for name, surface in (surfaces | windows).items()}
    inside |= {f"walls of {id_}": INSIDE_W_PER_M2_K["Wall"] for id_ in rooms}
    return {
        f"air at {name}": {
            "surface_name": name,
            "convection_coefficient_1_location": "Inside",
            "convection_coefficient_1_type": "Value",
            "convection_coefficient_1": coefficient,
        }
        for name, coefficient in inside.items()
    }


def _box(room: Room, x: float, surfaces: dict[str, Any], windows: dict[str, Any]) -> None:
    """Floor, ceiling and outer walls; walls towards the neighbours are inner mass."""
    depth = room.floor_m2 / 4.0
    corners = (x, 0.0), (x + 4.0, 0.0), (x + 4.0, depth), (x, depth)
    floor = [(px, py, 0.0) for px, py in corners]
    _surface(surfaces, room, "floor", list(reversed(floor)), "ground floor" if room.on_ground else "storey floor")
    ceiling = [(px, py, HEIGHT_M) for px, py in corners]
    _surface(
        surfaces, room, "roof" if room.under_roof else "ceiling", ceiling, "roof" if room.under_roof else "storey floor"
    )
    outer = [(face, length) for face, length in zip(FACES, room.outer_m, strict=True) if length > 0]
    whole = sum(length for _, length in outer)
    for face, length in outer:
        wall = _upright(face, length, HEIGHT_M, 0.0, (x, depth + 5.0))
        _surface(surfaces, room, face, wall, "outer wall")
        width = room.glass_m2 * length / whole / 1.4
        glass = _upright(face, min(width, length - 0.1), 1.4, 0.8, (x, depth + 5.0))
        windows[f"window {face} {room.id}"] = {
            "surface_type": "Window",
            "construction_name": "window",
            "building_surface_name": f"{face} {room.id}",
            "number_of_vertices": 4,
            **{
                f"vertex_{n}_{axis}_coordinate": value
                for n, p in enumerate(glass, 1)
                for axis, value in zip("xyz", p, strict=True)
            },
        }


def _upright(face: str, length: float, height: float, low: float, at: tuple[float, float]) -> list[Point]:
    """An upright rectangle that faces the given way, seen from outside counterclockwise from the upper left."""
    (x, y), top = at, low + height
    left, right = {
        "south": ((x + 0.05, y), (x + 0.05 + length, y)),
        "north": ((x + 0.05 + length, y), (x + 0.05, y)),
        "east": ((x, y + 0.05), (x, y + 0.05 + length)),
        "west": ((x, y + 0.05 + length), (x, y + 0.05)),
    }[face]
    return [(*left, top), (*left, low), (*right, low), (*right, top)]


def _surface(surfaces: dict[str, Any], room: Room, name: str, points: list[Point], construction: str) -> None:
    outside = {"outer wall": "Outdoors", "roof": "Outdoors", "ground floor": "Ground"}.get(construction, "Adiabatic")
    kinds = {"floor": "Floor", "roof": "Roof", "ceiling": "Ceiling"}
    exposed = outside == "Outdoors"
    surfaces[f"{name} {room.id}"] = {
        "surface_type": kinds.get(name, "Wall"),
        "construction_name": construction,
        "zone_name": room.id,
        "outside_boundary_condition": outside,
        "sun_exposure": "SunExposed" if exposed else "NoSun",
        "wind_exposure": "WindExposed" if exposed else "NoWind",
        "number_of_vertices": 4,
        "vertices": [
            {f"vertex_{axis}_coordinate": value for axis, value in zip("xyz", point, strict=True)} for point in points
        ],
    }
