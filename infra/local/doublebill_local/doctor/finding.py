"""Findings: the result of each check, with the command that mends what is wrong."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from doublebill.errors import DoublebillError

type State = Literal["ok", "warning", "wrong"]


@dataclass(frozen=True)
class Finding:
    """The result of one check."""

    check: str
    state: State
    detail: str
    """What was found."""
    fix: str = ""
    """How to mend it; empty where nothing is to be done."""


def found(check: str, state: State, detail: str, fix: str = "") -> Finding:
    """Returns a finding, of an error's message what is wrong and, past the first semicolon, what mends it."""
    if not fix and state != "ok":
        detail, _, fix = detail.partition("; ")
    return Finding(check, state, detail, fix)


def guarded(check: str, look: Callable[[], Iterator[Finding]]) -> list[Finding]:
    """Returns the findings of a check; an error that it ends in is one of them."""
    findings: list[Finding] = []
    try:
        findings.extend(look())
    except DoublebillError as wrong:
        findings.append(found(check, "wrong", str(wrong)))
    return findings
