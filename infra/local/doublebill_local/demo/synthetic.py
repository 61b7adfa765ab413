"""Invented catalogs that ship as code: music with listeners, films with viewers, the same bytes from the same seed.

Everything is drawn with integers from the raw stream of Philox, which numpy promises to keep: no float, no library
distribution and no exponential takes part, so that every platform and numpy version writes the same files.

Taste: a catalog is genres, each of a few scenes, each of ten items whose draw falls off with their rank. A user has
one to three genres and in each one or two home scenes; an interaction comes from there or from what is famous.
Amounts are integers; a play count is log-normal, as a product of many small factors is.

Both files are tab-separated UTF-8 with a header: `events.tsv` (user, item, plays or rating, timestamp in Unix seconds,
oldest first) and `items.tsv` (item_id, title, tags separated by `|`, year).
"""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from doublebill.arrays import Ints, Mask
from doublebill_local.demo.random_stream import RandomStream
from doublebill_local.demo.worlds import FILMS, FIRST_NAMES, MUSIC, Genre, Persona, World

SEED = 20260101

END_SECONDS = 1_767_225_600
"""2026-01-01T00:00:00Z: no synthetic event is later."""

SPAN_SECONDS = 2 * 365 * 86_400

ITEMS_PER_SCENE = 10


@dataclass(frozen=True, slots=True)
class Files:
    """Files of a catalog in a form that an import recognises, and a persona to try it with."""

    events: Path
    items: Path
    persona: Persona


@dataclass(frozen=True, slots=True)
class Items:
    """The items of a catalog; item number = scene number * 10 + rank in the scene."""

    ids: tuple[str, ...]
    titles: tuple[str, ...]
    tags: tuple[str, ...]
    years: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Draws:
    """Interactions, one per user and item, by user and then item."""

    users: Ints
    """Shape (interactions,), int64: user numbers."""
    items: Ints
    """Shape (interactions,), int64: item numbers."""
    at_home: Mask
    """Shape (interactions,), bool: whether the item is of one of the user's home scenes."""


def write_music(folder: Path, seed: int = SEED, users: int = 3000) -> Files:
    """Writes the music catalog of `seed` into `folder`: 1,200 artists and the plays of `users` listeners."""
    return _write(MUSIC, folder, seed, users)


def write_films(folder: Path, seed: int = SEED, users: int = 1500) -> Files:
    """Writes the film catalog of `seed` into `folder`: 800 films and the ratings of `users` viewers."""
    return _write(FILMS, folder, seed, users)


def _write(world: World, folder: Path, seed: int, users: int) -> Files:
    items = _invent(world, RandomStream(seed, 0))
    draws = _interact(world, RandomStream(seed, 1), users)
    values = (
        _plays(RandomStream(seed, 2), draws)
        if world.value == "plays"
        else _stars(RandomStream(seed, 2), draws, len(items.ids))
    )
    seconds = _seconds(RandomStream(seed, 3), draws, users)
    folder.mkdir(parents=True, exist_ok=True)
    files = Files(folder / "events.tsv", folder / "items.tsv", _persona(world, RandomStream(seed, 4), items))
    files.events.write_bytes(_event_lines(world, items, draws, values, seconds).encode())
    files.items.write_bytes(_item_lines(items).encode())
    return files


def _invent(world: World, stream: RandomStream) -> Items:
    titles: dict[str, str] = {}
    tags: list[str] = []
    years: list[int] = []
    for genre in world.genres:
        for scene in genre.scenes.split():
            era = world.first_year + int(stream.below(2012 - world.first_year, 1)[0])
            tags += [f"{genre.tag}|{scene}"] * ITEMS_PER_SCENE
            years += [era + int(after) for after in stream.below(13, ITEMS_PER_SCENE)]
            for _ in range(ITEMS_PER_SCENE):
                title = _new_title(genre, stream, titles)
                titles[_slug(title)] = title
    return Items(tuple(titles), tuple(titles.values()), tuple(tags), tuple(years))


def _new_title(genre: Genre, stream: RandomStream, taken: dict[str, str]) -> str:
    while True:
        noun, other = stream.one_of(genre.nouns), stream.one_of(genre.nouns)
        title = stream.one_of(genre.patterns).format(
            adjective=stream.one_of(genre.adjectives),
            noun=noun,
            other=other,
            plural=_plural(other),
            first=stream.one_of(FIRST_NAMES),
            coined=stream.one_of(genre.heads) + stream.one_of(genre.tails),
        )
        if noun != other and _slug(title) not in taken:
            return title


def _plural(noun: str) -> str:
    if noun.endswith("y") and noun[-2] not in "aeo":
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "z", "ch", "sh")) else "s")


def _slug(title: str) -> str:
    plain = title.lower().replace("&", "and").translate(str.maketrans("öû", "ou"))
    return "-".join("".join(c for c in plain if c.isalnum() or c in " -").split())


