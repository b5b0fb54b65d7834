"""By what a regulator decides, as a message: with it and the record a later program decides the same again."""

from collections.abc import Mapping
from typing import Any

from pydantic import JsonValue, ValidationError

from house.errors import PayloadError
from house.messages import Basis
from house.settings import Settings

SECTIONS = {"home", "mqtt", "presets", "rooms", "boiler", "regulator", "safety"}
"""The sections of house.yaml that decisions hang on."""
_SAID = {section: True for section in SECTIONS} | {"home": {"name", "timezone"}, "mqtt": {"root"}}


def basis(wiring: Settings, version: str) -> Basis:
    """What counts of these settings, as they were given, and the numbers in force of the law."""
    given = wiring.model_dump(mode="json", exclude_unset=True, include=_SAID)
    return Basis(version=version, law=wiring.regulator.law, numbers=_numbers(wiring), settings=given)


def _numbers(wiring: Settings) -> dict[str, JsonValue]:
    law = wiring.regulator.law
    numbers = wiring.regulator.doses_numbers if law == "doses" else getattr(wiring.regulator, law, None)
    return numbers.model_dump(mode="json") if numbers is not None else {}


def wiring_of(said: Basis) -> Settings:
    """The settings of such a message; raises PayloadError where this version does not understand them."""
    return wiring_from(said.settings)


def wiring_from(given: Mapping[str, Any]) -> Settings:
    """Settings from plain values; raises PayloadError that says what is wrong."""
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        raise PayloadError(f"settings: {'.'.join(map(str, fault['loc']))}: {fault['msg']}") from error
