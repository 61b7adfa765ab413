"""Progress of trials, one line each: `[3/8] EDLAE, ridge 440 … 4.1 s, NDCG@100 .561 (best so far), about 20 s left`."""

import dataclasses

from doublebill.model.config import Config

NAMES = {"edlae": "EDLAE", "knn": "kNN", "rp3beta": "RP3beta", "factors": "factors", "popular": "popularity"}
"""Family names as the literature writes them."""

ALWAYS = ("ridge", "weighting")
"""Hyper-parameters in a label even where they have their default."""

MINUTES_FROM = 90.0
"""Seconds from which a remaining time is given in minutes."""


def label(config: Config) -> str:
    """Returns the family of a config with the hyper-parameters that tell candidates apart."""
    family = config.family
    values = {field.name: (getattr(family, field.name), field.default) for field in dataclasses.fields(family)}
    values |= {"half_life": (config.half_life, 0.0), "transitions": (config.transitions, 0.0)}
    chosen = [
        f"{name.replace('_', ' ')} {value:g}" if isinstance(value, float) else f"{name.replace('_', ' ')} {value}"
        for name, (value, default) in values.items()
        if name in ALWAYS or value != default
    ]
    return ", ".join([NAMES[family.name], *chosen])


def changes(before: Config, after: Config) -> str:
    """Returns the fields, of the family too, that one config has otherwise than another: `half life 3`."""
    old, new = ({**vars(one), **vars(one.family)} for one in (before, after))
    changed = [(name.replace("_", " "), new[name]) for name in new if name != "family" and old.get(name) != new[name]]
    return ", ".join(f"{name} {value:g}" if isinstance(value, float) else f"{name} {value}" for name, value in changed)


def score(value: float) -> str:
    """Returns a metric between 0 and 1 with three decimals: .561."""
    return f"{value:.3f}".removeprefix("0")


def remaining(seconds: float) -> str:
    """Returns a remaining time in words, empty below half a second or where it is unknown, which is 0."""
    if seconds < 0.5:
        return ""
    return f", about {seconds:.0f} s left" if seconds < MINUTES_FROM else f", about {seconds / 60:.0f} min left"
