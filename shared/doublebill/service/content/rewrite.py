"""Flavour: texts that a language model put into other words, with their facts checked afterwards.

Quests are told anew, and items, whose own text is a name, get a sentence. Names are words that must stay, and a drop
table is its numbers: those two cannot be asked for. A text is given in other words only where `flavour_facts` finds
nothing wrong with them; otherwise it stays as it was generated and says why. What is generated stands beside it as
`plain`, the same for ever; what a model writes may differ each time.

What it can cost is bounded before anything is sent. A request has at most `MOST_TEXTS` texts, `CALL_TEXTS` of them in
one call, all calls side by side; a deployment has a number of texts a day, counted in the records under
`_flavour#<utc day>` before the model is asked, so that environments side by side never pass it; where it cannot be
counted, nothing is sent. A token has at least one byte of what is sent, so that a text takes at most
`TEXT_INPUT_TOKENS`, even alone in its call, and the model writes at most `TEXT_OUTPUT_TOKENS`: at 500 texts a day, 1.4
million tokens of input and 0.1 million of output at the very worst. Usual quests, five in a call, are sent in some 340
bytes each, instructions and all: a quarter of that in tokens of English.

Texts go to the model as JSON, as the material it works on: whatever a request's own grammar or facts say, they are no
instructions, and what came of them is checked like all else. No text, user or caller is logged or counted under.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NotRequired, TypedDict

from doublebill.concurrency.background import Flight
from doublebill.concurrency.deadline import Deadline
from doublebill.errors import InvalidInput, Shown, StoreUnavailable, complaint
from doublebill.games.text.rewriting.fact_check import LONGEST, Draft, fault, quest, treasure
from doublebill.games.text.rewriting.prompt import INSTRUCTIONS, read_answer, sent
from doublebill.service.access.usage_meter import DAY_SECONDS, day_text
from doublebill.service.serving import degraded
from doublebill.stores.records import Records
from doublebill.stores.rewriters import Rewriter

DRAFTS: Mapping[str, Callable[[Mapping[str, Any]], Draft]] = {"quests": quest, "items": treasure}
"""Of each kind that can be put into other words, how."""

FLAVOUR_SECONDS = 12.0
"""How long a request waits for the model, its counting and all calls together."""

MOST_TEXTS = 20
"""Texts of one request."""

CALL_TEXTS = 5
"""Texts of one call: a few share the instructions, and are written within seconds."""

DRAFT_BYTES = 1_500
"""Longest draft in JSON; the few that are longer, or have more than `LONGEST` characters, stay as they are."""

TEXT_OUTPUT_TOKENS = 200
"""What the model may write for each text; `LONGEST` characters of English take some 120."""

KEPT_SECONDS = 8 * DAY_SECONDS
"""How long the count of a day is kept."""

TEXT_INPUT_TOKENS = len(INSTRUCTIONS.encode()) + DRAFT_BYTES + 500
"""What a text that is alone in its call takes at most, with 500 for what the model's API puts around it."""

type Why = Literal[
    "budget", "unavailable", "malformed", "unchanged", "not-text", "too-long", "fact-missing", "fact-added"
]
"""Why a text stays plain: today's texts are used up; the model did not answer; its answer is no list of texts, or has
not this one; it wrote the same; it wrote marks that are no text; the text or the plain one is too long; a bound fact is
not there as it should be; a number, a name or a thing has come to it."""


class FlavourTold(TypedDict):
    """Whether a text was put into other words."""

    rewritten: bool
    why: NotRequired[Why]
    """Why not."""


@dataclass(frozen=True, slots=True)
class Flavoured:
    """A text in other words, or the plain one and why."""

    text: str
    why: Why | None = None

    @property
    def told(self) -> FlavourTold:
        """What an answer says of it."""
        return {"rewritten": True} if self.why is None else {"rewritten": False, "why": self.why}


