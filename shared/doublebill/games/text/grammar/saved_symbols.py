"""Saved symbols: enumerates the values that a saved symbol (`#[x:rule]#`) can take."""

import functools
from collections.abc import Sequence

from doublebill.games.text.grammar.forest import (
    NOTHING,
    WORD,
    Forest,
    Node,
    NotUnderstood,
    State,
    Texts,
    kept,
    put,
)
from doublebill.games.text.grammar.modifiers import modified
from doublebill.games.text.grammar.rules import Keep, Part


def saved_values(forest: Forest, part: Keep, depth: int, state: State) -> Texts:
    """Returns the states after saving each text that the value can be; nothing is written."""
    if part.rules is None:
        return {("", put(state, part.name, kept(state, part.name)[:-1])): NOTHING}
    if len(part.rules) > 1:
        raise NotUnderstood(f"{part.name} is kept with several rules", "keep one rule or remove the examples")
    found: dict[tuple[str, State], Node] = {}
    for (text, after), node in texts(forest, part.parts, depth, state).items():
        key = "", put(after, part.name, (*kept(after, part.name), text))
        found.setdefault(key, []).append(("", -1, node, NOTHING))
    return forest.joined(found)


def popped(keeps: Sequence[Keep], state: State) -> State:
    """Returns the state after a tag, without what was kept for it."""
    for keep in keeps:
        if keep.rules is not None:
            state = put(state, keep.name, kept(state, keep.name)[:-1])
    return state


def texts(forest: Forest, parts: Sequence[Part], depth: int, state: State) -> Texts:
    """Returns every text that the parts can be, with the state after it."""
    whole: Texts = {("", state): NOTHING}
    for part in parts:
        found: dict[tuple[str, State], Node] = {}
        for (text, before), node in whole.items():
            for (more, after), own in _of_part(forest, part, depth, before).items():
                forest.spend()
                found.setdefault((text + more, after), []).append(("", -1, node, own))
        whole = forest.joined(found)
    return whole


def _of_part(forest: Forest, part: Part, depth: int, state: State) -> Texts:
    if isinstance(part, str):
        return {(part, state): NOTHING}
    if isinstance(part, Keep):
        return saved_values(forest, part, depth, state)
    found: dict[tuple[str, State], Node] = {}
    for (_, before), node in texts(forest, part.keeps, depth, state).items():
        for (text, after), own in _of_symbol(forest, part.name, depth, before).items():
            changed = functools.reduce(modified, part.modifiers, text)
            found.setdefault((changed, popped(part.keeps, after)), []).append(("", -1, node, own))
    return forest.joined(found)


def _of_symbol(forest: Forest, name: str, depth: int, state: State) -> Texts:
    if depth < 1:
        return {}
    saved = kept(state, name) or kept(state, f"#{name}")
    if saved:
        return {(saved[-1], state): WORD}
    if name in forest.facts:
        raise NotUnderstood(f"a saved value uses the fact {name}", "remove it or the examples")
    if name not in forest.rules:
        return {(f"(({name}))", state): WORD}
    found: dict[tuple[str, State], Node] = {}
    for number, rule in enumerate(forest.rules[name]):
        forest.spend()
        for end, node in texts(forest, rule.parts, depth - 1, state).items():
            found.setdefault(end, []).append((name, number, node, NOTHING))
    return forest.joined(found)
