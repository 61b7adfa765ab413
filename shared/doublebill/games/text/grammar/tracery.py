"""Tracery: reads grammars in its format, safely.

A grammar is a JSON object of symbols, each a rule or a list of rules. In a rule, `#symbol#` stands for an expansion of
that symbol, `#symbol.capitalize.s#` for one that is modified. `[mood:glad,#name#]` pushes rules, each expanded once,
and `[mood:POP]` pops them; those within a tag (`#[mood:glad]symbol#`) are popped after it. A backslash takes the next
character as it is. Nothing is evaluated. The format is Kate Compton's (https://tracery.io); a grammar makes the texts
that it makes with npm's tracery-grammar 2.8.4, see `tests/fixtures/tracery`. Rules that Tracery would patch up (an open
tag, a symbol that nothing defines) are refused instead.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from doublebill.errors import InvalidInput
from doublebill.games.step_budget import spend
from doublebill.games.text.grammar.modifiers import REPLACE, name_and_values
from doublebill.games.text.grammar.rules import Keep, Part, Rule, Slot

RULE_LENGTH, PARTS_LIMIT, NESTED_LIMIT = 500, 60, 4
"""Characters of a rule, parts of one, and actions that stand inside each other."""

NAME_LENGTH = 40

REPLACED_VALUES = 2


@dataclass(slots=True)
class Reader:
    """One rule that is being read."""

    text: str
    field: str
    at: int = 0
    parts: int = 0

    def wrong(self, expected: str) -> InvalidInput:
        """Returns the error for the current place in the rule."""
        return InvalidInput.of_value(self.field, self.text, f"{expected} at character {self.at}")

    def sequence(self, stop: str, depth: int) -> tuple[Part, ...]:
        """Reads the parts up to one of the characters of `stop`, or to the end of the rule."""
        if depth > NESTED_LIMIT:
            raise self.wrong(f"at most {NESTED_LIMIT} actions inside each other")
        found: list[Part] = []
        plain: list[str] = []
        while self.at < len(self.text) and self.text[self.at] not in stop:
            char = self.text[self.at]
            if char in "#[":
                found += ["".join(plain)] if plain else []
                plain = []
                found.append(self._slot(depth) if char == "#" else self._keep(depth))
                self.parts += 1
                if self.parts > PARTS_LIMIT:
                    raise self.wrong(f"at most {PARTS_LIMIT} symbols and actions")
                continue
            self.at += char == "\\"
            plain.append(self.text[self.at : self.at + 1])
            self.at += 1
        return (*found, "".join(plain)) if plain else tuple(found)

    def _slot(self, depth: int) -> Slot:
        self.at += 1
        keeps = []
        while self.text[self.at : self.at + 1] == "[":
            keeps.append(self._keep(depth))
        name, *modifiers = self._until("#", "#").split(".")
        self._name(name)
        for modifier in modifiers:
            called, values = name_and_values(modifier)
            if called == REPLACE and len(values) != REPLACED_VALUES:
                raise self.wrong(f"{REPLACE} with two values, as in {REPLACE}(old,new),")
        return Slot(name, tuple(modifiers), tuple(keeps))

    def _keep(self, depth: int) -> Keep:
        self.at += 1
        name = self._until(":", ":#[]")
        self._name(name)
        rules = [self.sequence(",]", depth + 1)]
        while self.text[self.at : self.at + 1] == ",":
            self.at += 1
            rules.append(self.sequence(",]", depth + 1))
        if self.text[self.at : self.at + 1] != "]":
            raise self.wrong("a ]")
        self.at += 1
        return Keep(name, None if rules == [("POP",)] else tuple(rules))

    def _until(self, end: str, stops: str) -> str:
        start = self.at
        while self.at < len(self.text) and self.text[self.at] not in stops:
            self.at += 1
        if self.text[self.at : self.at + 1] != end:
            raise self.wrong(f"a {end}")
        self.at += 1
        return self.text[start : self.at - 1]

    def _name(self, name: str) -> None:
        if not 1 <= len(name) <= NAME_LENGTH:
            raise self.wrong(f"a name of 1 to {NAME_LENGTH} characters")


def read_rule(text: str, field: str, weight: int = 1) -> Rule:
    """Reads a rule.

    Raises:
        InvalidInput: naming the place where it cannot be understood, or when it is too long.
    """
    if len(text) > RULE_LENGTH:
        raise InvalidInput.one(field, f"{len(text)} characters are too many", f"use at most {RULE_LENGTH}")
    spend(4 + len(text) // 4)
    return Rule(Reader(text, field).sequence("", 0), weight)


def read_grammar(
    written: Mapping[str, str | Sequence[str]], weights: Mapping[str, Sequence[int]], field: str
) -> dict[str, tuple[Rule, ...]]:
    """Reads the rules of each symbol; `weights` has those of a symbol's rules in their order, by default 1.

    Raises:
        InvalidInput: naming the rule that cannot be understood, or the weights that do not fit.
    """
    rules = {}
    for name, texts in written.items():
        listed = [texts] if isinstance(texts, str) else texts
        heavy = weights.get(name, [1] * len(listed))
        if not listed:
            raise InvalidInput.one(f"{field}.{name}", "it has no rules", "give at least one")
        if len(heavy) != len(listed) or not any(heavy):
            raise InvalidInput.of_value(
                f"spec.weights.{name}", heavy, f"{len(listed)} weights, at least one above zero"
            )
        places = [f"{field}.{name}" if isinstance(texts, str) else f"{field}.{name}[{n}]" for n in range(len(listed))]
        read = [read_rule(*one) for one in zip(listed, places, heavy, strict=True)]
        rules[name] = tuple(rule for rule in read if rule.weight)
    unknown = sorted(set(weights) - set(written))
    if unknown:
        raise InvalidInput.one(f"spec.weights.{unknown[0]}", "the grammar has no such symbol", "use one that it has")
    return rules
