"""An independent checker of campaigns: it walks from level to level with the seals that it takes on the way."""

from checkers import dungeon
from checkers.quest_steps import faults as step_faults


def faults(item):
    """What is wrong with a campaign of an answer."""
    found, bag = [], set()
    hardness = [level["dungeon"]["controls"]["difficulty"]["measured"] for level in item["levels"]]
    if sorted(set(hardness)) != hardness or item["controls"]["difficulty"]["measured"] != hardness:
        found.append("difficulty does not rise as it says")
    for number, level in enumerate(item["levels"], 1):
        found += [f"level {number}: {fault}" for fault in dungeon.faults(level["dungeon"])]
        found += [f"level {number} is entered without {seal}" for seal in level["needs"] if seal not in bag]
        if number > 1 and not level["needs"]:
            found.append(f"nothing opens level {number}")
        here = {seal["node"]: seal["name"] for seal in item["seals"] if seal["found_in"] == number}
        taken = {step["target"] for step in level["steps"] if step["do"] == "take"}
        bag |= {name for node, name in here.items() if node in taken}
        text = next(line for line in item["text"].split("\n") if line.startswith(f"{number}. {level['name']}:"))
        found += step_faults({"steps": level["steps"], "text": text}, level["dungeon"]["mission"])
    opened = sorted((seal["name"], seal["opens"]) for seal in item["seals"])
    if opened != sorted((seal, number) for number, level in enumerate(item["levels"], 1) for seal in level["needs"]):
        found.append("seals open other levels than say so")
    return found
