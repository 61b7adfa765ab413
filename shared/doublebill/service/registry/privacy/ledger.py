"""Ledgers of privacy: what the private trainings of a catalog have spent, in ledgers/<catalog>.json.

    {"catalog", "nano_rho": spent altogether, in billionths of ρ, "trainings": how many spent it,
     "latest": [{"run", "attempt", "nano_rho", "epsilon", "delta", "spent_ms"}, …], the newest first}

The budgets of trainings add up (see `doublebill.values.privacy_claim`), and the sum stays below what the total of the
catalog's settings allows. A training writes here before it draws any noise, and nothing is ever given back: neither by
a crash, whose noise nobody may have seen, nor by removing the version, the catalog or the data, since who has seen a
version still knows it. Another attempt at a run draws fresh noise, and pays again. Rolling back releases nothing new.
"""

import json
import math
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from doublebill.errors import BudgetSpent, ObjectMissing, StoreUnavailable
from doublebill.model.catalog import check_catalog_name
from doublebill.stores.compare_and_swap import swap
from doublebill.stores.objects import Objects
from doublebill.values.privacy_claim import PrivacyClaim, epsilon_of, nano_rho_of

LATEST = 100
"""Spendings that a ledger names one by one."""


@dataclass(frozen=True)
class Spending:
    """The privacy that one attempt at a training spent."""

    run: str
    attempt: str
    nano_rho: int
    epsilon: float
    delta: float
    spent_ms: int


@dataclass(frozen=True)
class Ledger:
    """The privacy that the private trainings of a catalog have spent."""

    catalog: str
    nano_rho: int = 0
    trainings: int = 0
    latest: tuple[Spending, ...] = ()

    @classmethod
    def from_bytes(cls, data: bytes, catalog: str) -> "Ledger":
        """Returns the ledger in the bytes of its object.

        Raises:
            StoreUnavailable: when they are no ledger; what was spent is then unknown, so nothing may be spent.
        """
        try:
            fields: Mapping[str, Any] = json.loads(data)
            nano_rho, trainings = fields["nano_rho"], fields["trainings"]
            latest = tuple(Spending(**one) for one in fields["latest"])
        except (ValueError, TypeError, KeyError) as wrong:
            raise _unreadable(catalog) from wrong
        named = sum(one.nano_rho for one in latest)
        if not isinstance(nano_rho, int) or not isinstance(trainings, int) or nano_rho < named:
            raise _unreadable(catalog)
        return cls(catalog, nano_rho, trainings, latest)

    def to_bytes(self) -> bytes:
        """Returns the ledger as the bytes of its object."""
        return json.dumps(asdict(self)).encode()

    def after(self, spending: Spending) -> "Ledger":
        """Returns the ledger with one spending more."""
        latest = (spending, *self.latest)[:LATEST]
        return Ledger(self.catalog, self.nano_rho + spending.nano_rho, self.trainings + 1, latest)

    def spent(self, delta: float) -> float:
        """Returns the ε at δ that everything spent so far guarantees together."""
        return epsilon_of(self.nano_rho, delta)

    def left(self, total: PrivacyClaim) -> int:
        """Returns the billionths of ρ that are left of a total."""
        return max(nano_rho_of(total) - self.nano_rho, 0)

    def check(self, claim: PrivacyClaim, total: PrivacyClaim) -> None:
        """Raises `BudgetSpent` where too little is left of a total for a training with this claim."""
        left = self.left(total)
        if nano_rho_of(claim) > left:
            smaller = math.floor(100 * epsilon_of(left, claim.delta)) / 100
            fix = f"train with epsilon {smaller:g} or less, or raise" if smaller else "raise"
            raise BudgetSpent(
                f"the privacy budget of catalog {self.catalog!r} has no {claim} left: {self.trainings} trainings "
                f"have spent epsilon {self.spent(total.delta):.3g} of {total.epsilon:g} at delta {total.delta:g}; "
                f"{fix} the total: doublebill settings {self.catalog} --total-epsilon NUMBER"
            )


def _unreadable(catalog: str) -> StoreUnavailable:
    key = ledger_key(catalog)
    return StoreUnavailable(f"{key} cannot be read, so what is left is unknown; put back its newest copy")


def ledger_key(catalog: str) -> str:
    """Returns the key of the ledger of a catalog."""
    return f"ledgers/{check_catalog_name(catalog)}.json"


def read(objects: Objects, catalog: str) -> Ledger:
    """Returns the ledger of a catalog, empty before its first private training.

    Raises:
        StoreUnavailable: when it cannot be read.
    """
    try:
        data = objects.get(ledger_key(catalog)).data
    except ObjectMissing:
        return Ledger(catalog)
    return Ledger.from_bytes(data, catalog)


def spend(
    objects: Objects, catalog: str, run: str, claim: PrivacyClaim, total: PrivacyClaim, now_ms: int, attempt: str = ""
) -> Ledger:
    """Writes down the spending of one attempt at a training, and returns the ledger with it.

    `attempt` makes the spendings of two attempts at one run two; by default a new one.

    Raises:
        BudgetSpent: when too little is left of the total.
        Conflict, StoreUnavailable: as `swap`; whether anything was spent is then unknown, so no noise may be drawn.
    """
    spending = Spending(run, attempt or secrets.token_hex(8), nano_rho_of(claim), claim.epsilon, claim.delta, now_ms)
    written = Ledger(catalog)

    def changed(data: bytes | None) -> bytes | None:
        nonlocal written
        before = Ledger(catalog) if data is None else Ledger.from_bytes(data, catalog)
        if any(one.attempt == spending.attempt for one in before.latest):  # by a write that was not confirmed
            written = before
            return None
        before.check(claim, total)
        written = before.after(spending)
        return written.to_bytes()

    swap(objects, ledger_key(catalog), changed)
    return written
