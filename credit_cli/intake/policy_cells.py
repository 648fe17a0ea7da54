"""The single values a policy pack is written in: codes, days, limits, percentages, fen."""

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StrictInt
from pydantic_core import PydanticCustomError

from credit_cli.rules.durations import Duration, parse_duration

_LONGEST = 3660  # ten years in days; who writes more meant another unit


def _duration(value: object) -> Duration:
    try:
        duration = parse_duration(value if isinstance(value, str) else "")
    except ValueError:
        raise PydanticCustomError("duration", "not a duration") from None
    if duration.n > _LONGEST:
        raise PydanticCustomError("duration", "longer than any limit")
    return duration


def _percent(value: object) -> int:
    match = re.fullmatch(r"(100|[0-9]{1,2})%", value) if isinstance(value, str) else None
    if match is None:
        raise PydanticCustomError("percentage", "not a percentage")
    return int(match[1])


def _listed(value: object) -> object:
    return value if isinstance(value, list) else [value]


Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=80)]
# Departments' catalogues number items by digits and capitals (实施编码).
ITEM_CODE = r"^[A-Za-z0-9][A-Za-z0-9_]*$"
ItemCode = Annotated[str, Field(pattern=ITEM_CODE, max_length=80)]
Day = Annotated[date, Field(strict=True)]
Span = Annotated[Duration, BeforeValidator(_duration)]
Percent = Annotated[int, BeforeValidator(_percent)]
Fen = Annotated[StrictInt, Field(ge=0)]
Mode = Literal["deferred_materials", "commitment", "accelerated", "exempt", "instant"]
Route = Literal[Mode, "ordinary"]
RawCondition = dict[str, Any]
Several = BeforeValidator(_listed)  # one value, or a list of them
