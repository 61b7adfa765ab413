"""An independent checker of quests with a mission: it does the steps, one after the other, in the mission's graph."""

DEEDS = {"key": "take", "treasure": "take", "lever": "pull", "lock": "open", "boss": "fight", "exit": "leave"}


def faults(item, mission):
    """What is wrong with a quest of an answer whose steps should lead out of the mission."""
    kinds = {node["id"]: node["kind"] for node in mission["nodes"]}
    done, free, found = ["entrance"], [], []
    for step in item["steps"]:
        name = step["target"]
        if step["do"] != DEEDS[kinds[name]]:
            found.append(f"{name} is {kinds[name]}, not to {step['do']}")
        if not any(edge["from"] in done for edge in mission["edges"] if edge["to"] == name and edge["kind"] == "leads"):
            found.append(f"nothing leads to {name} yet")
        if kinds[name] == "lock":
            openers = [edge["from"] for edge in mission["edges"] if edge["to"] == name and edge["kind"] == "opens"]
            opener = next((one for one in openers if one in free), None)
            if opener is None:
                found.append(f"nothing opens {name} yet")
            elif opener.startswith("small key"):
                free.remove(opener)
        if kinds[name] in ("key", "lever"):
            free.append(name)
        if not set(step["after"]) <= set(done):
            found.append(f"{name} stands before what it needs")
        if step["text"] not in item["text"] and step["text"][:1].upper() + step["text"][1:] not in item["text"]:
            found.append(f"the text does not say {step['text']}")
        done.append(name)
    goals = {name for name, kind in kinds.items() if kind in ("boss", "exit")}
    found += [f"{name} is left out" for name in sorted(goals - set(done))]
    return found if done[-1] == "exit" else [*found, "the exit is not last"]
