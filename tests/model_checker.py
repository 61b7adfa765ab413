"""A model checker: steps the product's own functions through every order in which their store calls can fall.

An actor is a function of the objects. Its state is the list of answers that its calls have got so far: to take one step
more, the function runs from its beginning on these answers, makes one call on the world, and is put aside. States that
are reached on several ways are looked into once, so that every order is covered without being run; the orders are
counted. Beside its next call, an actor may die, and a write may be done while its answer is lost: the client gives up,
or repeats the write and is refused by its own work, as botocore is.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from doublebill.errors import Conflict, ObjectMissing, StoreUnavailable
from doublebill.service.registry import champions
from doublebill.stores.objects import StoredObject

WRITES = ("create", "replace", "put", "delete")

type Answer = tuple[str, Any]
"""`returned` or `raised`, and the value or the error."""

type Act = Callable[[Any], object]


class Aside(BaseException):
    """The actor is put aside before its next call. Not an Exception: nothing may catch it and go on."""


@dataclass(frozen=True)
class State:
    """The objects, and how far each actor is."""

    world: tuple[tuple[str, bytes], ...]
    answers: tuple[tuple[Answer, ...], ...]
    ended: tuple[str, ...]
    """Of each actor how it ended: empty while it goes on, `dead`, or what it gave back."""
    moved: tuple[int, ...]
    """Of each actor how often it changed the version of the champion."""
    faults: int = 0
    deaths: int = 0


@dataclass
class Checked:
    """The numbers of one search."""

    states: int = 0
    orders: int = 0
    endings: set[tuple[str, ...]] = field(default_factory=set)


class World:
    """Objects in a dictionary, whose tags are digests of their bytes, as those of S3."""

    def __init__(self, held: Mapping[str, bytes]) -> None:
        self.held = dict(held)

    def get(self, key: str) -> StoredObject:
        if key not in self.held:
            raise ObjectMissing(key)
        return StoredObject(self.held[key], _tag(self.held[key]))

    def create(self, key: str, data: bytes) -> str:
        if key in self.held:
            raise Conflict(key)
        return self.put(key, data)

    def replace(self, key: str, data: bytes, etag: str) -> str:
        if key not in self.held or _tag(self.held[key]) != etag:
            raise Conflict(key)
        return self.put(key, data)

    def put(self, key: str, data: bytes) -> str:
        self.held[key] = bytes(data)
        return _tag(data)

    def keys(self, prefix: str) -> tuple[str, ...]:
        return tuple(sorted(key for key in self.held if key.startswith(prefix)))

    def delete(self, key: str) -> None:
        self.held.pop(key, None)


def _tag(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


class _Stepped:
    """Objects that give known answers first, then make one call on the world, and put the actor aside at the next."""

    def __init__(self, world: World, answers: Sequence[Answer], fault: str) -> None:
        self.world = world
        self.answers = list(answers)
        self.wrote = False
        self._known = iter(answers)
        self._fresh = True
        self._fault = fault

    def _call(self, name: str, *arguments: Any) -> Any:
        answer = next(self._known, None)
        if answer is None:
            if not self._fresh:
                raise Aside
            self._fresh = False
            answer = self._made(name, *arguments)
            self.answers.append(answer)
        kind, value = answer
        if kind == "raised":
            raise _Error.of(value).made()
        return value

    def _made(self, name: str, *arguments: Any) -> Answer:
        before = dict(self.world.held)
        try:
            answer: Answer = ("returned", getattr(self.world, name)(*arguments))
        except (Conflict, ObjectMissing) as error:
            return "raised", error
        self.wrote = name in WRITES and self.world.held != before
        if self.wrote and self._fault == "silent":
            return "raised", StoreUnavailable("S3: ReadTimeoutError")
        if self.wrote and self._fault == "repeated" and name in ("create", "replace"):
            return "raised", Conflict("PreconditionFailed")
        return answer

    def get(self, key: str) -> StoredObject:
        stored: StoredObject = self._call("get", key)
        return stored

    def get_if_changed(self, key: str, etag: str) -> StoredObject | None:
        stored = self.get(key)
        return None if stored.etag == etag else stored

    def fetch(self, key: str, path: Path) -> None:
        path.write_bytes(self.get(key).data)

    def create(self, key: str, data: bytes) -> str:
        return str(self._call("create", key, data))

    def replace(self, key: str, data: bytes, etag: str) -> str:
        return str(self._call("replace", key, data, etag))

    def put(self, key: str, data: bytes) -> str:
        return str(self._call("put", key, data))

    def keys(self, prefix: str) -> Iterator[str]:
        yield from self._call("keys", prefix)

    def delete(self, key: str) -> None:
        self._call("delete", key)


Check = Callable[[Mapping[str, bytes]], None]


@dataclass
class Search:
    """Everything that may happen while some actors are at work on the same objects."""

    actors: Mapping[str, Act]
    check: Check = lambda _: None
    """Looks at the objects after every step."""
    at_end: Callable[[Mapping[str, bytes], State], None] = lambda _, __: None
    """Looks at the objects when all have ended."""
    faults: int = 0
    """Answers that may be lost."""
    deaths: int = 0

    def run(self, held: Mapping[str, bytes]) -> Checked:
        """Looks into every state, and returns how many states and orders there are."""
        names = tuple(self.actors)
        none = tuple(() for _ in names)
        first = State(tuple(sorted(held.items())), none, tuple("" for _ in names), tuple(0 for _ in names))
        found, orders = Checked(), dict[State, int]()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(champions.secrets, "token_hex", lambda _: self._at_work)
            found.orders = self._orders(first, found, orders)
        found.states = len(orders)
        return found

    def _orders(self, state: State, found: Checked, orders: dict[State, int]) -> int:
        if state not in orders:
            following = [other for number in range(len(self.actors)) for other in self._following(state, number)]
            if not following:
                found.endings.add(state.ended)
                self.at_end(dict(state.world), state)
            orders[state] = sum(self._orders(other, found, orders) for other in following) if following else 1
        return orders[state]

    def _following(self, state: State, number: int) -> Iterator[State]:
        if state.ended[number]:
            return
        after, wrote = self._step(state, number, "")
        yield after
        if state.deaths < self.deaths:
            yield replace(state, ended=_with(state.ended, number, "dead"), deaths=state.deaths + 1)
        if wrote and state.faults < self.faults:
            for fault in ("silent", "repeated"):
                after, _ = self._step(state, number, fault)
                yield replace(after, faults=state.faults + 1)

    def _step(self, state: State, number: int, fault: str) -> tuple[State, bool]:
        name = self._at_work = list(self.actors)[number]
        objects = _Stepped(World(dict(state.world)), state.answers[number], fault)
        try:
            ended = f"gave {self.actors[name](objects)}"
        except Aside:
            ended = ""
        except (Conflict, StoreUnavailable) as error:
            ended = type(error).__name__
        before, after = _served(dict(state.world)), _served(objects.world.held)
        self.check(objects.world.held)
        assert after[1] >= before[1], "the generation fell"
        moved = state.moved[number] + (before[0] != after[0])
        world = tuple(sorted(objects.world.held.items()))
        answers = _with(state.answers, number, tuple(map(_hashable, objects.answers)))
        step = replace(state, world=world, answers=answers, ended=_with(state.ended, number, ended))
        return replace(step, moved=_with(state.moved, number, moved)), objects.wrote


def _hashable(answer: Answer) -> Answer:
    return answer if answer[0] == "returned" else (answer[0], _Error.of(answer[1]))


@dataclass(frozen=True)
class _Error:
    """An error that equals others of its type and words."""

    kind: type[Exception]
    args: tuple[Any, ...]

    @classmethod
    def of(cls, error: Any) -> "_Error":
        return error if isinstance(error, _Error) else cls(type(error), error.args)

    def made(self) -> Exception:
        """Returns the error itself, always a new one."""
        return self.kind(*self.args)


def _with[T](values: tuple[T, ...], number: int, value: T) -> tuple[T, ...]:
    return (*values[:number], value, *values[number + 1 :])


def _served(held: Mapping[str, bytes]) -> tuple[str, int]:
    """Returns the version of the champion of the catalog `films`, and the generation of its pointer."""
    data = held.get(champions.champion_key("films"))
    champion = champions.Champion.from_bytes(data) if data else None
    return (champion.version, champion.generation) if champion else ("", 0)
