"""Rewording of quests: binds counts, places and givers, and lets no other thing of the games in."""

from collections.abc import Mapping
from typing import Any

from doublebill.games.text.english import plural
from doublebill.games.text.quests.words import SORTS
from doublebill.games.text.rewriting.placeholders import RewriteDraft, count_phrase, name_phrase


def quest_draft(item: Mapping[str, Any]) -> RewriteDraft:
    """Returns the draft of a quest, in which each of its facts and steps is bound."""
    facts: Mapping[str, int | str] = item["facts"]
    counts = {thing: count for thing, count in facts.items() if isinstance(count, int)}
    phrases = [count_phrase(thing, count) for thing, count in counts.items()]
    phrases += [name_phrase(name) for name in facts.values() if isinstance(name, str)]
    phrases += [name_phrase(step["text"]) for step in item.get("steps", ())]
    things = {*counts, *(name for names in SORTS.values() for name in names)}
    reserved = frozenset(form for thing in things for form in (thing, plural(thing)))
    return RewriteDraft.of("quest", item["text"], item["text"], phrases, reserved)
