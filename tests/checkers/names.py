"""An independent checker of names: it knows the controls, and nothing of how names are made."""


def faults(item, known=()):
    """What is wrong with a name of an answer, learned from the names `known`."""
    name, controls = item["text"].lower(), item["controls"]
    found = [] if name and name == name.strip() else ["no name, or spaces around it"]
    if item["novel"] == (name in {word.lower() for word in known}):
        found.append("novel and the list disagree")
    truth = {"length": len(name)}
    low, high = _range(controls["length"]["asked"], len(name))
    good = {"length": low <= len(name) <= high}
    if "prefix" in controls:
        asked = controls["prefix"]["asked"]
        truth["prefix"], good["prefix"] = name[: len(asked)], name.startswith(asked)
    for control, wanted in (("must", True), ("never", False)):
        if control in controls:
            asked = controls[control]["asked"]
            truth[control] = "".join(letter for letter in asked if letter in name)
            good[control] = all((letter in name) == wanted for letter in asked)
    return found + control_faults(controls, truth, good)


def _range(asked, own):
    if asked is None:
        return own, own
    return asked if isinstance(asked, list) else (asked, asked)


def control_faults(controls, truth, good):
    found = [] if set(controls) == set(truth) else ["not every control is measured"]
    for name in sorted(set(controls) & set(truth)):
        if controls[name]["measured"] != truth[name] or controls[name]["met"] != good[name]:
            found.append(f"{name} says {controls[name]}, measured again it is {truth[name]}")
        if not good[name]:
            found.append(f"{name} is not met")
    return found
