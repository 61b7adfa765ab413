"""An independent checker of quests: every number and every thing in the text is one of the level's, counted again.

It holds each verb to the sort of its thing, and the order of the tasks to that of the level's certificate.
"""

import re

SILENT = {"wall", "floor", "player", "start", "ground", "sky", "solid", "empty", "air"}
GROUND = {"block", "prize", "spent prize", "pipe left", "pipe right", "cannon", "stairs up", "stairs down"}
PLURALS = {"enemy": "enemies", "key": "keys", "potion": "potions", "box": "boxes", "wolf": "wolves"}
MASSES = {"gold", "lava"}

FOES = {"enemy", "goblin", "ogre", "boss", "wolf", "dragon"}
VERBS = {
    "key": "find fetch pick_up open",
    "lever": "pull",
    "door": "open leave_by reach come_safely_to",
    "gate": "open",
    "exit": "reach leave_by come_safely_to",
    "crate": "push move",
    "goal": "push",
    "potion": "find pick_up",
    "spike": "keep_clear_of stay_away_from beware_of take_care_not_to_touch",
    "treasure": "collect find take lay_hands_on",
    "foe": "defeat slay put_an_end_to beat get_past slip_past dodge",
    "thing": "find recover",
}
SORTS = {"lava": "spike", "diamond": "treasure", "coin": "treasure", "gold": "treasure"} | dict.fromkeys(FOES, "foe")


def counted(level):
    """How often each named thing stands in a level's grid; a crate on a goal is both."""
    counts = {}
    for row in level["grid"]:
        for tile in row:
            for name in level["legend"][tile].split(" on "):
                counts[name] = counts.get(name, 0) + 1
    return {name: count for name, count in counts.items() if name not in SILENT}


def said(name, count):
    """How a text speaks of all things of a name."""
    return f"the {name}" if count == 1 or name in MASSES else f"the {count} {PLURALS.get(name, name + 's')}"


def verb_faults(item):
    """Which facts of a quest stand without a verb of their sort in the same clause before them."""
    found = []
    for name, count in item["facts"].items():
        if not isinstance(count, int):
            continue
        last = name.rpartition(" ")[2]
        verbs = VERBS[SORTS.get(last, last if last in VERBS else "thing")].split()
        clause = re.split(r"[.:,]| and then ", item["text"][: item["text"].find(said(name, count))])[-1].lower()
        if not any(re.search(rf"\b{verb.replace('_', ' ')}\b", clause) for verb in verbs):
            found.append(f"no verb of {name} in {clause!r}")
    return found


def order_faults(item, level):
    """Which tasks of a quest about a dungeon stand before something that must be done first, by its certificate."""
    finished = {}
    counts = counted(level)
    for place, step in enumerate(level["order"]):
        names = [one["name"] for one in level["order"][: place + 1]]
        if names.count(step["name"]) == counts[step["name"]]:
            finished.setdefault(step["name"], place)
    named = [name for name, count in item["facts"].items() if isinstance(count, int) and name in finished]
    in_text = sorted(named, key=lambda name: item["text"].find(said(name, counts[name])))
    pairs = {name for name in in_text if f"with {said(name, counts[name])}" in item["text"]}
    places = [finished[name] for name in in_text if name not in pairs]
    return [] if places == sorted(places) else [f"{in_text} is not the certificate's order"]


def faults(item, things):
    """What is wrong with a quest of an answer that may speak of `things`: name → how many there are."""
    text, facts = item["text"], item["facts"]
    spoken = {name: fact for name, fact in facts.items() if isinstance(fact, int)}
    found = [f"there are not {n} of {name}" for name, n in spoken.items() if things.get(name) != n]
    found += [f"{name} is ground" for name in spoken if name in GROUND]
    rest = text
    for name, count in spoken.items():
        if len(re.findall(rf"\b{re.escape(said(name, count))}\b", text, re.IGNORECASE)) != 1:
            found.append(f"the text does not say {said(name, count)} once")
        rest = rest.replace(said(name, count), "")
    if re.search(r"[0-9#\[\]{}]", rest):
        found.append("a number that is no fact, or a symbol that was not expanded")
    silent = sorted(set(things) - set(spoken))
    others = [name for name in silent if re.search(rf"\bthe (\d+ )?{re.escape(name)}", text)]
    found += [f"the text speaks of {name}, its facts do not" for name in others]
    found += [f"the text does not say {fact}" for fact in facts.values() if isinstance(fact, str) and fact not in text]
    tasks = item["controls"]["tasks"]
    low, high = tasks["asked"] if isinstance(tasks["asked"], list) else (tasks["asked"], tasks["asked"])
    good = tasks["asked"] is None or low <= len(spoken) <= high
    if tasks["measured"] != len(spoken) or tasks["met"] != good or not good:
        found.append(f"tasks says {tasks}, the text speaks of {len(spoken)}")
    return [*found, *verb_faults(item), *sentence_faults(text)]


def sentence_faults(text):
    """Which sentences of a text do not begin with a capital, end without a stop, or say a word twice in a row."""
    sentences = re.split(r"(?<=\.) ", text)
    found = [f"no sentence: {one}" for one in sentences if not re.fullmatch(r"[A-Z][^.]*\.", one)]
    return found + [f"twice: {one[0]}" for one in re.finditer(r"\b(\w+) \1\b", text)]
