"""Other numbers for a regulator that is replayed: another file, another law, single settings."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from haard.replay.replayed_regulator import Change, unchanged
from house.errors import PayloadError, SettingsError
from house.settings import Settings, yaml_lines
from regulator.basis import SECTIONS, wiring_from


def change(other: Settings | None, law: str | None, assignments: Sequence[str]) -> Change:
    """How settings become others; `unchanged` if nothing is to be otherwise.

    An assignment is `safety.boost_min=30`. The change raises SettingsError for what this house cannot have.
    """
    if other is None and law is None and not assignments:
        return unchanged
    wanted = [_assignment(one) for one in assignments]
    if law is not None:
        wanted.insert(0, (("regulator", "law"), law))

    def changed(wiring: Settings) -> Settings:
        values = plain(other if other is not None else wiring)
        for path, value in wanted:
            _set(values, path, value)
        try:
            return wiring_from(values)
        except PayloadError as error:
            raise SettingsError(str(error)) from error

    return changed


def plain(wiring: Settings) -> dict[str, Any]:
    """The settings that decisions hang on, as plain values, as they were given."""
    given: dict[str, Any] = wiring.model_dump(mode="json", exclude_unset=True, include=SECTIONS)
    return given


def differing(one: Settings, other: Settings) -> Iterator[str]:
    """Each setting that differs: `safety.boost_min: 60, would be 30`."""
    yield from _differing(
        "", one.model_dump(mode="json", include=SECTIONS), other.model_dump(mode="json", include=SECTIONS)
    )


def _differing(place: str, one: Any, other: Any) -> Iterator[str]:
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for key in [*one, *(key for key in other if key not in one)]:
            yield from _differing(f"{place}.{key}" if place else key, one.get(key), other.get(key))
    elif one != other:
        yield f"{place}: another week" if place.endswith(".schedule") else f"{place}: {one}, would be {other}"


def _assignment(text: str) -> tuple[tuple[str, ...], Any]:
    place, equals, value = text.partition("=")
    path = tuple(place.strip().split("."))
    if not equals or not all(path) or path[0] not in SECTIONS:
        known = ", ".join(sorted(SECTIONS))
        raise SettingsError(f"--set {text} should be such as safety.boost_min=30; it begins with one of {known}")
    return path, yaml_lines.parse(value, f"--set {place}").values


def _set(values: dict[str, Any], path: Sequence[str], value: Any) -> None:
    inner: Any = values
    for number, key in enumerate(path[:-1]):
        if isinstance(inner, list):
            inner = _element(inner, key, path[: number + 1])
            continue
        if not isinstance(inner, dict):
            raise SettingsError(f"--set {'.'.join(path)}: {'.'.join(path[:number])} has no parts")
        if inner.get(key) is None:
            inner[key] = {}
        inner = inner[key]
    if isinstance(inner, list):
        raise SettingsError(f"--set {'.'.join(path)}: name a setting of one element, or give the whole list")
    inner[path[-1]] = value


def _element(elements: list[Any], key: str, path: Sequence[str]) -> Any:
    if not key.isdecimal() or int(key) >= len(elements):
        raise SettingsError(f"--set {'.'.join(path)}: there are {len(elements)} of them, counted from 0")
    return elements[int(key)]