def _interact(world: World, stream: RandomStream, users: int) -> Draws:
    genres, scenes = len(world.genres), len(world.genres[0].scenes.split())
    fame = [600 // (rank + 2) for rank in range(genres)]
    size = [60 // (rank + 2) for rank in range(scenes)]
    own_genres = _own_genres(stream, fame, users)
    own_homes = stream.pick(size, 6 * users).reshape(users, 3, 2)

    who = np.repeat(np.arange(users), _activity(world, stream, users))
    at_home = stream.below(100, who.size) < HOME_PERCENT
    slot = stream.pick(GENRE_WEIGHTS, who.size)
    genre = np.where(at_home, own_genres[who, slot], stream.pick(fame, who.size))
    scene = np.where(at_home, own_homes[who, slot, stream.pick((2, 1), who.size)], stream.pick(size, who.size))
    rank = stream.pick((600 // (rank + 3) for rank in range(ITEMS_PER_SCENE)), who.size)

    items = genres * scenes * ITEMS_PER_SCENE
    item = (genre * scenes + scene) * ITEMS_PER_SCENE + rank
    pairs, firsts = np.unique(who * items + item, return_index=True)
    return Draws(pairs // items, pairs % items, at_home[firsts])


HOME_PERCENT = 70
"""Interactions, of a hundred, that come from a user's home scenes; the others from what is famous."""

GENRE_WEIGHTS = (6, 3, 2)
"""How much a user's first, second and third genre count."""


def _own_genres(stream: RandomStream, fame: list[int], users: int) -> Ints:
    """Draws three genres per user, shape (users, 3); a user with fewer has the first again."""
    first = stream.pick(fame, users)
    near = first[:, None] + 1 + stream.pick((8, 4, 2, 1, 1), 2 * users).reshape(users, 2)
    has = stream.pick((10, 45, 45), users)
    second = np.where(has >= 1, near[:, 0], first)
    third = np.where(has == 2, near[:, 1], first)
    return np.column_stack((first, second, third)) % len(fame)


def _activity(world: World, stream: RandomStream, users: int) -> Ints:
    """Draws the number of interactions per user, shape (users,): log-normal around the median."""
    return np.maximum(world.median_draws * _lognormal_percents(stream, users, 16) // 100, 8)


def _plays(stream: RandomStream, draws: Draws) -> Ints:
    percents = _lognormal_percents(stream, draws.users.size, 48)
    return 1 + np.where(draws.at_home, 11, 3) * percents // 100


def _lognormal_percents(stream: RandomStream, count: int, factors: int) -> Ints:
    """Draws integers around 100: each of `factors` coin flips multiplies by 4/3 or does not.

    The number of heads decides the product, so that a table of integers holds every possible one.
    """
    heads = np.bitwise_count(stream.raw(count) & ((1 << factors) - 1)).astype(np.int64)
    table = [100 * 4**k * 3 ** (factors - k) // (4 ** (factors // 2) * 3 ** (factors // 2)) for k in range(factors + 1)]
    return np.array(table, dtype=np.int64)[heads] * (86 + stream.below(29, count)) // 100


def _stars(stream: RandomStream, draws: Draws, items: int) -> Ints:
    quality = stream.below(3, items) - 1
    mood = np.bitwise_count(stream.below(16, draws.users.size)).astype(np.int64) - 2
    stars: Ints = np.clip(3 + quality[draws.items] + mood + draws.at_home, 1, 5)
    return stars


def _seconds(stream: RandomStream, draws: Draws, users: int) -> Ints:
    """Draws Unix seconds per interaction: users arrive over the first eighteen months and stay to the end."""
    stay = SPAN_SECONDS - stream.below(SPAN_SECONDS * 3 // 4, users)
    return END_SECONDS - stream.below(stay[draws.users], draws.users.size)


def _event_lines(world: World, items: Items, draws: Draws, values: Ints, seconds: Ints) -> str:
    order = np.lexsort((draws.items, draws.users, seconds))
    columns = (column[order].tolist() for column in (draws.users, draws.items, values, seconds))
    rows = (
        f"{world.user_prefix}-{user:04d}\t{items.ids[item]}\t{value}\t{second}\n"
        for user, item, value, second in zip(*columns, strict=True)
    )
    return f"user\titem\t{world.value}\ttimestamp\n" + "".join(rows)


def _item_lines(items: Items) -> str:
    rows = zip(items.ids, items.titles, items.tags, items.years, strict=True)
    return "item_id\ttitle\ttags\tyear\n" + "".join(f"{i}\t{title}\t{tags}\t{year}\n" for i, title, tags, year in rows)


def _persona(world: World, stream: RandomStream, items: Items) -> Persona:
    """Returns the persona with three lesser items of the home scene, and later the most famous of the other scene."""
    home, away = (_first_of(items, scene) for scene in (world.home, world.away))
    amounts = (stream.below(6, len(PERSONA_RANKS)) + 4).tolist() if world.value == "plays" else [5] * len(PERSONA_RANKS)
    history = tuple((items.ids[home + rank], amount) for rank, amount in zip(PERSONA_RANKS, amounts, strict=True))
    return replace(world.persona, history=history, later=(items.ids[away], 150 if world.value == "plays" else 5))


PERSONA_RANKS = (1, 4, 8)
"""Ranks of the persona's items; they are few, so that one more item changes the recommendations."""


def _first_of(items: Items, scene: str) -> int:
    return next(number for number, tags in enumerate(items.tags) if tags.endswith("|" + scene))
