"""An independent checker of loot that tables gave: it looks for a way to draw it."""

import re
from itertools import pairwise


def faults(item, tables):
    """What is wrong with the loot of an answer that tables should have given, the first of which was rolled."""
    first, found = next(iter(tables)), []
    for one in item["loot"]:
        way = one["tables"]
        if way[0] != first:
            found.append(f"{one['name']} comes from {way[0]}")
        for table, inner in pairwise(way):
            if inner not in [entry.get("table") for entry in tables[table]["entries"]]:
                found.append(f"{inner} is not within {table}")
        entries = [entry for entry in tables[way[-1]]["entries"] if entry.get("item") == one["name"]]
        if not entries or one["quantity"] < 1:
            found.append(f"{way[-1]} gives no {one['name']}, or none of it")
        elif len(way) == 1 and not tables[first].get("repeats", True):
            low, high = bounds(entries[0].get("quantity", 1))
            if not low <= one["quantity"] <= high:
                found.append(f"{one['quantity']} of {one['name']}, not {low} to {high}")
    text = ", ".join(f"{one['quantity']} × {one['name']}" for one in item["loot"]) or "nothing"
    return found if item["text"] == text else [*found, "the text says something else"]


def bounds(quantity):
    """The lowest and the highest number of a quantity."""
    if isinstance(quantity, int):
        return quantity, quantity
    if isinstance(quantity, list):
        return tuple(quantity)
    count, sides, more = re.fullmatch(r"(\d*)d(\d+)([+-]\d+)?", quantity).groups()
    dice, more = int(count or 1), int(more or 0)
    return max(dice + more, 0), max(dice * int(sides) + more, 0)
