"""Parsing: finds all derivations of a text in a grammar, as a packed forest.

A text is read from left to right from what a symbol may stand for, as expansion writes it: as deep, with what was kept
on the way, and with modifiers undone (a capital may have been small, `ies` a `y`). What is kept shows only where it is
used, so that all texts that it can be are gone through. A fact may be any number or name, but the same one throughout.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from doublebill.games.missions.thing_names import NAME_LENGTH
from doublebill.games.text.grammar.forest import (
    NOTHING,
    WORD,
    Ends,
    Forest,
    Node,
    NotUnderstood,
    Place,
    State,
    kept,
    put,
)
from doublebill.games.text.grammar.modifiers import modified
from doublebill.games.text.grammar.rules import DEPTH, Keep, Part
from doublebill.games.text.grammar.saved_symbols import popped, saved_values

MODIFIERS_LIMIT = 6
"""Modifiers of one symbol that can be undone."""

ENDINGS = {"s": "ies", "ed": "ied"}
"""Modifier → the ending that it puts in place of a y."""

UNDONE = ("capitalize", "a", *ENDINGS)

NUMBER = re.compile("0|[1-9][0-9]{0,6}")
FORBIDDEN = re.compile(r"[#\[\]\\]")


@dataclass(slots=True)
class Tape:
    """One text that is being read."""

    forest: Forest
    text: str
    heads: Sequence[str]
    """Characters that may have been what a capital was."""
    parsed: dict[tuple[str, int, Place, State], Ends] = field(default_factory=dict)

    def whole(self, symbol: str) -> int | None:
        """Returns the node of the ways in which the symbol makes the whole text, or None."""
        ends = self.symbol(symbol, DEPTH, ("", 0), ())
        ways: Node = [("", -1, node, NOTHING) for (place, _), node in ends.items() if not self.rest(place)]
        return self.forest.node(ways) if ways else None

    def rest(self, place: Place) -> str:
        """Returns the text that is not yet read."""
        return place[0] + self.text[place[1] :]

    def after(self, place: Place, text: str) -> Place | None:
        """Returns the place behind a text that stands at `place`, or None."""
        ahead, at = place
        if not ahead:
            return ("", at + len(text)) if self.text.startswith(text, at) else None
        if not (ahead + self.text[at : at + len(text)]).startswith(text):
            return None
        return (ahead[len(text) :], at) if len(text) < len(ahead) else ("", at + len(text) - len(ahead))

    def symbol(self, name: str, depth: int, place: Place, state: State) -> Ends:
        """Returns the ends of all expansions of a symbol."""
        if depth < 1:
            return {}
        saved = kept(state, name)
        if saved or (name not in self.forest.rules and name not in self.forest.facts):
            end = self.after(place, saved[-1] if saved else f"(({name}))")
            return {(end, state): WORD} if end else {}
        if name in self.forest.facts:
            return self.fact(name, place, state)
        key = name, min(depth, self.forest.depths[name]), place, state
        if key not in self.parsed:
            self.parsed[key] = self.expansions(*key)
        return self.parsed[key]

    def expansions(self, name: str, depth: int, place: Place, state: State) -> Ends:
        """Returns the ends of all expansions of a symbol with rules."""
        found: dict[tuple[Place, State], Node] = {}
        for number, rule in enumerate(self.forest.rules[name]):
            self.forest.spend()
            for end, node in self.parts(rule.parts, depth - 1, place, state).items():
                found.setdefault(end, []).append((name, number, node, NOTHING))
        return self.forest.joined(found)

    def fact(self, name: str, place: Place, state: State) -> Ends:
        """Returns the ends of all values that a fact can have here."""
        saved = kept(state, f"#{name}")
        if saved:
            end = self.after(place, saved[0])
            return {(end, state): WORD} if end else {}
        ahead = (place[0] + self.text[place[1] : place[1] + NAME_LENGTH])[:NAME_LENGTH]
        found: Ends = {}
        for value in _values(ahead, self.forest.facts[name]):
            self.forest.spend()
            behind = self.after(place, value)
            if behind:
                found[behind, put(state, f"#{name}", (value,))] = WORD
        return found

    def parts(self, parts: Sequence[Part], depth: int, place: Place, state: State) -> Ends:
        """Returns the ends of all parts, one after the other."""
        ends: Ends = {(place, state): NOTHING}
        for part in parts:
            found: dict[tuple[Place, State], Node] = {}
            for (start, before), node in ends.items():
                self.forest.spend()
                for end, own in self.part(part, depth, start, before).items():
                    found.setdefault(end, []).append(("", -1, node, own))
            ends = self.forest.joined(found)
        return ends

    def part(self, part: Part, depth: int, place: Place, state: State) -> Ends:
        """Returns the ends of one part."""
        if isinstance(part, str):
            behind = self.after(place, part)
            return {(behind, state): NOTHING} if behind else {}
        if isinstance(part, Keep):
            return {(place, after): node for (_, after), node in saved_values(self.forest, part, depth, state).items()}
        found: dict[tuple[Place, State], Node] = {}
        for (start, before), node in self.parts(part.keeps, depth, place, state).items():
            for (end, after), own in self.undone(part.modifiers, part.name, depth, start, before).items():
                found.setdefault((end, popped(part.keeps, after)), []).append(("", -1, node, own))
        return self.forest.joined(found)

    def undone(self, modifiers: Sequence[str], name: str, depth: int, place: Place, state: State) -> Ends:
        """Returns the ends of a modified expansion, the last modifier undone first."""
        if not modifiers:
            return self.symbol(name, depth, place, state)
        if len(modifiers) > MODIFIERS_LIMIT:
            raise NotUnderstood(
                f"{name} has too many modifiers", f"use at most {MODIFIERS_LIMIT} or remove the examples"
            )
        found: dict[tuple[Place, State], Node] = {}
        for end, after, node in self.ways(modifiers[-1], (modifiers[:-1], name, depth), place, state):
            self.forest.spend()
            found.setdefault((end, after), []).append(("", -1, node, NOTHING))
        return self.forest.joined(found)

    def ways(
        self, modifier: str, inner: tuple[Sequence[str], str, int], place: Place, state: State
    ) -> Iterable[tuple[Place, State, int]]:
        """Yields the ends of a text that a modifier has changed: place, state and node."""
        if modifier == "capitalize":
            return self.small(inner, place, state)
        if modifier == "a":
            return self.without_article(inner, place, state)
        if modifier not in ENDINGS:
            raise NotUnderstood(f"{modifier} cannot be undone", f"use {', '.join(UNDONE)} or remove the examples")
        return self.without_ending(modifier, inner, place, state)

    def small(
        self, inner: tuple[Sequence[str], str, int], place: Place, state: State
    ) -> Iterator[tuple[Place, State, int]]:
        """Yields the ways with each first letter that has this capital, and those of an empty text."""
        length = len(self.rest(place))
        for (end, after), node in self.undone(*inner, place, state).items():
            if len(self.rest(end)) == length:
                yield end, after, node
        for head in self.heads:
            behind = self.after(place, head.upper())
            if behind is None:
                continue
            start = place if head == head.upper() else (head + behind[0], behind[1])
            length = len(self.rest(start))
            for (end, after), node in self.undone(*inner, start, state).items():
                if len(self.rest(end)) < length:
                    yield end, after, node

    def without_article(
        self, inner: tuple[Sequence[str], str, int], place: Place, state: State
    ) -> Iterator[tuple[Place, State, int]]:
        """Yields the ways behind the article that fits."""
        for article in ("a ", "an "):
            start = self.after(place, article)
            if start is None:
                continue
            rest = self.rest(start)
            for (end, after), node in self.undone(*inner, start, state).items():
                if modified(rest[: len(rest) - len(self.rest(end))], "a").startswith(article):
                    yield end, after, node

    def without_ending(
        self, modifier: str, inner: tuple[Sequence[str], str, int], place: Place, state: State
    ) -> Iterator[tuple[Place, State, int]]:
        """Yields the ways with an ending that fits, whether it is added or replaces a y."""
        rest = self.rest(place)
        for (end, after), node in self.undone(*inner, place, state).items():
            plain = rest[: len(rest) - len(self.rest(end))]
            changed = modified(plain, modifier)
            behind = self.after(end, changed[len(plain) :]) if changed.startswith(plain) else None
            if behind:
                yield behind, after, node
        for ending in re.finditer(ENDINGS[modifier], rest):
            plain = rest[: ending.start()] + "y"
            changed = modified(plain, modifier)
            behind = self.after(place, changed) if changed == rest[: ending.end()] else None
            if behind:
                other = Tape(self.forest, plain, self.heads)
                for (end, after), node in other.undone(*inner, ("", 0), state).items():
                    if not other.rest(end):
                        yield behind, after, node


def _values(ahead: str, number: bool) -> Iterator[str]:
    """Yields the values that a fact can have at the start of a text."""
    if number:
        found = NUMBER.match(ahead)
        yield from (ahead[:n] for n in range(1, found.end() + 1)) if found else ()
        return
    barred = FORBIDDEN.search(ahead)
    ahead = ahead[: barred.start()] if barred else ahead
    for n in range(1, len(ahead) + 1):
        if not ahead[:n].isprintable() or ahead[0] == " ":
            return
        if ahead[n - 1] != " ":
            yield ahead[:n]
