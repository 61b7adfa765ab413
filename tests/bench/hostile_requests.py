"""Requests of at most a megabyte that try to take as long as they may: any spec that its schema allows, at its limits.

`bodies` maps the name of a target to its route, its path and a function that draws one body. The functions share
nothing with the generators but the schemas that the service publishes.
"""

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import hostile_files
import hostile_worlds

type Body = dict[str, Any]
type Draw = Callable[[random.Random], Body]

MOST_BYTES = 990_000
FORMATS = ["json", "text", "tiled", "tmx", "ldtk", "godot", "uvtt", "csv", "xsb", "svg", "png"]
COUNTS = [1, 1, 2, 5, 20, 100, 100, 100]
LETTERS = "abcdefghijklmnopqrstuvwxyz"
RARITIES = ["common", "uncommon", "rare", "very rare", "legendary"]


@dataclass(frozen=True)
class Target:
    """What one search is about."""

    route: str
    kind: str
    draw: Draw


def targets(games: Mapping[str, Any], corpora: Mapping[str, str]) -> dict[str, Target]:
    """Every target by its name, from what `GET /v1/games` lists and the corpora that were learned."""
    found: dict[str, Target] = {}
    for kind in games["kinds"]:
        name, spec = kind["name"], kind["spec"]
        found[name] = Target("POST /v1/games/{kind}", name, level(spec, list(kind["legend"])))
        found[f"{name} batches"] = Target("POST /v1/games/{kind}/batches", name, many(found[name].draw))
        found[f"{name} files"] = Target("GET /v1/games/{kind}", name, files(spec))
        found[f"{name} proofs"] = Target("POST /v1/games/{kind}/proofs", name, hostile_files.proof(kind))
        if name in corpora:
            draw = level(spec, list(kind["legend"]), {"corpus": corpora[name]})
            found[f"{name} learned"] = Target("POST /v1/games/{kind}", name, draw)
    for kind in games["texts"]:
        name = kind["name"]
        found[name] = Target("POST /v1/games/{kind}", name, text(name, kind["spec"]))
        found[f"{name} batches"] = Target("POST /v1/games/{kind}/batches", name, many(found[name].draw))
    return found


