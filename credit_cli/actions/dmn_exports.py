"""A scenario of a pack as a DMN file."""

from datetime import date
from pathlib import Path

from credit_cli.actions.wording import View
from credit_cli.errors import DmnUnsayable, PolicyPartNotFound
from credit_cli.intake.dmn_write import draw
from credit_cli.intake.policy import read_pack
from credit_cli.intake.policy_names import nearest
from credit_cli.rules.packs import Pack
from credit_cli.text import say


def read_exported(path: Path, scenario: str, day: date | None) -> Pack:
    """The pack at `path` as it is on a day; PolicyInvalid, PolicyPartNotFound."""
    pack = read_pack(path, day).pack
    if scenario not in pack.scenarios:
        raise PolicyPartNotFound(part=scenario, known=nearest(scenario, pack.scenarios))
    return pack


def dmn_text(pack: Pack, scenario: str) -> tuple[str, View]:
    """The DMN file of a scenario and what is in it; DmnUnsayable names every part it cannot say."""
    diagram = draw(pack, scenario)
    if diagram.faults:
        raise DmnUnsayable(
            scenario=scenario,
            count=len(diagram.faults),
            faults=[
                say("dmn.key_line", key=one.key, what=say(f"dmn.fault_{one.code}", seen=one.seen))
                for one in diagram.faults
            ],
            places=[one._asdict() for one in diagram.faults],
        )
    decisions = [key for key in diagram.elements if key.startswith(("d_", "f_"))]
    inputs = [key for key in diagram.elements if key.startswith("i_")]
    text = diagram.text(pack.scenarios[scenario].title)
    return text, {"scenario": scenario, "decisions": len(decisions), "inputs": len(inputs)}
