"""A DMN file as a tree: plain XML only, without a document type, entities or great depth."""

from collections.abc import Iterator
from pathlib import Path
from xml.parsers.expat import ExpatError, ParserCreate

from credit_cli.errors import DmnBroken, FileMissing

MOST_BYTES = 8 << 20
_DEEPEST = 60
_OTHER_NOTATIONS = ("/BPMN/", "/CMMN/")


class Element:
    """An element by its local name; `line` is where it begins."""

    __slots__ = ("attributes", "children", "line", "tag", "text")

    def __init__(self, tag: str, attributes: dict[str, str], line: int) -> None:
        self.tag, self.attributes, self.line = tag, attributes, line
        self.children: list[Element] = []
        self.text = ""

    def __getitem__(self, name: str) -> str:
        """An attribute without its white space; empty if there is none."""
        return self.attributes.get(name, "").strip()

    def all(self, tag: str) -> list["Element"]:
        """The children of a name."""
        return [one for one in self.children if one.tag == tag]

    def one(self, tag: str) -> "Element | None":
        """The first child of a name."""
        return next(iter(self.all(tag)), None)

    def said(self, tag: str = "text") -> str:
        """What a child of a name says; empty if there is none."""
        held = self.one(tag)
        return held.text.strip() if held else ""

    def walk(self) -> Iterator["Element"]:
        """Itself and all below it, but for extensions of some modeller."""
        yield self
        for one in self.children:
            if one.tag != "extensionElements":
                yield from one.walk()


class _Refused(Exception):
    pass


def read_definitions(path: Path) -> Element:
    """The `definitions` of a DMN file; FileMissing, DmnBroken (`fault`, `line`)."""
    content = _content(path)
    parser = ParserCreate(namespace_separator="}")
    above: list[Element] = [Element("", {}, 0)]
    fault = ""

    def start(name: str, attributes: dict[str, str]) -> None:
        space, _, tag = name.rpartition("}")
        if len(above) > _DEEPEST:
            refuse("depth")
        if len(above) == 1 and (
            tag != "definitions" or any(one in space for one in _OTHER_NOTATIONS)
        ):
            refuse("other")
        one = Element(tag, attributes, parser.CurrentLineNumber)
        above[-1].children.append(one)
        above.append(one)

    def end(_: str) -> None:
        above.pop()

    def say(text: str) -> None:
        above[-1].text += text

    def refuse(code: str, *_: object) -> None:
        nonlocal fault
        fault = code
        raise _Refused

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = say
    # Without a document type there are no entities that could grow or reach outside.
    parser.StartDoctypeDeclHandler = lambda *_: refuse("doctype")
    parser.buffer_text = True
    try:
        parser.Parse(content, True)
    except ExpatError as error:
        raise DmnBroken(path=str(path), fault="xml", line=error.lineno) from None
    except _Refused:
        raise DmnBroken(path=str(path), fault=fault, line=parser.CurrentLineNumber) from None
    except (LookupError, ValueError):  # an encoding that nobody knows
        raise DmnBroken(path=str(path), fault="xml", line=1) from None
    return above[0].children[0]


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError:
        raise FileMissing(path=str(path)) from None
    if len(content) > MOST_BYTES:
        raise DmnBroken(path=str(path), fault="size", line=1)
    return content
