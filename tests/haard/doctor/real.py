"""A real house with one of each device, and what a healthy one says on the broker."""

from datetime import UTC, datetime

NOW = datetime(2026, 1, 12, 6, 30, tzinfo=UTC)

REAL = """
mqtt: {host: 127.0.0.1, port: %(broker)s}
database: {url: "%(database)s"}
rooms:
  living:
    name: Living room
    sensors: ["A4:C1:38:00:00:01", esp_living]
    windows: ["A4:C1:38:00:00:11"]
    radiators:
      - {valve: "00:1A:22:00:00:01", power_w: 2100}
      - {valve: trv, power_w: 900}
boiler: {driver: nefit, url: "http://127.0.0.1:%(nefit)s"}
meter: {driver: dsmr, url: "serial:///dev/there-is-no-meter"}
weather: {driver: openmeteo, url: "http://127.0.0.1:%(weather)s", sensors: [garden]}
zigbee2mqtt: {devices: {trv: {}}}
"""
SERVICES = ("clock", "regulator", "recorder", "analyst", "nefit", "dsmr", "openmeteo", "zigbee2mqtt", "bluetooth")


def real_house(**options: object) -> str:
    """house.yaml of a real house; ports of the broker, the Nefit's server and the weather may be given."""
    return REAL % {"broker": 1883, "database": "sqlite:///haard.db", "nefit": 3000, "weather": 80, **options}


def said_at(at: datetime) -> dict[str, str]:
    """Every message of the house, retained, when all is well, by its path."""
    stamp = at.isoformat()
    return {
        **{f"service/{service}/availability": "online" for service in SERVICES},
        "memory": f'{{"tick_at": "{stamp}"}}',
        "room/living/temperature/a4c138000001": f'{{"value": 20.4, "measured_at": "{stamp}"}}',
        "room/living/temperature/esp_living": f'{{"value": 20.6, "measured_at": "{stamp}"}}',
        "room/living/window/a4c138000011": f'{{"value": "closed", "measured_at": "{stamp}"}}',
        "sensor/a4c138000001/status": '{"battery": 80}',
        "valve/001a22000001/status": f'{{"opening": 100, "setpoint": 26.5, "reported_at": "{stamp}"}}',
        "valve/trv/status": f'{{"opening": 0, "reachable": true, "reported_at": "{stamp}"}}',
        "boiler/status": f'{{"flame": true, "reported_at": "{stamp}"}}',
        "meter/gas": f'{{"value": 4711.205, "measured_at": "{stamp}"}}',
        "meter/electricity": f'{{"value": 1200, "measured_at": "{stamp}"}}',
        "outside/temperature/garden": f'{{"value": -1.5, "measured_at": "{stamp}"}}',
        "forecast": f'{{"issued_at": "{stamp}", "hours": []}}',
    }
