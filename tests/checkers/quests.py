"""An independent checker of quests: every number and every thing in the text is one of the level's, counted again."""

import re

SILENT = {"wall", "floor", "player", "start", "ground", "sky", "solid", "empty", "air"}
PLURALS = {"enemy": "enemies", "key": "keys", "potion": "potions", "box": "boxes"}


def counted(level):
    """How often each named thing stands in a level's grid."""
    counts = {}
    for row in level["grid"]:
        for tile in row:
            counts[level["legend"][tile]] = counts.get(level["legend"][tile], 0) + 1
    return {name: count for name, count in counts.items() if name not in SILENT}


def faults(item, things):
    """What is wrong with a quest of an answer that may speak of `things`: name → how many there are."""
    text, facts = item["text"], item["facts"]
    spoken = {name: fact for name, fact in facts.items() if isinstance(fact, int)}
    found = [f"there are not {n} of {name}" for name, n in spoken.items() if things.get(name) != n]
    rest = text
    for name, count in spoken.items():
        said = f"the {name}" if count == 1 else f"the {count} {PLURALS.get(name, name + 's')}"
        if len(re.findall(rf"\b{re.escape(said)}\b", text)) != 1:
            found.append(f"the text does not say {said} once")
        rest = rest.replace(said, "")
    if re.search(r"[0-9#\[\]{}]", rest):
        found.append("a number that is no fact, or a symbol that was not expanded")
    silent = sorted(set(things) - set(spoken))
    said = [name for name in silent if re.search(rf"\bthe (\d+ )?{re.escape(name)}", text)]
    found += [f"the text speaks of {name}, its facts do not" for name in said]
    found += [f"the text does not say {fact}" for fact in facts.values() if str(fact) not in text and fact != 1]
    tasks = item["controls"]["tasks"]
    low, high = tasks["asked"] if isinstance(tasks["asked"], list) else (tasks["asked"], tasks["asked"])
    good = tasks["asked"] is None or low <= len(spoken) <= high
    if tasks["measured"] != len(spoken) or tasks["met"] != good or not good:
        found.append(f"tasks says {tasks}, the text speaks of {len(spoken)}")
    return found
