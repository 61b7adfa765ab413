"""What the model checker steps: trainings, people, readers, as the product's functions make them."""

from collections.abc import Callable, Mapping
from typing import Any

from doublebill.errors import StoreUnavailable, TrainingRunning
from doublebill.model.artifact import MANIFEST, Artifact
from doublebill.service.registry import champions, versions
from doublebill.service.registry.leases import taking
from small_versions import ARTIFACTS, NAME_OF, VERSIONS

NOW_MS = 1_700_000_000_000

SMALL = {
    name: Artifact(one.version, {file: one.files[file] for file in (min(one.files.keys() - {MANIFEST}), MANIFEST)})
    for name, one in ARTIFACTS.items()
}
"""Versions of one array each."""


def world(*names: str, published: str = "abcd") -> dict[str, bytes]:
    """Objects in which these became champion one after the other, and these are published."""
    from model_checker import World

    held: Any = World({})
    for name in published:
        versions.publish(held, "films", SMALL[name])
    for generation, name in enumerate(names, 1):
        champions.promote_run(held, "films", VERSIONS[name], f"run-{name}", generation, generation, generation)
    return dict(held.held)


def training(name: str, now_ms: int = NOW_MS) -> Callable[[Any], str]:
    """A training from its lease to its end, without the mathematics."""

    def train(objects: Any) -> str:
        try:
            lease = taking.begin(objects, "films", f"run-{name}", now_ms, attempt=name)
        except TrainingRunning:
            return "refused"
        taking.check_holds(objects, "films", lease)
        versions.publish(objects, "films", SMALL[name])
        taking.check_holds(objects, "films", lease)
        generation = lease.generation
        won = champions.promote_run(objects, "films", VERSIONS[name], f"run-{name}", generation, now_ms, now_ms)
        taking.release(objects, "films", lease)
        return f"promoted {generation}" if won else "overtaken"

    return train


def again[T](act: Callable[[Any], T]) -> Callable[[Any], T]:
    """Somebody who tries once more where the store has not answered."""

    def twice(objects: Any) -> T:
        try:
            return act(objects)
        except StoreUnavailable:
            return act(objects)

    return twice


def person(name: str) -> Callable[[Any], str]:
    """Somebody who promotes a version."""
    return lambda objects: NAME_OF[champions.promote(objects, "films", VERSIONS[name], NOW_MS).version]


def operator(leaving: str) -> Callable[[Any], str]:
    """Somebody who rolls a version back."""
    return lambda objects: NAME_OF[champions.roll_back(objects, "films", NOW_MS, VERSIONS[leaving]).version]


def reader(objects: Any) -> str:
    """Somebody who reads the champion, whole."""
    champion = champions.read_champion(objects, "films")
    if champion is None:
        return "none"
    versions.check_loadable(objects, "films", champion.version)
    for file in SMALL[NAME_OF[champion.version]].files:
        objects.get(versions.artifact_key("films", champion.version, file))
    return NAME_OF[champion.version]


def check_whole(held: Mapping[str, bytes]) -> None:
    """The champion and its former ones are there, with every file."""
    data = held.get(champions.champion_key("films"))
    if data:
        champion = champions.Champion.from_bytes(data)
        for version in (champion.version, *champion.previous):
            for file in SMALL[NAME_OF[version]].files:
                assert versions.artifact_key("films", version, file) in held, NAME_OF[version]


def history(held: Mapping[str, bytes]) -> str:
    """The champion and those before it, by name."""
    champion = champions.Champion.from_bytes(held[champions.champion_key("films")])
    return "".join(NAME_OF[version] for version in (champion.version, *champion.previous))
