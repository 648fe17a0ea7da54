"""DMN files as modellers write them, put together for tests."""

from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from pathlib import Path
from typing import Any

from credit_cli.actions.dmn_imports import read_dmn, write_dmn_pack
from credit_cli.intake.policy import read_pack
from credit_cli.rules.derived import completed
from credit_cli.rules.packs import Pack
from credit_cli.rules.scenario_decisions import decide_scenario
from credit_cli.rules.scenarios import Outcome

SPACES = (
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "https://www.omg.org/spec/DMN/20191111/MODEL/",
)
DAY = date(2026, 3, 10)
Rules = Sequence[Sequence[str]]


def text(said: str) -> str:
    return f"<text>{escape(said, quote=False)}</text>"


def model(*elements: str, space: str = SPACES[2], name: str = "模型") -> str:
    body = "".join(elements)
    head = f'<?xml version="1.0"?><d:definitions xmlns:d="{space}" name="{name}">'
    return f"{head}{body}</d:definitions>"


def prefixed(xml: str) -> str:
    """Every element in the model's own namespace."""
    return xml.replace("<d:definitions xmlns:d=", "<definitions xmlns=").replace("</d:", "</")


def input_data(name: str, kind: str = "number") -> str:
    called = escape(name)
    return (
        f'<inputData id="i_{called}" name="{called}">'
        f'<variable name="{called}" typeRef="{kind}"/></inputData>'
    )


def decision(name: str, logic: str, *needs: str, kind: str = "") -> str:
    required = "".join(
        "<informationRequirement>"
        f'<requiredDecision href="#d_{escape(one)}"/></informationRequirement>'
        for one in needs
    )
    return (
        f'<decision id="d_{escape(name)}" name="{escape(name)}">'
        f'<variable name="{escape(name)}" typeRef="{kind}"/>{required}{logic}</decision>'
    )


def column(expression: str, kind: str = "", values: str = "") -> str:
    allowed = f"<inputValues>{text(values)}</inputValues>" if values else ""
    asked = f'<inputExpression typeRef="{kind}">{text(expression)}</inputExpression>'
    return f'<input id="in">{asked}{allowed}</input>'


def output(name: str = "", kind: str = "", values: str = "", default: str = "") -> str:
    listed = f"<outputValues>{text(values)}</outputValues>" if values else ""
    otherwise = f"<defaultOutputEntry>{text(default)}</defaultOutputEntry>" if default else ""
    return f'<output name="{escape(name)}" typeRef="{kind}">{listed}{otherwise}</output>'


def table(hit: str, columns: Sequence[str], outputs: Sequence[str], rules: Rules) -> str:
    written = "".join(
        "<rule>"
        + "".join(f"<inputEntry>{text(one)}</inputEntry>" for one in rule[: len(columns)])
        + "".join(f"<outputEntry>{text(one)}</outputEntry>" for one in rule[len(columns) :])
        + "</rule>"
        for rule in rules
    )
    policy, _, aggregation = hit.partition("+")
    merged = f' aggregation="{aggregation}"' if aggregation else ""
    head = f'<decisionTable id="t" hitPolicy="{policy}"{merged}>'
    return f"{head}{''.join(columns)}{''.join(outputs)}{written}</decisionTable>"


def literal(said: str) -> str:
    return f"<literalExpression>{text(said)}</literalExpression>"


def imported(folder: Path, xml: str) -> Pack:
    """The pack that a DMN file becomes."""
    path = folder / "model.dmn"
    path.write_text(prefixed(xml), encoding="utf-8")
    target = folder / "model.toml"
    write_dmn_pack(read_dmn(path), path.name, target, None)
    return read_pack(target).pack


def decided(pack: Pack, scenario: str, facts: Mapping[str, Any]) -> Outcome:
    """What a scenario of the pack makes of a case."""
    whole = completed({"as_of": DAY, **facts}, pack.types)
    return decide_scenario(pack.scenarios[scenario], whole, pack.measures)