def many(draw: Draw) -> Draw:
    """Draws requests for batches, of which the request itself only checks and stores what the job is to do."""

    def drawn(chance: random.Random) -> Body:
        body = draw(chance)
        if "specs" in body:
            return {**body, "specs": [*body["specs"]] * (1_000 // len(body["specs"]))}
        return {**body, "count": 10 * body.get("count", 1)}

    return drawn


def level(schema: Mapping[str, Any], tiles: Sequence[str], fields: Body | None = None) -> Draw:
    """Draws requests for levels."""

    def draw(chance: random.Random) -> Body:
        spec = drawn_spec(schema, chance)
        if "vaults" in schema["properties"]:
            spec |= hostile_worlds.dungeon(chance)
            spec.pop(chance.choice(["layout", "caves"]), None)  # a spec with both is refused at once
        body: Body = {"seed": chance.randrange(2**40), "count": chance.choice(COUNTS), "spec": spec, **(fields or {})}
        body["format"] = chance.choice(FORMATS) if chance.random() < 0.6 else "json"
        body |= look(chance)
        width, height = (int(spec.get(side) or schema["properties"].get(side, {}).get("default", 16)) for side in SIDES)
        if chance.random() < 0.2:
            wanted = chance.choice([1, 4, 30, 1000])
            cells = {(chance.randrange(width), chance.randrange(height)) for _ in range(wanted)}
            body["fixed"] = [{"x": x, "y": y, "tile": chance.choice(tiles)} for x, y in sorted(cells)]
        if chance.random() < 0.15:
            body["must_have"] = [chance.choice(tiles) for _ in range(chance.choice([1, 5, 1000]))]
        if chance.random() < 0.2:
            body["unlike"] = chance.choice(["moves", "cells", "structure"])
        if chance.random() < 0.1:
            del body["count"], body["spec"]
            body["specs"] = [drawn_spec(schema, chance) for _ in range(100)]
        return body

    return draw


SIDES = "width", "height"


def files(schema: Mapping[str, Any]) -> Draw:
    """Draws query strings for files of levels."""

    def draw(chance: random.Random) -> Body:
        spec = drawn_spec(schema, chance)
        query = {"seed": chance.randrange(2**40), "count": chance.choice(COUNTS), "format": chance.choice(FORMATS[2:])}
        return {**query, "spec": spec, **look(chance)}

    return draw


def look(chance: random.Random) -> Body:
    """How levels are to be shown."""
    theme = chance.choice(["stone", "cave", "crypt", "forest", "ice"])
    return {"tile_pixels": chance.choice([16, 32]), "solution": chance.random() < 0.5, "theme": theme}


def drawn_spec(schema: Mapping[str, Any], chance: random.Random) -> Body:
    """A spec with some of the controls, each anywhere within its limits and often at one."""
    share = chance.choice([0.1, 0.3, 0.6])
    large = chance.random() < 0.5
    spec: Body = {}
    for name, rule in schema["properties"].items():
        if name in ("width", "height", "length", "floors") and large and "maximum" in rule:
            spec[name] = max(rule["maximum"] - chance.choice([0, 0, 1, 30]), rule["minimum"])
        elif name in ("width", "height", "length") or chance.random() < share:
            spec[name] = drawn_value(rule, chance)
    return {name: value for name, value in spec.items() if value is not None}


def drawn_value(rule: Mapping[str, Any], chance: random.Random) -> Any:
    """A value of a JSON Schema of numbers, ranges, cells, words and null."""
    if "anyOf" in rule:
        return drawn_value(chance.choice(rule["anyOf"]), chance)
    if "enum" in rule:
        return chance.choice(rule["enum"])
    match rule.get("type"):
        case "integer" | "number":
            low, high = rule.get("minimum", 0), rule.get("maximum", 2**31)
            near = min(high, low + 2 ** chance.randrange(1, 13))
            return chance.choice([low, high, chance.randint(low, high), chance.randint(low, near)])
        case "array" if rule.get("maxItems") == 2:
            return sorted(drawn_value(rule["items"], chance) for _ in range(2))
        case "object" if "properties" in rule:
            return {name: drawn_value(inner, chance) for name, inner in rule["properties"].items()}
        case "string":
            return "".join(chance.choice(LETTERS) for _ in range(chance.randint(1, 3)))
        case _:
            return None


def text(kind: str, schema: Mapping[str, Any]) -> Draw:
    """Draws requests for texts of a kind."""
    own = OWN.get(kind, lambda _: {})

    def draw(chance: random.Random) -> Body:
        spec = drawn_spec(schema, chance) | own(chance)
        if "grammar" in spec:
            spec.pop("tasks", None)
        if chance.random() < 0.1:
            return {"seed": 1, "specs": [drawn_spec(schema, chance) | small(own(chance)) for _ in range(100)]}
        return {"seed": chance.randrange(2**40), "count": chance.choice(COUNTS), "spec": spec}

    return draw


def loot(chance: random.Random) -> Body:
    """Tables, or examples of items."""
    return hostile_worlds.loot(chance) if chance.random() < 0.7 else items(chance)


def small(spec: Body) -> Body:
    """The spec, or none of it where a hundred of its size are more than a request may have."""
    return spec if len(json.dumps(spec)) < MOST_BYTES // 110 else {}


def names(chance: random.Random) -> Body:
    """Examples for names, often so alike that few others are possible."""
    letters = chance.choice(["a", "ab", "abc", LETTERS, "".join(map(chr, range(0x4E00, 0x4E00 + 300)))])
    lengths = chance.choice([(1, 2), (2, 4), (3, 12), (38, 40)])
    count = chance.choice([1, 20, 200, 2000])
    word = "".join
    found = [word(chance.choice(letters) for _ in range(chance.randint(*lengths))) for _ in range(count)]
    if chance.random() < 0.3:
        found = [one[:19] + " " + one[:20] for one in found]
    if chance.random() < 0.3:
        begin = "a" * chance.randint(0, 30)
        found = [begin + one[: 40 - len(begin)] for one in found]
    return {"examples": [one.strip() or "a" for one in found], "temperature": chance.choice([25, 100, 400])}


def items(chance: random.Random) -> Body:
    """Examples for items that make few names, or many."""
    words = ["".join(chance.choice("ab") for _ in range(chance.randint(1, 6))) for _ in range(chance.choice([2, 500]))]
    form = chance.choice(["{0}", "{0} {1}", "{0} {1} of {2}", "{0} {1} for {2} {0} {1}"])
    count = chance.choice([1, 30, 500])
    named = (form.format(*chance.choices(words, k=3))[:80] for _ in range(count))
    return {
        "examples": [
            {"name": name, "rarity": chance.choice(RARITIES), "weight": chance.randrange(100) / 10, "value": n}
            for n, name in enumerate(named)
        ]
    }


def quests(chance: random.Random) -> Body:
    """Grammars of Tracery that are large, deep, or loops; sometimes with examples to learn weights from."""
    if chance.random() < 0.2:
        return {"facts": {f"thing {n}": chance.randint(1, 10**6) for n in range(chance.choice([1, 50]))}}
    symbols, rules = chance.choice([(1, 200), (200, 1), (200, 200), (20, 50), (12, 2)])
    names_of = [f"s{n}" for n in range(symbols)]
    modifiers = ["", "", ".s", ".a", ".capitalize", ".capitalizeAll", ".ed", ".replace(a,aaaa)", ".s.a.s.a.s"]
    looped = chance.random() < 0.4

    def rule(place: int) -> str:
        later = names_of if looped else names_of[place + 1 :]
        length = chance.choice([1, 5, 60, 400])
        parts = []
        while sum(map(len, parts)) < length:
            shape = chance.randrange(6)
            word = "".join(chance.choice("ab ") for _ in range(chance.choice([1, 3, 40])))
            if not later or shape == 0:
                parts.append(word)
            elif shape == 1:
                parts.append(f"#[x:#{chance.choice(later)}#][y:{word}]{chance.choice(later)}#")
            else:
                parts.append(f"#{chance.choice(later)}{chance.choice(modifiers)}#")
        return "".join(parts)

    grammar: dict[str, Any] = {name: [rule(n) for _ in range(rules)] for n, name in enumerate(names_of)}
    grammar["origin"] = [f"#{names_of[0]}#", "#s0# and #s0#"][: chance.randint(1, 2)]
    if symbols == 200:
        del grammar[names_of[-1]]
        names_of[-1] = "origin"
    found: Body = {"grammar": grammar}
    if chance.random() < 0.5:
        found["examples"] = ["ab" * chance.choice([2, 200]) for _ in range(chance.choice([1, 200]))]
    return found if len(json.dumps(found)) < MOST_BYTES else quests(chance)


OWN: Mapping[str, Draw] = {
    "names": names,
    "places": names,
    "items": items,
    "loot": loot,
    "quests": quests,
    "campaigns": hostile_worlds.campaign,
}
"""Kind of text → what its requests bring along."""


def crossed(parent: Body, other: Body, chance: random.Random) -> Body:
    """The parent with some of its parts as another request has them."""
    child = dict(parent)
    for name in set(parent) | set(other):
        if name == "spec" and isinstance(parent.get(name), dict) and isinstance(other.get(name), dict):
            child[name] = crossed(parent[name], other[name], chance)
        elif name != "grid" and chance.random() < 0.25:
            child[name] = other.get(name)
    return {name: value for name, value in child.items() if value is not None}
