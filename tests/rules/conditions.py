"""Conditions as tests write them."""

from typing import Any

import pytest

from credit_cli.rules.cells import ConditionFault
from credit_cli.rules.condition_text import read_condition
from credit_cli.rules.conditions import Fact, FactType, Truth, truth

Types = dict[str, FactType]


def result(types: Types, when: dict[str, Any], **facts: Fact) -> Truth:
    """The truth of a condition as written."""
    return truth(read_condition(when, types), facts)


def fault(types: Types, when: dict[str, Any]) -> ConditionFault:
    """What is wrong with it."""
    with pytest.raises(ConditionFault) as caught:
        read_condition(when, types)
    return caught.value
