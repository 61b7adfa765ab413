"""The kinds of text, by name, with what each learns from."""

from collections.abc import Mapping, Sequence
from typing import Any

from doublebill.games.learning import Learner
from doublebill.games.text.campaigns.kind import CAMPAIGNS
from doublebill.games.text.items.kind import ITEMS
from doublebill.games.text.items.learner import ITEMS_LEARNER, LOOT_LEARNER
from doublebill.games.text.items.loot import LOOT
from doublebill.games.text.names.kind import NAMES, PLACES
from doublebill.games.text.names.learner import NAMES_LEARNER
from doublebill.games.text.quests.kind import QUESTS
from doublebill.games.text.texts import TextKind

SHIPPED: Mapping[str, Sequence[TextKind[Any]]] = {
    "names": (NAMES, PLACES),
    "items": (ITEMS,),
    "loot": (LOOT,),
    "quests": (QUESTS,),
    "campaigns": (CAMPAIGNS,),
}
"""Name → the kinds that are there from the start, one for each corpus, that of requests without one first."""

TEXTS: Mapping[str, TextKind[Any]] = {name: kinds[0] for name, kinds in SHIPPED.items()}
"""Name → the kind of requests that name no corpus."""

TEXT_LEARNERS: Mapping[str, Learner[Any]] = {"names": NAMES_LEARNER, "items": ITEMS_LEARNER, "loot": LOOT_LEARNER}
"""Name → how that kind learns from a corpus; the words of quests are grammars, which requests bring."""
