"""A real house may be simulated and tried out: its drivers are replaced, and that is told."""

import pytest

from bridges.simulated.protocol import house_plan
from haard.__main__ import main
from haard.simulation.stand_ins import simulated
from haard.tryout.data_folder import as_yaml
from house.settings import Settings, parse
from tests.haard.doctor.real import real_house

BOILERS = ("nefit", "otgw", "emsesp")


@pytest.fixture
def real() -> Settings:
    return parse(real_house())


@pytest.mark.parametrize("boiler", BOILERS)
def test_no_driver_of_a_real_house_is_left(boiler: str, real: Settings) -> None:
    house, replaced = simulated(parse(real_house().replace("nefit", boiler, 1)))
    assert replaced == [f"boiler {boiler}", "meter dsmr", "weather openmeteo"]
    assert house_plan(house).rooms
    assert not house.zigbee2mqtt.devices
    assert parse(as_yaml(house)) == house
    assert house.rooms == real.rooms


def test_a_simulated_house_stays_as_it_is(real: Settings) -> None:
    house, _ = simulated(real)
    assert simulated(house) == (house, [])


@pytest.mark.slow
def test_a_real_house_is_lived_through_and_that_is_told(
    tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path_factory.mktemp("real") / "house.yaml"
    file.write_text(real_house())
    assert main(["simulate", "--settings", str(file), "--days", "1", "--law", "hysteresis"]) == 0
    told = capsys.readouterr().out
    assert "simulated in place of the real: boiler nefit, meter dsmr, weather openmeteo" in told
    assert "burner starts a day" in told
