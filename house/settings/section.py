"""What every section of house.yaml is made of: the base, and values with their units and bounds."""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field


def _address(value: Any) -> str:
    """A MAC in any spelling becomes 12 lower-case hex digits; any other id stays as it is."""
    text = str(value).strip().lower()
    if text in ("none", "no", "off", "nothing"):
        raise ValueError("should be an address; where there is none say null, or leave the key out")
    digits = re.sub(r"[:\-. ]", "", text)
    if re.fullmatch(r"[0-9a-f]{12}", digits):
        return digits
    if re.fullmatch(r"[a-z0-9_]+", text) and text != "set":
        return text
    raise ValueError("should be an address such as A4:C1:38:00:00:01, or an id of a-z, 0-9 and _")


def spelled(address: str) -> str:
    """A MAC of 12 hex digits as people write it: A4:C1:38:00:00:01."""
    return ":".join(address[start : start + 2] for start in range(0, len(address), 2)).upper()


def shaped(pattern: str, example: str) -> AfterValidator:
    """Text that fits the pattern as a whole; to a person a fault tells the example."""

    def _check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(f"should be {example}")
        return text

    return AfterValidator(_check)


Address = Annotated[str, BeforeValidator(_address)]
Minutes = Annotated[float, Field(ge=0, le=7 * 1440)]
Seconds = Annotated[float, Field(ge=0, le=86_400)]
Watts = Annotated[float, Field(gt=0, le=200_000)]
RoomSetpoint = Annotated[float, Field(ge=5, le=30)]
FlowSetpoint = Annotated[float, Field(ge=20, le=90)]
ForeignTopic = Annotated[str, Field(max_length=200), shaped(r"[^+#\x00]+", "a topic without + and #")]
WebUrl = Annotated[str, shaped(r"https?://[^/\s]+.*", "a URL such as http://localhost:3000")]


class Section(BaseModel):
    """One section of house.yaml; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
