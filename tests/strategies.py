"""Hypothesis strategies: every message, built from the fields of its class, and every kind of bytes that may arrive."""

import inspect
import json
import types
from collections.abc import Callable
from datetime import UTC, date, timedelta
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from pydantic import JsonValue

from house import messages
from house.fields import END_OF_INSTANTS, FIRST_INSTANT, Instant, WallTime

FIRST = FIRST_INSTANT.replace(tzinfo=None)
LAST = END_OF_INSTANTS.replace(tzinfo=None) - timedelta(microseconds=1)

instants = st.datetimes(FIRST, LAST, timezones=st.just(UTC))
local_instants = st.datetimes(FIRST + timedelta(days=2), LAST - timedelta(days=2), timezones=st.timezones())
wall_times = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59))
finite = st.floats(allow_nan=False, allow_infinity=False)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | finite | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
ids = st.from_regex(r"[a-z0-9_]{1,12}", fullmatch=True).filter(lambda id_: id_ != "set")

MESSAGES: tuple[type[messages.Message], ...] = tuple(
    cls
    for name, cls in inspect.getmembers(messages, inspect.isclass)
    if issubclass(cls, messages.Message) and cls is not messages.Message and not name.startswith("_")
)
"""Every kind of message that house.messages defines."""

_BY_ALIAS = ((Instant, instants), (WallTime, wall_times), (JsonValue, json_values))
_BY_TYPE = {date: st.dates(), bool: st.booleans(), str: st.text(max_size=20), type(None): st.none()}


def message(cls: type[messages.Value]) -> SearchStrategy[Any]:
    """Any value of this class, a message or a part of one."""
    hints = get_type_hints(cls, include_extras=True)
    return st.builds(cls, **{name: _field(hints[name]) for name in cls.model_fields})


def _field(hint: Any) -> SearchStrategy[Any]:
    for alias, strategy in _BY_ALIAS:
        if hint == alias:
            return strategy
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in _BY_ORIGIN:
        return _BY_ORIGIN[origin](*arguments)
    return _BY_TYPE[hint] if hint in _BY_TYPE else message(hint)


def _limited(hint: Any, *metadata: Any) -> SearchStrategy[Any]:
    """A number within the limits that its annotation declares; any other annotation adds nothing."""
    if hint not in (int, float):
        return _field(hint)
    limits = [limit for one in metadata for limit in getattr(one, "metadata", ())]
    low = max((limit.ge for limit in limits if hasattr(limit, "ge")), default=None)
    high = min((limit.le for limit in limits if hasattr(limit, "le")), default=None)
    if hint is int:
        return st.integers(low, high)
    return st.floats(low, high, allow_nan=False, allow_infinity=False)


def _tuple_of(hint: Any) -> SearchStrategy[Any]:
    # A week has one setpoint at a time; the other lists may repeat themselves.
    unique_by = (lambda point: (point.day, point.time)) if hint is messages.SwitchPoint else None
    return st.lists(_field(hint), max_size=6, unique_by=unique_by).map(tuple)


_BY_ORIGIN: dict[Any, Callable[..., SearchStrategy[Any]]] = {
    Annotated: _limited,
    types.UnionType: lambda *choices: st.one_of(*map(_field, choices)),
    Union: lambda *choices: st.one_of(*map(_field, choices)),
    Literal: lambda *words: st.sampled_from(words),
    tuple: lambda item, _ellipsis: _tuple_of(item),
    dict: lambda _key, value: st.dictionaries(st.text(max_size=8), _field(value), max_size=3),
}

any_message: SearchStrategy[messages.Message] = st.sampled_from(MESSAGES).flatmap(message)

_FIELD_NAMES = sorted({name for cls in MESSAGES for name in cls.model_fields})

_wrong_shapes = st.dictionaries(st.sampled_from(_FIELD_NAMES), json_values, max_size=5)
_strange_numbers = st.sampled_from(
    ["1e400", "-1e400", "1" * 400, "-" + "9" * 5000, "1e-400", "0x10", "NaN", "Infinity"]
)
_strange_texts = st.sampled_from(
    [
        "",
        " ",
        "\x00",
        '"\\ud800"',
        '"\\u0000"',
        '{"value": "\\udfff"}',
        '{"value": 1, "value": 2}',
        "\ufeff20.5",
        "on\n",
    ]
)
_instants_at_the_edge = st.builds(
    '{{"at": "{}{}"}}'.format,
    st.sampled_from(
        [
            "2000-01-01T00:00:00",
            "2099-12-31T23:59:59.999999",
            "1999-12-31",
            "0001-01-01T00:00:00",
            "9999-12-31T23:59:59",
        ]
    ),
    st.sampled_from(["", "Z", "+14:00", "-23:59"]),
)
_nested = st.builds(
    lambda depth, opening, closing: opening * depth + closing * depth,
    st.integers(1, 30_000),
    st.sampled_from(["[", '{"value":', '{"law":{"a":[']),
    st.sampled_from(["", "]", "}", "]}}"]),
)


@st.composite
def _damaged(draw: st.DrawFn) -> bytes:
    """A payload as we write it, cut or with other bytes in the middle."""
    whole = draw(any_message).encode()
    start, end = sorted(draw(st.tuples(*[st.integers(0, len(whole))] * 2)))
    return whole[:start] + draw(st.binary(max_size=4)) + whole[end:]


payloads: SearchStrategy[bytes] = st.one_of(
    st.binary(max_size=64),
    st.text(max_size=20).map(str.encode),
    json_values.map(json.dumps).map(str.encode),
    _wrong_shapes.map(json.dumps).map(str.encode),
    (_strange_numbers | _strange_texts | _instants_at_the_edge | _nested).map(lambda text: text.encode()),
    _strange_numbers.map(lambda number: f'{{"value": {number}, "minutes": {number}, "at": {number}}}'.encode()),
    any_message.map(lambda said: said.encode()),
    _damaged(),
)
"""Whatever may arrive: garbage, nearly JSON, JSON of the wrong shape, huge numbers, deep nesting, real messages."""
