"""The commands that answer from a model: `recommend`, `explain` and `neighbours`."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

from cyclopts import Argument, Group, Parameter

from doublebill import schema
from doublebill.edge.clock import now_ms
from doublebill.errors import InvalidInput
from doublebill.model.catalog import check_catalog_name
from doublebill.service.analysis import past_answers
from doublebill.service.analysis.past_answers import Past
from doublebill.service.ingesting.rebuilding.past_history import moment
from doublebill.service.recommending import lists, recommendations, requests
from doublebill.service.recommending.history import History, UserHistories
from doublebill.service.registry.champions import ChampionRequest
from doublebill_local.cli.options import UNSET, CatalogName, Count, Flag, StackOptions, YesNo, json_value
from doublebill_local.cli.waiting import patience
from doublebill_local.display.recommendations import show_neighbours, show_recommendations
from doublebill_local.host.home import Home


def _check_recipient(arguments: Collection[Argument]) -> None:
    """Refuses both or neither of the options of the group."""
    if sum(bool(argument.tokens) for argument in arguments) != 1:
        raise ValueError("--user: use it or --history, exactly one of them")


RECIPIENT = Group("Recipient: exactly one of", sort_key=1, validator=_check_recipient)


@Parameter(name="*", group=RECIPIENT)
@dataclass(frozen=True, kw_only=True)
class Recipient:
    """Options that name a user or a history."""

    user: Annotated[str | None, Parameter(metavar="ID", help="user id: recommend from the stored history")] = None
    history: Annotated[str | None, Parameter(metavar="ID,ID", help="item ids, oldest first")] = None

    def fields(self) -> dict[str, object]:
        """Returns the fields of the request that name the recipient."""
        if self.user is not None:
            return {"user_id": self.user}
        ids = (self.history or "").split(",")
        return {"history": [item_id.strip() for item_id in ids if item_id.strip()]}


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class ItemOptions:
    """Options that limit and order the recommended items."""

    exclude_seen: Annotated[
        YesNo | None, Parameter(help="leave out items of the history (default: the catalog's setting)")
    ] = None
    filter: Annotated[
        str, UNSET, Parameter(metavar="JSON", help='JSON condition on items, such as \'{"tags": {"any": ["jazz"]}}\'')
    ] = ""
    diversity: Annotated[
        float, Parameter(metavar="SHARE", help="0 orders by score alone, 1 avoids similar items most")
    ] = 0.0

    def fields(self) -> dict[str, object]:
        """Returns the fields of the request that select items."""
        fields: dict[str, Any] = {"diversity": self.diversity}
        if self.exclude_seen:
            fields["exclude_seen"] = self.exclude_seen == "yes"
        if self.filter:
            fields["filter"] = json_value("--filter", self.filter)
        return fields


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class PastOptions:
    """Options that recommend as it was."""

    at: Annotated[
        str, UNSET, Parameter(metavar="TIME", help="as it was then: the champion and the stored history of that time")
    ] = ""
    version: Annotated[str, UNSET, Parameter(metavar="VERSION", help="by this version instead of the champion")] = ""

    def of(self, home: Home, catalog: str) -> Past | None:
        """Returns the catalog at that time; None for the present."""
        if not self.at and not self.version:
            return None
        at_ms = moment(self.at, "--at") if self.at else now_ms()
        if at_ms > now_ms():
            raise InvalidInput.one("--at", f"{self.at} is in the future", "use a time before now, or leave it out")
        version = schema.read(ChampionRequest, {"version": self.version}).version if self.version else ""
        return Past(home.intake(), home.disk_cache(), catalog, at_ms, version)


def recommend(
    catalog: CatalogName,
    /,
    *,
    recipient: Recipient = Recipient(),
    n: Count = 10,
    explain: Annotated[Flag, Parameter(help="show the history items behind each recommendation")] = False,
    items: ItemOptions = ItemOptions(),
    past: PastOptions = PastOptions(),
    options: StackOptions = StackOptions(),
) -> None:
    """Recommends items to a user or for a history."""
    name = check_catalog_name(catalog)
    fields = {"n": n, "explain": explain, **items.fields(), **recipient.fields()}
    request = schema.read(requests.RecommendationRequest, fields)
    home, deadline = options.open_home(), patience()
    if then := past.of(home, name):
        options.answer(then.recommend(_history_then(then, request), request), show_recommendations)
        return
    intake = home.intake()
    histories = UserHistories(intake.histories, intake.pseudonyms.every)
    history = histories.of_request(name, request, now_ms(), deadline)
    serving = home.warm().serving(name, deadline, history.user)
    entries, _ = history.entries(serving.record.kinds)
    answer = recommendations.recommend(name, serving, history, request, now_ms())
    options.answer(answer, partial(show_recommendations, history={entry.item_id for entry in entries}))


def explain(
    catalog: CatalogName,
    /,
    *,
    recommendation: Annotated[
        str, Parameter(metavar="ID", help="recommendation_id of an answer, an event or a log line")
    ],
    user: Annotated[
        str,
        UNSET,
        Parameter(metavar="ID", help="user id; can be left out where an event of one user quotes the answer"),
    ] = "",
    n: Count = 10,
    options: StackOptions = StackOptions(),
) -> None:
    """Makes an earlier recommendation again, with its reasons."""
    name, home = check_catalog_name(catalog), options.open_home()
    version, at_ms = past_answers.parsed(recommendation)
    then = Past(home.intake(), home.disk_cache(), name, at_ms, version)
    names = then.intake.pseudonyms.every(name, user) if user else []
    since_ms = then.intake.kept_since_ms(now_ms())
    items = past_answers.led_to(then.intake.objects, name, recommendation, since_ms, names)
    names = names or [_only(items)]
    request = schema.read(requests.RecommendationRequest, {"n": n, "explain": True, "history": []})
    response = then.recommend(then.history_of(names), request)
    response["replayed"]["led_to"] = [item for one in names for item in items.get(one, [])]
    options.answer(response, show_recommendations)


def _only(users: Collection[str]) -> str:
    """Returns the only user of several.

    Raises:
        InvalidInput: when there is none, or more than one.
    """
    if len(users) != 1:
        problem = f"events of {len(users)} users quote this recommendation"
        raise InvalidInput.one("--user", problem, "name the user whose recommendation it was")
    return next(iter(users))


def _history_then(then: Past, request: requests.RecommendationRequest) -> History:
    """Returns the history of the request, or that of its user at the time."""
    if request.user_id is not None:
        return then.history_of(then.intake.pseudonyms.every(then.catalog, request.user_id))
    histories = UserHistories(then.intake.histories, then.intake.pseudonyms.every)
    return histories.of_request(then.catalog, request, then.at_ms, patience())


def neighbours(
    catalog: CatalogName,
    item: Annotated[str, Parameter(help="item id")],
    /,
    *,
    n: Count = 10,
    options: StackOptions = StackOptions(),
) -> None:
    """Lists the items most similar to an item."""
    name = check_catalog_name(catalog)
    request = schema.read(requests.NeighbourOptions, {"n": n})
    item_id = schema.read(requests.HistoryItem, {"item_id": item}).item_id
    serving = options.open_home().warm().serving(name, patience())
    options.answer(lists.neighbours(name, serving, item_id, request, now_ms()), show_neighbours)