class Flavours:
    """The model of a deployment and what is left of its day.

    `now_ms` gives milliseconds of Unix time, `deadline` the moment so many seconds from now, or before where the
    request must be answered sooner.
    """

    def __init__(
        self,
        rewriter: Rewriter,
        records: Records,
        now_ms: Callable[[], int],
        per_day: float,
        deadline: Callable[[float], Deadline],
    ) -> None:
        self._rewriter = rewriter
        self._records = records
        self._now_ms = now_ms
        self._per_day = int(per_day)
        self._deadline = deadline
        self._used_up = -1  # the day of which nothing is left

    def flavoured(self, drafts: Sequence[Draft]) -> tuple[list[Flavoured], str | None]:
        """Each text in other words where they are right, and why the model was not to be had, or None."""
        told = {n: Flavoured(draft.plain, "too-long") for n, draft in enumerate(drafts) if not _fits(draft)}
        fitting = [n for n in range(len(drafts)) if n not in told]
        deadline = self._deadline(FLAVOUR_SECONDS)
        try:
            granted = deadline.bounded("the count of texts", lambda: self._take(len(fitting))) if fitting else 0
        except StoreUnavailable as failed:
            return _plain(drafts, told, "unavailable"), _reason(failed)
        written, failures = self._ask([(n, drafts[n]) for n in fitting[:granted]], deadline)
        for n, answer in written.items():
            told[n] = _checked(drafts[n], answer)
        told |= {n: Flavoured(drafts[n].plain, "unavailable") for n in fitting[:granted] if n not in told}
        return _plain(drafts, told, "budget"), degraded.joined(_reason(failed) for failed in failures)

    def _take(self, texts: int) -> int:
        """How many of the texts may be sent today; they are counted from now on, whatever becomes of them."""
        seconds = self._now_ms() // 1000
        day = seconds // DAY_SECONDS
        if self._used_up == day:
            return 0
        key, counted = f"_flavour#{day_text(day)}", {"texts": texts}
        total = self._records.add(key, "texts", counted, seconds + KEPT_SECONDS)["texts"]
        if total >= self._per_day:
            self._used_up = day
        return max(0, min(texts, self._per_day - (total - texts)))

    def _ask(
        self, drafts: Sequence[tuple[int, Draft]], deadline: Deadline
    ) -> tuple[dict[int, str | None], list[StoreUnavailable]]:
        """What the model wrote by number, None where its answer has no such text; and what failed."""
        calls = [drafts[at : at + CALL_TEXTS] for at in range(0, len(drafts), CALL_TEXTS)]
        flights = [Flight(lambda call=call: self._call(call), deadline.clock) for call in calls]  # type: ignore[misc]  # bound now
        written: dict[int, str | None] = {}
        failures: list[StoreUnavailable] = []
        for call, flight in zip(calls, flights, strict=True):
            try:
                answered = _landed(flight, deadline)
            except StoreUnavailable as failed:
                failures.append(failed)
            else:
                written |= {n: answered.get(n) for n, _ in call}
        return written, failures

    def _call(self, drafts: Sequence[tuple[int, Draft]]) -> dict[int, str]:
        answer = self._rewriter.answer(INSTRUCTIONS, sent(drafts), TEXT_OUTPUT_TOKENS * len(drafts))
        return read_answer(answer)


def open_flavours(
    rewriter: Rewriter | None,
    records: Records,
    now_ms: Callable[[], int],
    per_day: float,
    deadline: Callable[[float], Deadline],
) -> Flavours | None:
    """The flavours of a deployment, or None where it has no model."""
    return Flavours(rewriter, records, now_ms, per_day, deadline) if rewriter else None


def checked(kind: str, count: int, flavours: Flavours | None) -> Flavours:
    """The flavours, where so many texts of a kind can be put into other words here.

    Raises:
        InvalidInput: naming `flavour` or `count` where they cannot.
    """
    found, complaints = Shown("true"), []
    if kind not in DRAFTS:
        complaints.append(complaint("flavour", found, "false: only " + " and ".join(DRAFTS) + " have other words"))
    if flavours is None:
        complaints.append(complaint("flavour", found, "false: this deployment has no model to rewrite texts with"))
    if count > MOST_TEXTS:
        complaints.append(complaint("count", count, f"at most {MOST_TEXTS} where flavour is true"))
    if complaints or flavours is None:
        raise InvalidInput(complaints)
    return flavours


def _landed[T](flight: Flight[T], deadline: Deadline) -> T:
    if flight.wait(deadline.remaining):
        return flight.result()
    raise StoreUnavailable(degraded.LATE)


def _plain(drafts: Sequence[Draft], told: Mapping[int, Flavoured], why: Why) -> list[Flavoured]:
    """What there is of each text; the plain one and `why` where nothing is."""
    return [told.get(n) or Flavoured(draft.plain, why) for n, draft in enumerate(drafts)]


def _checked(draft: Draft, text: str | None) -> Flavoured:
    wrong = "malformed" if text is None else fault(draft, text)
    return Flavoured(draft.plain, wrong) if text is None or wrong else Flavoured(text)


def _reason(failed: StoreUnavailable) -> str:
    return f"texts could not be rewritten: {failed}"


def _fits(draft: Draft) -> bool:
    return len(draft.source) <= LONGEST and len(sent([(MOST_TEXTS, draft)]).encode()) <= DRAFT_BYTES
