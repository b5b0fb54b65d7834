"""What docs/homeassistant.md tells an owner to copy, as the configuration of the Home Assistant under trial."""

import re
from pathlib import Path
from textwrap import indent

PAGE = Path(__file__).parents[2] / "docs" / "homeassistant.md"


def copied(name: str) -> str:
    """The block of the page that begins with this comment."""
    found = re.search(rf"```yaml\n# {re.escape(name)}\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert found is not None, name
    return found[1]


CONFIGURATION = f"""
input_number: {{attic: {{min: 0, max: 30, initial: 17.5, step: 0.1}}}}
input_boolean: {{attic_window: , attic_heater: }}
template:
  - sensor:
      - name: Attic thermometer
        unit_of_measurement: "°C"
        device_class: temperature
        state: "{{{{ states('input_number.attic') }}}}"
  - binary_sensor:
      - name: Skylight
        device_class: window
        state: "{{{{ is_state('input_boolean.attic_window', 'on') }}}}"
climate:
  - platform: generic_thermostat
    name: Attic valve
    heater: input_boolean.attic_heater
    target_sensor: sensor.attic_thermometer
    min_temp: 5
    max_temp: 30
    target_temp: 15
    initial_hvac_mode: heat
automation:
{indent(copied("automations"), "  ")}
lovelace:
  mode: storage
  dashboards:
    heating-trial: {{mode: yaml, title: Heating, show_in_sidebar: true, filename: heating.yaml}}
"""
