"""The user of a command, named by user id or by support id."""

from typing import Annotated

from cyclopts import Parameter

from doublebill.errors import InvalidInput
from doublebill.service.ingesting.ingest import Intake
from doublebill_local.cli.options import UNSET

UserId = Annotated[str | None, Parameter(name="USER", help="user id")]

SupportId = Annotated[
    str, UNSET, Parameter(metavar="PSEUDONYM", help="the user by the pseudonym that exports and receipts name")
]


def pseudonym_of(intake: Intake, user: str | None, support_id: str) -> str:
    """Returns the pseudonym of the user that a command names.

    Raises:
        InvalidInput: when it names the user in both ways, or in none.
    """
    if (user is None) != bool(support_id):
        problem = "missing" if user is None else "named beside --support-id"
        raise InvalidInput.one("USER", problem, "name a user id, or use --support-id")
    return support_id if user is None else intake.pseudonyms.of(user)
