"""Options that several commands share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from doublebill.errors import InvalidInput, shown
from doublebill_local.display.console import print_document
from doublebill_local.host.home import Home
from doublebill_local.locations import DEFAULT_HOME, HOME_VARIABLE

type YesNo = Literal["yes", "no"]


def _integer(_: object, tokens: Any) -> int:
    """Converts decimal digits to an integer; the library would round a fraction."""
    digits = tokens[0].value
    if not digits.removeprefix("-").isdecimal():
        raise ValueError(f"{digits!r} is not an integer")
    return int(digits)


Integer = Annotated[int, Parameter(converter=_integer)]
"""An integer in decimal digits."""

CatalogName = Annotated[str, Parameter(help="name of the catalog")]

Count = Annotated[Integer, Parameter(name="-n", metavar="N", help="number of items, 1 to 500")]

CorpusPath = Annotated[
    str | None, Parameter(metavar="KIND/NAME", help="corpus: a kind of content and a name; KIND alone means KIND/own")
]

UNSET = Parameter(show_default=False)
"""Keeps an empty default out of the help."""

Flag = Annotated[bool, UNSET]


HomeFolder = Annotated[
    str | None,
    Parameter(
        name="--home",
        metavar="DIR",
        help=f"state folder (default: ${HOME_VARIABLE}, or {DEFAULT_HOME} in this folder)",
    ),
]

StackName = Annotated[
    str | None, Parameter(name="--stack", metavar="NAME", help="use this deployed stack, with your AWS credentials")
]


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class HomeOptions:
    """Options of every command."""

    home: HomeFolder = None
    as_json: Annotated[Flag, Parameter(name="--json", help="print one JSON document")] = False

    def open_home(self) -> Home:
        """Returns the state folder of the command."""
        return Home.at(self.home)

    def answer[Document: Mapping[str, Any]](self, document: Document, show: Callable[[Document], None]) -> None:
        """Prints the answer of a command: as JSON, or for people by `show`."""
        if self.as_json:
            print_document(document)
        else:
            show(document)


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class StackOptions(HomeOptions):
    """Options of every command that also works on a deployed stack."""

    stack: StackName = None

    def open_home(self) -> Home:
        """Returns the state folder, or a home on the stores of the stack."""
        return Home.of_stack(self.stack, self.home) if self.stack else Home.at(self.home)


def json_value(option: str, text: str) -> object:
    """Parses the JSON of an option.

    Raises:
        InvalidInput: when it is not JSON.
    """
    import json

    try:
        return json.loads(text)
    except (ValueError, RecursionError) as wrong:
        raise InvalidInput.one(option, f"{shown(text)} is not JSON", "use a JSON object") from wrong


def existing_file(option: str, name: str, read_once: bool = False) -> Path:
    """Returns the path of a file; one that is `read_once` may be a pipe, such as `<(COMMAND)` of a shell.

    Raises:
        InvalidInput: when there is no such file.
    """
    path = Path(name)
    if path.is_fifo():
        if not read_once:
            raise InvalidInput.one(option, f"{name!r} is a pipe, and it is read twice", "write it to a file first")
    elif not path.is_file():
        raise InvalidInput.one(option, f"there is no file {name!r}", "name a file that exists")
    return path
