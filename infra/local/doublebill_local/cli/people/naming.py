"""The user of a command, named by user id or by support id, and the stores from which users are erased."""

from typing import Annotated

from cyclopts import Parameter

from doublebill.errors import InvalidInput
from doublebill.service.ingesting.ingest import Intake
from doublebill.service.people.erase import ErasingStores
from doublebill.service.people.receipt import CopiesKept
from doublebill.stores.jobs import Jobs
from doublebill_local.cli.options import UNSET, StackOptions
from doublebill_local.host.home import Home

UserId = Annotated[str | None, Parameter(name="USER", help="user id")]

SupportId = Annotated[
    str, UNSET, Parameter(metavar="PSEUDONYM", help="the user by the pseudonym that exports and receipts name")
]


def pseudonyms_of(intake: Intake, catalog: str, user: str | None, support_id: str) -> list[str]:
    """Returns the pseudonyms of the user that a command names, the newest first.

    Raises:
        InvalidInput: when it names the user in both ways, or in none.
    """
    if (user is None) != bool(support_id):
        problem = "missing" if user is None else "named beside --support-id"
        raise InvalidInput.one("USER", problem, "name a user id, or use --support-id")
    return [support_id] if user is None else intake.pseudonyms.every(catalog, user)


def erasing_stores(options: StackOptions, home: Home, jobs: Jobs) -> ErasingStores:
    """Returns the stores that have something of users, and the jobs that train without them."""
    copies = CopiesKept(None, versioned=True) if options.stack else CopiesKept()
    return ErasingStores(home.intake(), jobs, copies, home.erasure_days())
