"""Rewording of items: a sentence about an item, whose own text is a name; binds its rarity, weight and value."""

from collections.abc import Mapping
from typing import Any

from doublebill.games.text.items.treasures import RARITIES
from doublebill.games.text.rewriting.placeholders import Phrase, RewriteDraft, name_phrase

MEASURES = ("weight", "value")


def item_draft(item: Mapping[str, Any]) -> RewriteDraft:
    """Returns the draft of an item; a weight or value of 0 is left out."""
    measures = [f"{name} {item[name]}" for name in MEASURES if item[name]]
    phrases = [name_phrase(item["text"]), name_phrase(item["rarity"], "quality")]
    phrases += [Phrase(measure, "count", measure) for measure in measures]
    source = f"{item['text']}: {', '.join([item['rarity'], *measures])}."
    return RewriteDraft.of("item", item["text"], source, phrases, frozenset(RARITIES))
