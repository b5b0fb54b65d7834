"""Houses whose brokers are tried: one for each way in which devices speak."""

from house.settings import Settings, parse

REAL = """
home: {{name: A house with everything, latitude: 52.1, longitude: 5.1}}
rooms:
  living:
    sensors: ["A4:C1:38:00:00:01"]
    windows: ["A4:C1:38:00:00:11"]
    radiators: [{{valve: "00:1A:22:00:00:01", power_w: 2100}}, {{valve: trv_living, power_w: 900}}]
  attic:
    radiators: [{{valve: "00:1A:22:00:00:09", power_w: 1200}}]
  shed:
    sensors: ["A4:C1:38:00:00:08"]
    radiators: [{{valve: "00:1A:22:00:00:08", power_w: 700}}]
  bath:
    sensors: [thermo_bath]
    radiators: [{{valve: "00:1A:22:00:00:02", power_w: 1000}}]
nodes: {{shed: {{sensors: ["A4:C1:38:00:00:08"], valves: ["00:1A:22:00:00:08"]}}}}
bluetooth: {{valves: {{"00:1A:22:00:00:09": {{elsewhere: true}}}}}}
zigbee2mqtt:
  devices:
    trv_living: {{name: living/trv}}
    thermo_bath: {{}}
    outdoor: {{name: Garden}}
boiler: {{driver: {boiler}{options}}}
homeassistant: {{discovery: true}}
notify: {{quiet: "22:30-07:00"}}
meter: {{driver: dsmr, url: "serial:///dev/ttyUSB0"}}
weather: {{driver: openmeteo, sensors: [outdoor]}}
"""
BOILERS = {
    "nefit": "",
    "emsesp": "",
    "otgw": "",
    "relay": ", relay: {model: shelly-gen2, device: shellyplus1-a8032abe54dc}",
    "relay-gen1": ", relay: {model: shelly-gen1, device: shelly1-1}",
    "relay-tasmota": ", relay: {model: tasmota, device: boiler_switch}",
}


def real(boiler: str) -> Settings:
    """A house with a boiler of this kind."""
    return parse(REAL.format(boiler=boiler.partition("-")[0], options=BOILERS[boiler]))
