"""XML as a tree of elements, read by expat; a document type, and with it every entity, is refused."""

from dataclasses import dataclass, field
from xml.parsers import expat

from doublebill.errors import InvalidInput

DEEPEST = 32
"""Elements inside each other at most."""


@dataclass(slots=True)
class Element:
    """One element."""

    tag: str
    attributes: dict[str, str]
    children: list["Element"] = field(default_factory=list["Element"])
    text: str = ""

    def every(self, tag: str) -> list["Element"]:
        """Returns the children with that tag."""
        return [child for child in self.children if child.tag == tag]


def parse_xml(text: str, name: str) -> Element:
    """Returns the root of an XML text; `name` is its place in messages.

    Raises:
        InvalidInput: when it is no XML, declares a document type, or nests too deeply.
    """
    root = Element("", {})
    parents = [root]

    def begin(tag: str, attributes: dict[str, str]) -> None:
        if len(parents) > DEEPEST:
            raise InvalidInput.one(name, f"more than {DEEPEST} elements inside each other", "use flatter XML")
        parents[-1].children.append(Element(tag, attributes))
        parents.append(parents[-1].children[-1])

    def add(text: str) -> None:
        parents[-1].text += text

    def refuse(*_declared: object) -> None:
        raise InvalidInput.one(name, "a document type is declared", "remove the <!DOCTYPE …> part")

    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = begin, lambda _: parents.pop()
    parser.CharacterDataHandler = add
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    try:
        parser.Parse(text.encode(), True)
    except expat.ExpatError as error:
        problem = f"an XML error in line {error.lineno}: {expat.ErrorString(error.code)}"
        raise InvalidInput.one(name, problem, "use well-formed XML") from None
    return root.children[0]
