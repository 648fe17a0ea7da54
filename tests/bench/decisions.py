"""Decisions of a table of 24 rows and 6 inputs, beside ZEN's on the same table: run by hand.

`python -m tests.bench.decisions [ROUNDS]` takes turns: the table compiled, with the whole trace
(every test of every row), walked, and the decision table of `zen-engine` (a peer in Rust, no
dependency of ours: without it the bench says so and times the rest). All are asked of the same
facts and must choose the same rows. It prints the median decisions per second of processor
time of each, and how many times ZEN's that is.
"""

import json
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import product
from random import Random
from statistics import median
from time import process_time
from typing import Any

from credit_cli.rules.condition_text import read_condition
from credit_cli.rules.conditions import ALWAYS, FactType, Kind
from credit_cli.rules.decisions import DecisionTable, Row, decide, decider, explainer

GRADES = ("D", "C", "B", "A")
KINDS = ("person", "organisation", "individual_business")
TYPES = {
    "score": FactType(kind=Kind.NUMBER),
    "grade": FactType(kind=Kind.GRADE, values=GRADES),
    "kind": FactType(kind=Kind.TEXT, values=KINDS),
    "serious": FactType(kind=Kind.NUMBER),
    "listed": FactType(kind=Kind.FLAG),
    "promised": FactType(kind=Kind.NUMBER),
}
Facts = dict[str, Any]
Cells = dict[str, Any]
BATCH = 2000


def rows() -> Iterator[Cells]:
    """Eight bands of the score, best first, for each kind of subject."""
    for place, kind in product(range(8), KINDS):
        low = 1140 - 20 * place
        yield {
            "score": f"[{low}..{low + 20 * (place + 1)})",
            "grade": ["A"] if place < 2 else ["A", "B"] if place < 6 else ["A", "B", "C"],
            "kind": kind,
            "serious": f"<= {place // 3}",
            "listed": False,
            "promised": f"> {7 - place}",
        }


def table() -> DecisionTable:
    """The table in our language."""
    read = [
        Row(id=f"row{n}", when=read_condition(cells, TYPES), grant={}, basis="bench")
        for n, cells in enumerate(rows())
    ]
    otherwise = Row(id="else", when=ALWAYS, grant={}, basis="bench")
    return DecisionTable(name="bench", rows=tuple(read), otherwise=otherwise)


def cell(test: Any) -> str:  # noqa: ANN401 - a cell of ours
    """The cell in ZEN's language, which is nearly ours."""
    if isinstance(test, list):
        return ", ".join(map(json.dumps, test))
    return test if str(test)[0] in "[(<>" else json.dumps(test)


def graph() -> dict[str, Any]:
    """The table as ZEN reads it."""
    written = [
        {"_id": str(n), **{name: cell(test) for name, test in cells.items()}, "row": f'"row{n}"'}
        for n, cells in enumerate(rows())
    ]
    content = {
        "hitPolicy": "first",
        "rules": [*written, {"_id": "else", **dict.fromkeys(TYPES, ""), "row": '"else"'}],
        "inputs": [{"id": name, "name": name, "field": name} for name in TYPES],
        "outputs": [{"id": "row", "name": "row", "field": "row"}],
    }
    steps = [("in", "inputNode"), ("table", "decisionTableNode"), ("out", "outputNode")]
    nodes: list[dict[str, Any]] = [{"id": one, "name": one, "type": kind} for one, kind in steps]
    nodes[1]["content"] = content
    pairs = (("in", "table"), ("table", "out"))
    edges = [{"id": a + b, "sourceId": a, "targetId": b, "type": "edge"} for a, b in pairs]
    return {"contentType": "application/vnd.gorules.decision", "nodes": nodes, "edges": edges}


def zen() -> Callable[[Facts], str] | None:
    """ZEN's decision of the table, if it is installed."""
    try:
        engine = import_module("zen").ZenEngine()
    except ModuleNotFoundError:
        print("zen-engine is not installed: pip install zen-engine, in a venv of its own")
        return None
    decision = engine.create_decision(json.dumps(graph()))
    return lambda facts: str(decision.evaluate(facts)["result"]["row"])


def subjects() -> list[Facts]:
    """Facts that fall on all rows, and on none."""
    chance = Random(1)  # noqa: S311 - a bench
    return [
        {
            "score": chance.randint(980, 1200),
            "grade": chance.choice(GRADES),
            "kind": chance.choice(KINDS),
            "serious": chance.choice((0, 0, 0, 1, 2)),
            "listed": chance.random() < 0.1,
            "promised": chance.randint(1, 20),
        }
        for _ in range(BATCH)
    ]


def speed(decision: Callable[[Facts], Any], asked: list[Facts]) -> float:
    """Decisions per second."""
    began = process_time()
    for facts in asked:
        decision(facts)
    return len(asked) / (process_time() - began)


def main(rounds: int) -> None:
    """Take turns and print medians."""
    ours, asked, peer = table(), subjects(), zen()
    decided, told = decider(ours), explainer(ours)
    ways: dict[str, tuple[Callable[[Facts], Any], list[Facts]]] = {
        "compiled": (decided, asked * 20),
        "with the whole trace": (told, asked),
        "walked": (lambda facts: decide(ours, facts), asked),
    }
    if peer:
        ways["ZEN"] = (peer, asked[: BATCH // 4])
        chosen = [decided(facts).id for facts in asked]
        assert [peer(facts) for facts in asked] == chosen, "ZEN chooses other rows"
        assert [next(one.row for one in told(facts) if one.matched) for facts in asked] == chosen
        print(f"{len(asked):,} subjects fall on {len(set(chosen))} rows of {len(ours.rows) + 1}")
    figures: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, (way, facts) in ways.items():
            figures[name].append(speed(way, facts))
    for name, found in figures.items():
        times = f"{median(found) / median(figures['ZEN']):10.1f} times ZEN" if peer else ""
        print(f"{name:22} {median(found):12,.0f} decisions/s {times}")


if __name__ == "__main__":
    main(*[int(one) for one in sys.argv[1:]] or [5])
