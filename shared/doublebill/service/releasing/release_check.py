"""The check of a release: the new versions of functions answer golden requests before traffic moves to them.

A problem with a catalog's champion counts only where the version that answers now has none of the same kind in as many
attempts: a champion that is damaged, or a store that is down, would otherwise keep every release away, the one that
mends it too. A version that Lambda does not invoke, as where too many are at work, says nothing about a champion and
excuses nothing. Health and a level need nothing that is stored, so whatever is wrong with them counts.
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from doublebill.concurrency.clock import Clock
from doublebill.errors import StoreUnavailable
from doublebill.service.releasing import golden_requests
from doublebill.service.releasing.golden_requests import FAILED, NOT_INVOKED, Body, GoldenRequest, Problem
from doublebill.stores.jobs import NotInvoked
from doublebill.stores.objects import Objects

LIVE = "live"
"""The alias of the version that answers now."""

CHAMPIONS = "champions/"

MOST_CATALOGS = 20
"""Catalogs whose champions are tried; each is loaded for it."""

TRIES = 4
"""A new version loads a model in the background, and a store may be slow for a moment."""

PAUSE_SECONDS = 2.0

ASK_SECONDS = 25.0
"""Longest that one answer takes; with less time left no further request is sent."""


class Functions(Protocol):
    """Versions of functions."""

    def ask(self, version: str, event: Mapping[str, object]) -> Mapping[str, Any]:
        """Returns the answer of a version to an event; may raise `StoreUnavailable`."""
        ...


@dataclass(frozen=True)
class Outcome:
    """The outcome of a check."""

    requests: int = 0
    """Golden requests whose answer was judged."""
    problems: Sequence[str] = ()
    """Of the new versions, each with the request."""
    passed_over: Sequence[str] = ()
    """Problems that the versions which answer now have as well, and catalogs that were not tried."""


@dataclass
class ReleaseCheck:
    """Asks the new versions of the recommend and the generate function."""

    functions: Functions
    recommend: str
    """The ARN of the new version; that of generate follows."""
    generate: str
    left_seconds: Callable[[], float]
    clock: Clock
    _problems: list[str] = field(default_factory=list)
    _passed_over: list[str] = field(default_factory=list)
    _requests: int = 0

    def run(self, objects: Objects) -> Outcome:
        """Asks for the health, for a level, and of each catalog with a champion; returns what was found."""
        self._ask(self.recommend, golden_requests.health())
        level = self._ask(self.generate, golden_requests.maze())
        if level:
            self._compare(level)
        catalogs = list(catalogs_with_champions(objects))
        for place, catalog in enumerate(catalogs):
            if place >= MOST_CATALOGS or self.left_seconds() < ASK_SECONDS:
                self._passed_over.append(f"{len(catalogs) - place} catalogs from {catalog} on were not tried")
                break
            self._ask_champion(catalog)
        return Outcome(self._requests, tuple(self._problems), tuple(self._passed_over))

    def _ask_champion(self, catalog: str) -> None:
        popular = self._ask(self.recommend, golden_requests.popular_items(catalog))
        for entry in popular.get("popular", [])[:1]:
            self._ask(self.recommend, golden_requests.recommendations(catalog, entry["item_id"]))

    def _ask(self, version: str, golden: GoldenRequest) -> Body:
        """Returns the body of a good answer; otherwise an empty one, and notes the problem."""
        self._requests += 1
        body, problem = self._answer(version, golden)
        if not problem:
            return body
        now = self._answer(live(version), golden)[1] if golden.needs_champion else Problem("")
        if now and now.kind == problem.kind != NOT_INVOKED:
            self._passed_over.append(f"{golden.name}: {problem}; the version that answers now: {now}")
        else:
            self._problems.append(f"{golden.name}: {problem}")
        return {}

    def _answer(self, version: str, golden: GoldenRequest) -> tuple[Body, Problem]:
        """Returns the first good answer of a version, or the problem with the last of `TRIES`."""
        body, problem = self._answer_once(version, golden)
        for _ in range(TRIES - 1):
            if not problem or self.left_seconds() < ASK_SECONDS:
                break
            self.clock.wait(threading.Event(), PAUSE_SECONDS)
            body, problem = self._answer_once(version, golden)
        return body, problem

    def _answer_once(self, version: str, golden: GoldenRequest) -> tuple[Body, Problem]:
        try:
            return golden.read(self.functions.ask(version, golden.event))
        except NotInvoked as refused:
            return {}, Problem(str(refused), NOT_INVOKED)
        except StoreUnavailable as failed:
            return {}, Problem(str(failed), FAILED)

    def _compare(self, level: Body) -> None:
        """Notes a level that differs from that of the version which answers now, under the same generator version."""
        golden = golden_requests.maze()
        before, problem = self._answer(live(self.generate), golden)
        if problem:
            self._passed_over.append(f"{golden.name}: not compared; the version that answers now: {problem}")
            return
        same = before["generator_version"] == level["generator_version"]
        if same and before["items"][0]["grid"] != level["items"][0]["grid"]:
            self._problems.append(f"{golden.name}: another level than before under the same generator version")


def catalogs_with_champions(objects: Objects) -> Iterator[str]:
    """Yields the name of every catalog that has a champion, sorted."""
    return (key.removeprefix(CHAMPIONS).removesuffix(".json") for key in objects.keys(CHAMPIONS))


def live(version: str) -> str:
    """Returns the ARN of the alias that answers now, of the same function."""
    return f"{version.rpartition(':')[0]}:{LIVE}"
