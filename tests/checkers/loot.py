"""An independent checker of drop tables: every roll from 1 to the denominator gives one drop, and no other does."""


def faults(item):
    """What is wrong with a table of an answer."""
    found, given = [], {}
    for drop in item["drops"]:
        first, last = drop["rolls"]
        if drop["chance"] != last - first + 1 or drop["chance"] < 1:
            found.append(f"{drop['name']} has rolls {drop['rolls']} and a chance of {drop['chance']}")
        for roll in range(first, last + 1):
            if roll in given:
                found.append(f"roll {roll} gives two drops")
            given[roll] = drop["name"]
    if set(given) != set(range(1, item["denominator"] + 1)):
        found.append("the rolls are not 1 to the denominator")
    names = [drop["name"] for drop in item["drops"]]
    if len(set(names)) != len(names):
        found.append("a drop stands there twice")
    return found + control_faults(item, names)


def control_faults(item, names):
    """What is wrong with the controls of a table that has drops of these names."""
    found = []
    nothing = sum(drop["chance"] for drop in item["drops"] if drop["name"] == "nothing")
    truth = {"denominator": item["denominator"], "drops": len(names) - ("nothing" in names), "nothing": nothing}
    if set(item["controls"]) != set(truth):
        return [*found, "not every control is measured"]
    for name, own in truth.items():
        control = item["controls"][name]
        asked = control["asked"]
        good = asked is None or (asked[0] <= own <= asked[1] if isinstance(asked, list) else asked == own)
        if control["measured"] != own or control["met"] != good:
            found.append(f"{name} says {control}, the table {own}")
        if not good:
            found.append(f"{name} is not met")
    return found
