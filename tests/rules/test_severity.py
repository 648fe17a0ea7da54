"""How serious a record is: fixed by its type, else inferred from what the authority wrote."""

import pytest

from credit_cli.rules.severity import classifier
from credit_cli.rules.values import Severity
from tests.situations import shipped_pack


@pytest.mark.parametrize(
    ("facts", "severity"),
    [
        ({"violation": "销售不合格药品"}, Severity.SERIOUS),
        ({"violation": "未按规定检验特种设备"}, Severity.SERIOUS),
        ({"grounds": "《中华人民共和国安全生产法》第九十七条"}, Severity.SERIOUS),
        ({"violation": "占用消防通道", "kind": "警告"}, Severity.SERIOUS),
        ({"violation": "占道经营", "kind": "警告"}, Severity.MINOR),
        ({"violation": "占道经营", "kind": "通报批评"}, Severity.MINOR),
        ({"violation": "占道经营", "kind": "罚款"}, Severity.ORDINARY),
        ({}, Severity.ORDINARY),
    ],
    ids=str,
)
def test_penalty_is_as_serious_as_its_field_and_its_kind(
    facts: dict[str, str], severity: Severity
) -> None:
    assert classifier(shipped_pack())({"type": "penalty", **facts}) is severity


def test_a_type_with_a_fixed_severity_is_never_inferred() -> None:
    classify = classifier(shipped_pack())
    facts = {"type": shipped_pack().breach_type, "violation": "食品安全"}
    assert classify(facts) is Severity.ORDINARY


@pytest.mark.parametrize("record_type", ["licence", "no_such_type"])
def test_what_does_not_weigh_has_no_severity(record_type: str) -> None:
    assert classifier(shipped_pack())({"type": record_type, "violation": "食品安全"}) is None
