"""An independent checker of items: names of one line, a known rarity, numbers within what was asked."""

RARITIES = {"common", "uncommon", "rare", "legendary", "very rare", "epic", "mythic", "artifact"}


def faults(item, known=()):
    """What is wrong with an item of an answer, learned from items of the names `known`."""
    found = [] if item["text"] == " ".join(item["text"].split()) and item["text"] else ["a name with odd spaces"]
    if item["rarity"] not in RARITIES:
        found.append(f"rarity {item['rarity']}")
    if item["novel"] == (item["text"].lower() in {name.lower() for name in known}):
        found.append("novel and the list disagree")
    if set(item["controls"]) != {"rarity", "weight", "value"}:
        return [*found, "not every control is measured"]
    for name in ("rarity", "weight", "value"):
        control, own = item["controls"][name], item[name]
        asked = control["asked"]
        good = asked is None or (asked[0] <= own <= asked[1] if isinstance(asked, list) else asked == own)
        if control["measured"] != own or control["met"] != good:
            found.append(f"{name} says {control}, the item {own}")
        if not good:
            found.append(f"{name} is not met")
    if min(item["weight"], item["value"]) < 0:
        found.append("a number below zero")
    return found
