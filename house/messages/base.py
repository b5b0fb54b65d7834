"""What every message is: a small frozen value with its codec; what others write is read leniently."""

from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar, Self, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import from_json

from house.errors import PayloadError
from house.messages.refusal import in_words, noun

MAXIMUM_PAYLOAD = 65_536  # bytes; the largest message we write (a forecast of 16 days) has a tenth of it

_NEW = object.__new__
_SET_FIELDS, _SET_NAMES, _SET_EXTRA, _SET_PRIVATE = (
    vars(BaseModel)[slot].__set__
    for slot in ("__dict__", "__pydantic_fields_set__", "__pydantic_extra__", "__pydantic_private__")
)


class Value(BaseModel):
    """A frozen value; parts of messages are Values too."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)

    def __eq__(self, other: object) -> bool:
        """As pydantic has it for values without extras, in a third of the time."""
        return self is other or (type(self) is type(other) and self.__dict__ == other.__dict__)

    @classmethod
    def of(cls, fields: dict[str, Any]) -> Self:
        """A value of all its fields in their order, known to be right: in a fifth of the time that checking takes."""
        return _made(cls, fields, _names(cls))

    def but(self, **changes: Any) -> Self:
        """The same with some fields changed to values that are known to be right, in half of `model_copy`'s time."""
        return _made(type(self), {**self.__dict__, **changes}, self.__pydantic_fields_set__)


V = TypeVar("V", bound=Value)


def _made(kind: type[V], fields: dict[str, Any], names: set[str]) -> V:
    """A value as pydantic makes it once all is checked."""
    value = _NEW(kind)
    _SET_FIELDS(value, fields)
    _SET_NAMES(value, names)
    _SET_EXTRA(value, None)
    _SET_PRIVATE(value, None)
    return value


@cache
def _names(kind: type[Value]) -> set[str]:
    return set(kind.model_fields)


class Message(Value):
    """What one payload says."""

    bare: ClassVar[str | None] = None
    """The field that a bare number or word stands for; None where only an object is understood."""
    also: ClassVar[Mapping[str, str]] = {}
    """Other words for fields."""
    example: ClassVar[str | None] = None
    """What would be right, for who wrote something else."""
    sparse: ClassVar[bool] = False
    """Whether fields at their default are not written: so it is where only programs read the message."""

    @classmethod
    def decode(cls, payload: bytes) -> Self:
        """Read a payload as received; raises PayloadError that says what was expected."""
        if len(payload) > MAXIMUM_PAYLOAD:
            raise PayloadError(f"{noun(cls.__name__)}: {len(payload)} bytes are more than {MAXIMUM_PAYLOAD}")
        if not payload.strip():
            raise PayloadError(f"{noun(cls.__name__)}: is empty{_right_would_be(cls)}")
        said = _parsed(payload)
        try:
            return cls.model_validate(cls._fields_from(said))
        except ValidationError as error:
            faults = in_words(error, cls._known(), None if isinstance(said, dict) else cls.bare)
            example = _right_would_be(cls) if "missing" in faults else ""
            raise PayloadError(f"{noun(cls.__name__)}: {faults}{example}") from error

    @classmethod
    def _fields_from(cls, value: Any) -> Mapping[str, Any]:
        if isinstance(value, dict):
            required = _required(cls)
            return {name: one for name, one in value.items() if one is not None or name in required}
        if cls.bare is None or isinstance(value, list) or value is None:
            example = f", such as {cls.example}" if cls.example else ""
            raise PayloadError(f"{noun(cls.__name__)}: should be a JSON object with {', '.join(cls._known())}{example}")
        return {cls.bare: value}

    @classmethod
    def _known(cls) -> tuple[str, ...]:
        """What may stand in an object."""
        return tuple(cls.model_fields)

    def encode(self) -> bytes:
        """Compact JSON, UTF-8; `decode` gives an equal message back."""
        return self.__pydantic_serializer__.to_json(self, exclude_defaults=self.sparse)


def _right_would_be(kind: type[Message]) -> str:
    return f"; right would be {kind.example}" if kind.example else ""


@cache
def _required(kind: type[Message]) -> frozenset[str]:
    return frozenset(name for name, field in kind.model_fields.items() if field.is_required())


def _parsed(payload: bytes) -> Any:
    try:
        return from_json(payload, allow_inf_nan=False)
    except ValueError as error:
        word = payload.decode(errors="replace").strip()
        if word and len(word) <= 64 and word.isprintable() and word[0] not in '{["':
            return word
        raise PayloadError(f"neither JSON nor a single word: {error}") from error
