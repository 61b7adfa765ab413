"""Rewrite: has a language model reword generated texts, within a budget, and answers only rewordings that pass checks.

Quests are reworded, and items, whose own text is a name, get a sentence. The model gets each text with placeholders for
its facts (`games.text.rewriting`); a rewording is answered only if `faults.fault` finds nothing wrong with it, else the
plain text stands and `why` says the reason. The plain text is always beside it as `plain`, the same for ever; what a
model writes may differ each time.

The cost is bounded before anything is sent. A request has at most `MOST_TEXTS` texts, `CALL_TEXTS` of them in
one call, all calls side by side; a deployment has a number of texts a day, counted in the records under
`_flavour#<utc day>` before the model is called, so that environments side by side never pass it; if they cannot be
counted, nothing is sent. A token has at least one byte of the text sent, so that a text takes at most
`TEXT_INPUT_TOKENS`, even alone in its call, and the model writes at most `TEXT_OUTPUT_TOKENS`: at 500 texts a day,
1.4 million tokens of input and 0.1 million of output at the very worst.

Texts go to the model as JSON, as the material it works on: a request's own grammar or facts are never instructions, and
every rewording is checked. No text, user or caller is logged or counted under.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from doublebill.concurrency.background import BackgroundCall
from doublebill.concurrency.deadline import Deadline
from doublebill.errors import Complaint, InvalidInput, StoreUnavailable
from doublebill.games.content_kind import ContentKind
from doublebill.games.text.kinds import TEXTS
from doublebill.games.text.rewriting.faults import fault
from doublebill.games.text.rewriting.placeholders import LONGEST, RewriteDraft
from doublebill.games.text.rewriting.prompt import INSTRUCTIONS, read_answer, request_text
from doublebill.service.access.usage_meter import DAY_SECONDS, day_text
from doublebill.service.content.responses import RewriteOutcome, Why
from doublebill.service.serving import degraded
from doublebill.stores.records import Records
from doublebill.stores.rewriters import Rewriter

REWRITE_SECONDS = 12.0
"""Time a request waits for the model, including counting and all calls."""

MOST_TEXTS = 20
"""Texts of one request."""

CALL_TEXTS = 5
"""Texts of one call: a few share the instructions, and are written within seconds."""

DRAFT_BYTES = 1_500
"""Longest draft in JSON; the few that are longer, or have more than `LONGEST` characters, stay plain."""

TEXT_OUTPUT_TOKENS = 200
"""Tokens the model may write for each text; `LONGEST` characters of English take some 120."""

COUNT_KEPT_SECONDS = 8 * DAY_SECONDS

TEXT_INPUT_TOKENS = len(INSTRUCTIONS.encode()) + DRAFT_BYTES + 500
"""Tokens of a text that is alone in its call, at most, with 500 for what the model's API puts around it."""


@dataclass(frozen=True, slots=True)
class Rewording:
    """A reworded text, or the plain one and the reason."""

    text: str
    why: Why | None = None

    @property
    def outcome(self) -> RewriteOutcome:
        """Returns the field `flavour` of an answer."""
        return {"rewritten": True} if self.why is None else {"rewritten": False, "why": self.why}


