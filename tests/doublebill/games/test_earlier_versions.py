"""What the generators of the last release made, by the versions that requests may still name."""

import hashlib

import pytest

from doublebill.games.content_kind import GenerationRequest, kept_versions
from doublebill.games.learners import shipped

RELEASED = {
    ("maze", ""): 2,
    ("chamber", ""): 3,
    ("crypt", ""): 3,
    ("platform", ""): 1,
    ("sokoban", ""): 2,
    ("runner", "meadow"): 2,
    ("names", "people"): 1,
    ("names", "places"): 2,
    ("items", "treasures"): 1,
    ("loot", "treasures"): 1,
    ("quests", ""): 1,
}
"""Kind and corpus → the generator's version in release 0.1.0, which called the chamber dungeon."""

NOT_KEPT = {("quests", "")}
"""Their earlier versions count and join things wrongly."""

ELVES = ["Aldra", "Belwen", "Cormir", "Delan", "Ferris", "Galdor", "Helwyn", "Joran", "Karsin", "Loreth"]

NAMES = {"people": "ec07e9d9b1a0f69d", "places": "06765b51def94eb9"}
"""Corpus → digest of the names that release 0.1.0 made."""


@pytest.mark.parametrize(("kind", "corpus"), RELEASED, ids=lambda name: name or "built in")
def test_the_version_of_the_last_release_is_kept(kind, corpus):
    kept = [one.version for one in kept_versions(shipped(kind)[corpus])]
    assert (RELEASED[kind, corpus] in kept) is ((kind, corpus) not in NOT_KEPT)
    assert kept == sorted(kept, reverse=True)


@pytest.mark.parametrize("corpus", NAMES)
def test_names_of_the_last_release_are_still_made(corpus):
    _, released = kept_versions(shipped("names")[corpus])
    lists = [{}, {"examples": ELVES}, {"examples": ["Old Mill", "New Bridge", "Green Hollow", "Stone Gate"]}]
    made = [released.generate(GenerationRequest(spec, seed)).items[0]["text"] for spec in lists for seed in range(40)]
    assert hashlib.sha256("|".join(made).encode()).hexdigest()[:16] == NAMES[corpus]
