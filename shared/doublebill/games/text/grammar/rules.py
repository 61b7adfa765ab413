"""Grammars: expand symbols by weighted rules, bounded in depth and size before a word is written.

Of every symbol it is known how deep and how large its smallest text is. A rule is only chosen where its smallest text
still fits into what is left of both, so that every text ends within them however the rules refer to each other.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from doublebill.errors import InvalidInput
from doublebill.games.dice import Dice
from doublebill.games.step_budget import spend
from doublebill.games.text.grammar.modifiers import TEXT_LENGTH, modified

DEPTH, SIZE = 12, 200
"""Greatest depth of nested expansions, and number of expansions in one text."""

NEVER = 10**6
"""The depth and size of what never ends."""

type Part = str | Slot | Keep


@dataclass(frozen=True, slots=True)
class Keep:
    """Pushes rules under a name, each expanded once, over earlier ones; without rules, pops the newest."""

    name: str
    rules: tuple[tuple[Part, ...], ...] | None

    @property
    def parts(self) -> tuple[Part, ...]:
        """Returns the parts of all rules."""
        return tuple(part for rule in self.rules or () for part in rule)


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of a symbol's expansion, with its modifiers in order; saved symbols are popped after it."""

    name: str
    modifiers: tuple[str, ...] = ()
    keeps: tuple[Keep, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One text that a symbol may stand for."""

    parts: tuple[Part, ...]
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Need:
    """The depth and the number of expansions that something takes at least."""

    depth: int
    size: int


type Rules = Mapping[str, Sequence[Rule]]


@dataclass(frozen=True, slots=True)
class Grammar:
    """Rules with the least depth and size of each symbol."""

    rules: Rules
    needs: Mapping[str, Need]
    takes: Mapping[str, Sequence[Need]]
    """Symbol → the least depth and size of each of its rules."""

    @classmethod
    def of(cls, rules: Rules, where: str) -> "Grammar":
        """Checks rules and computes their least depths and sizes.

        Raises:
            InvalidInput: naming a symbol that no rule has, or one whose texts would never end or be too large.
        """
        kept = {part.name for rule in _all(rules) for part in inside(rule.parts) if isinstance(part, Keep)}
        for name, symbol_rules in rules.items():
            for rule in symbol_rules:
                for part in inside(rule.parts):
                    if isinstance(part, Slot) and part.name not in rules and part.name not in kept:
                        raise InvalidInput.one(
                            f"{where}.{name}", f"the grammar has no symbol {part.name!r}", "add it or use another"
                        )
        needs = _needs(rules, kept)
        for name in rules:
            if needs[name].depth > DEPTH or needs[name].size > SIZE:
                fix = f"use rules that end within {DEPTH} nested expansions and {SIZE} in all"
                raise InvalidInput.one(f"{where}.{name}", "its texts never end or are too large", fix)
        takes = {name: [_of_parts(rule.parts, needs) for rule in symbol_rules] for name, symbol_rules in rules.items()}
        return cls(rules, needs, takes)

    def saying(self, texts: Mapping[str, str]) -> "Grammar":
        """Returns the grammar with other texts for symbols of which each stands for one text."""
        return replace(self, rules={**self.rules, **{name: (Rule((text,)),) for name, text in texts.items()}})

    def expand(self, name: str, dice: Dice) -> tuple[str, frozenset[str]]:
        """Expands a symbol; returns the text and the symbols that were expanded for it."""
        expansion = _Expansion(self, dice)
        text, _ = expansion.symbol(name, DEPTH, SIZE)
        return text, frozenset(expansion.used)


def _all(rules: Rules) -> Iterator[Rule]:
    for symbol_rules in rules.values():
        yield from symbol_rules


def inside(parts: Sequence[Part]) -> Iterator[Part]:
    """Yields all parts, including those of saved values."""
    for part in parts:
        yield part
        if isinstance(part, Slot):
            yield from inside(part.keeps)
        elif isinstance(part, Keep):
            yield from inside(part.parts)


def _needs(rules: Rules, kept: set[str]) -> dict[str, Need]:
    """The least depth and size of each symbol: they never grow from round to round, and end when nothing changes."""
    needs = {name: Need(NEVER, NEVER) for name in rules} | {name: Need(1, 1) for name in kept - set(rules)}
    work = 2 * sum(1 for rule in _all(rules) for _ in inside(rule.parts)) + 2 * sum(map(len, rules.values()))
    for rounds in range(1, len(rules) + 2):
        spend(work)
        before = dict(needs)
        for name, symbol_rules in rules.items():
            takes = [_of_parts(rule.parts, needs) for rule in symbol_rules]
            deep, size = min(need.depth for need in takes), min(need.size for need in takes)
            needs[name] = Need(min(deep + 1, NEVER), min(size + 1, NEVER))
        # whatever is still too deep after so many rounds stays so
        if needs == before or (rounds >= DEPTH and any(need.depth > DEPTH for need in needs.values())):
            break
    return needs


def _of_parts(parts: Sequence[Part], needs: Mapping[str, Need]) -> Need:
    """The greatest depth of the parts, and the sum of their sizes."""
    takes = [_of_part(part, needs) for part in parts]
    size = sum(need.size for need in takes)
    return Need(max((need.depth for need in takes), default=0), min(size, NEVER))


def _of_part(part: Part, needs: Mapping[str, Need]) -> Need:
    if isinstance(part, str):
        return Need(0, 0)
    if isinstance(part, Keep):
        return _of_parts(part.parts, needs)
    own, kept = needs[part.name], _of_parts(part.keeps, needs)
    return Need(max(own.depth, kept.depth), min(own.size + kept.size, NEVER))


@dataclass(slots=True)
class _Expansion:
    """One text that is being written."""

    grammar: Grammar
    dice: Dice
    kept: dict[str, list[Sequence[str] | None]] = field(default_factory=dict)
    """Name → its pushed rules, the newest last; None stands for the grammar's own."""
    used: set[str] = field(default_factory=set)

    def symbol(self, name: str, depth: int, size: int) -> tuple[str, int]:
        """Expands a symbol within `depth` and `size`; returns the text and the size that it took."""
        stack = self.stack(name)
        if not stack:
            return f"(({name}))", 1  # what Tracery writes for a name under which nothing is kept
        if stack[-1] is not None:
            texts = stack[-1]
            return (texts[0] if len(texts) == 1 else self.dice.choice(texts)), 1
        rules = self.grammar.rules[name]
        self.used.add(name)
        takes = self.grammar.takes[name]
        spend(3 + len(takes) // 4)
        fits = [rule for rule, need in zip(rules, takes, strict=True) if need.depth < depth and need.size < size]
        rule = fits[self.dice.weighted([rule.weight for rule in fits])]
        text, taken = self.parts(rule.parts, depth - 1, size - 1)
        return text, taken + 1

    def parts(self, parts: Sequence[Part], depth: int, size: int) -> tuple[str, int]:
        """Expands all parts, each of which leaves the later ones the size that they need."""
        spend(2 * len(parts))
        spare = size - _of_parts(parts, self.grammar.needs).size
        written, taken = [], 0
        for part in parts:
            least = _of_part(part, self.grammar.needs).size
            text, own = self.part(part, depth, least + spare)
            written.append(text)
            taken += own
            spare -= own - least
        return "".join(written)[:TEXT_LENGTH], taken

    def part(self, part: Part, depth: int, size: int) -> tuple[str, int]:
        """Expands one part; returns the text and the size that it took."""
        if isinstance(part, str):
            return part, 0
        if isinstance(part, Keep):
            return "", self.keep(part, depth, size)
        own = self.grammar.needs[part.name].size
        _, kept = self.parts(part.keeps, depth, size - own)
        text, taken = self.symbol(part.name, depth, size - kept)
        for modifier in part.modifiers:
            text = modified(text, modifier)
        for keep in part.keeps:
            if keep.rules is not None and self.stack(keep.name):
                self.stack(keep.name).pop()
        return text, kept + taken

    def keep(self, part: Keep, depth: int, size: int) -> int:
        """Pushes or pops rules; returns the size that it took."""
        stack = self.stack(part.name)
        if part.rules is None:
            if stack:
                stack.pop()
            return 0
        spare = size - _of_parts(part.parts, self.grammar.needs).size
        texts, taken = [], 0
        for rule in part.rules:
            least = _of_parts(rule, self.grammar.needs).size
            text, own = self.parts(rule, depth, least + spare)
            texts.append(text)
            taken += own
            spare -= own - least
        stack.append(texts)
        return taken

    def stack(self, name: str) -> list[Sequence[str] | None]:
        """Returns the rules that are pushed under a name, over those of the grammar."""
        return self.kept.setdefault(name, [None] if name in self.grammar.rules else [])