class CheckedRewriter:
    """The language model of a deployment within its daily budget, whose rewordings are checked.

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
        self._used_up_day = -1

    def reword(self, drafts: Sequence[RewriteDraft]) -> tuple[list[Rewording], str | None]:
        """Returns each text reworded where it passes the checks, and why the model was unavailable, or None."""
        rewordings = {n: Rewording(draft.plain, why) for n, draft in enumerate(drafts) if (why := _unsendable(draft))}
        sendable = [n for n in range(len(drafts)) if n not in rewordings]
        deadline = self._deadline(REWRITE_SECONDS)
        try:
            granted = deadline.bounded("the count of texts", lambda: self._reserve(len(sendable))) if sendable else 0
        except StoreUnavailable as failed:
            return _or_plain(drafts, rewordings, "unavailable"), _reason(failed)
        sent = sendable[:granted]
        written, failures = self._call_model([(n, drafts[n]) for n in sent], deadline)
        rewordings |= {n: _checked(drafts[n], text) for n, text in written.items()}
        rewordings |= {n: Rewording(drafts[n].plain, "unavailable") for n in sent if n not in rewordings}
        return _or_plain(drafts, rewordings, "budget"), degraded.joined(_reason(failed) for failed in failures)

    def _reserve(self, texts: int) -> int:
        """Counts the texts for today, whatever becomes of them, and returns how many of them may be sent."""
        seconds = self._now_ms() // 1000
        day = seconds // DAY_SECONDS
        if self._used_up_day == day:
            return 0
        key, counts = f"_flavour#{day_text(day)}", {"texts": texts}
        total = self._records.add(key, "texts", counts, seconds + COUNT_KEPT_SECONDS)["texts"]
        if total >= self._per_day:
            self._used_up_day = day
        return max(0, min(texts, self._per_day - (total - texts)))

    def _call_model(
        self, drafts: Sequence[tuple[int, RewriteDraft]], deadline: Deadline
    ) -> tuple[dict[int, str | None], list[StoreUnavailable]]:
        """Returns number → text, None where an answer lacks it, and the calls that failed."""
        batches = [drafts[at : at + CALL_TEXTS] for at in range(0, len(drafts), CALL_TEXTS)]
        calls = [BackgroundCall(lambda batch=batch: self._texts(batch), deadline.clock) for batch in batches]  # type: ignore[misc]  # bound now
        written: dict[int, str | None] = {}
        failures: list[StoreUnavailable] = []
        for batch, call in zip(batches, calls, strict=True):
            try:
                texts = _result(call, deadline)
            except StoreUnavailable as failed:
                failures.append(failed)
            else:
                written |= {n: texts.get(n) for n, _ in batch}
        return written, failures

    def _texts(self, drafts: Sequence[tuple[int, RewriteDraft]]) -> dict[int, str]:
        answer = self._rewriter.answer(INSTRUCTIONS, request_text(drafts), TEXT_OUTPUT_TOKENS * len(drafts))
        return read_answer(answer)


def open_checked_rewriter(
    rewriter: Rewriter | None,
    records: Records,
    now_ms: Callable[[], int],
    per_day: float,
    deadline: Callable[[float], Deadline],
) -> CheckedRewriter | None:
    """Returns the checked rewriter of a deployment, or None where it has no language model."""
    return CheckedRewriter(rewriter, records, now_ms, per_day, deadline) if rewriter else None


def require_rewriter(kind: ContentKind, count: int, rewriter: CheckedRewriter | None) -> CheckedRewriter:
    """Returns the rewriter if it can reword so many items of a kind.

    Raises:
        InvalidInput: naming `flavour` or `count` if it cannot.
    """
    complaints: list[Complaint] = []
    if kind.rewrite_draft is None:
        rewritable = " and ".join(name for name, one in TEXTS.items() if one.rewrite_draft)
        complaints.append(Complaint("flavour", f"only {rewritable} can be reworded", "use false"))
    if rewriter is None:
        complaints.append(Complaint("flavour", "this deployment has no language model", "use false"))
    if count > MOST_TEXTS:
        complaints.append(Complaint("count", f"{count} texts with flavour are too many", f"use at most {MOST_TEXTS}"))
    if complaints or rewriter is None:
        raise InvalidInput(complaints)
    return rewriter


def reworded(kind: ContentKind, items: Sequence[Mapping[str, Any]], rewriter: CheckedRewriter) -> dict[str, object]:
    """Returns the fields of an answer that rewording changes: its items, the generated texts beside them as `plain`,
    and `degraded` if the model was unavailable.
    """
    draft = kind.rewrite_draft
    if draft is None:
        raise TypeError(f"items of kind {kind.name} cannot be reworded")
    rewordings, unavailable = rewriter.reword([draft(item) for item in items])
    changed = [
        {**item, "plain": item["text"], "text": rewording.text, "flavour": rewording.outcome}
        for item, rewording in zip(items, rewordings, strict=True)
    ]
    return {"items": changed, "degraded": unavailable} if unavailable else {"items": changed}


def _result[T](call: BackgroundCall[T], deadline: Deadline) -> T:
    if call.wait(deadline.remaining):
        return call.result()
    raise StoreUnavailable(degraded.LATE)


def _or_plain(drafts: Sequence[RewriteDraft], rewordings: Mapping[int, Rewording], why: Why) -> list[Rewording]:
    """The rewording of each draft; its plain text and `why` where there is none."""
    return [rewordings.get(n) or Rewording(draft.plain, why) for n, draft in enumerate(drafts)]


def _checked(draft: RewriteDraft, text: str | None) -> Rewording:
    wrong = "malformed" if text is None else fault(draft, text)
    return Rewording(draft.plain, wrong) if text is None or wrong else Rewording(draft.filled(text))


def _reason(failed: StoreUnavailable) -> str:
    return f"texts could not be rewritten: {failed}"


def _unsendable(draft: RewriteDraft) -> Why | None:
    """The reason not to send a draft, or None."""
    if draft.has_braces:
        return "not-text"
    too_long = len(draft.source) > LONGEST or len(request_text([(MOST_TEXTS, draft)]).encode()) > DRAFT_BYTES
    return "too-long" if too_long else None
