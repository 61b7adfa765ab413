"""The commands `forget`, `erasures` and `receipt`: users are erased, and it is proved."""

import json
import secrets
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from doublebill.edge.clock import now_ms
from doublebill.errors import InvalidInput, NotFound
from doublebill.model.catalog import check_catalog_name
from doublebill.service.people import erasures as people_erasures
from doublebill.service.people.erase import ErasingStores, has_anything
from doublebill.service.people.receipt import is_genuine
from doublebill_local.cli.options import UNSET, CatalogName, Flag, StackOptions, existing_file
from doublebill_local.cli.own_trainings import OwnTrainings, own_trainings
from doublebill_local.cli.people.naming import SupportId, UserId, erasing_stores, pseudonyms_of
from doublebill_local.display.console import err
from doublebill_local.display.users.erasure_tables import show_erasure, show_erasures, show_receipt
from doublebill_local.private_files import write_private

FOLLOWS = (
    "where versions were trained on them, a training without them begins; once its version serves, the earlier ones "
    "are refused, and going back to one fits its config again on the data of today"
)
"""What follows from an erasure, for the person who asks for it."""


def forget(
    catalog: CatalogName,
    user: UserId = None,
    /,
    *,
    support_id: SupportId = "",
    users: Annotated[str, UNSET, Parameter(metavar="FILE", help="several users: one user id a line")] = "",
    even_if_unknown: Annotated[
        Flag, Parameter(help="erase although nothing is stored: seals a receipt of 0 events")
    ] = False,
    options: StackOptions = StackOptions(),
) -> None:
    """Erases a user, or several, with everything that is stored of them."""
    name, home = check_catalog_name(catalog), options.open_home()
    if users and (user is not None or support_id):
        raise InvalidInput.one("--users", "given beside another user", "put all users into the file")
    with own_trainings(home, options.as_json) as trainings:
        stores = erasing_stores(options, home, trainings.jobs)
        pseudonyms = (
            [name_ for one in _lines(users) for name_ in stores.intake.pseudonyms.every(name, one)]
            if users
            else pseudonyms_of(stores.intake, name, user, support_id)
        )
        if not even_if_unknown and not has_anything(stores, name, pseudonyms):
            raise NotFound(f"catalog {name!r} has nothing stored of them; look at the id, or add --even-if-unknown")
        if not options.as_json:
            err.print(FOLLOWS, markup=False)
        begun = people_erasures.start(stores, name, pseudonyms, now_ms(), secrets.token_hex(4))
        options.answer(_gone_on(trainings, stores, begun), show_erasure)


def _gone_on(
    trainings: OwnTrainings, stores: ErasingStores, erasure: people_erasures.Erasure
) -> people_erasures.Erasure:
    """Does the trainings that an erasure queued here, and returns how far it is then."""
    while trainings.done():
        erasure = people_erasures.show(stores, erasure["catalog"], erasure["erasure_id"], now_ms())
    return erasure


def erasures(
    catalog: CatalogName,
    erasure: Annotated[str | None, Parameter(name="ERASURE", help="id of an erasure; all where it is left out")] = None,
    /,
    *,
    file: Annotated[str, UNSET, Parameter(metavar="FILE", help="new file for the receipt, as JSON")] = "",
    options: StackOptions = StackOptions(),
) -> None:
    """Lists the erasures of a catalog, or goes on with one and shows its receipt."""
    name, home = check_catalog_name(catalog), options.open_home()
    with own_trainings(home, options.as_json) as trainings:
        stores = erasing_stores(options, home, trainings.jobs)
        if erasure is None:
            options.answer(people_erasures.every(stores, name), show_erasures)
            return
        shown = _gone_on(trainings, stores, people_erasures.show(stores, name, erasure, now_ms()))
    if file:
        if "receipt" not in shown:
            raise InvalidInput.one("--file", "there is no receipt yet", "ask again a minute after the erasure")
        content = json.dumps(shown["receipt"], ensure_ascii=False, indent=1)
        write_private("--file", Path(file), content.encode() + b"\n")
    options.answer(shown, show_erasure)


def receipt(
    file: Annotated[str, Parameter(name="FILE", help="receipt of an erasure, as JSON")],
    /,
    *,
    options: StackOptions = StackOptions(),
) -> int:
    """Checks whether a receipt was sealed here and has not been changed; exit code 1 where not."""
    try:
        document = json.loads(existing_file("FILE", file, read_once=True).read_bytes())
        genuine = is_genuine(options.open_home().intake().pseudonyms, dict(document))
    except (ValueError, TypeError) as wrong:
        raise InvalidInput.one("FILE", f"{file!r} is no receipt", "use a file of `doublebill erasures`") from wrong
    options.answer({"file": file, "genuine": genuine}, show_receipt)
    return 0 if genuine else 1


def _lines(file: str) -> list[str]:
    """Returns the user ids of a file, one a line."""
    try:
        text = existing_file("--users", file, read_once=True).read_text("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise InvalidInput.one("--users", f"{file!r} is not UTF-8", "write one user id a line, as UTF-8") from wrong
    # a user id may hold other characters that str.splitlines would cut at, and parts of it may be other users
    found = [line for line in text.split("\n") if line.strip()]
    if len(found) > people_erasures.MOST_USERS:
        problem = f"{file!r} names {len(found):,} users, more than {people_erasures.MOST_USERS:,} at once"
        raise InvalidInput.one("--users", problem, "split it into files, and erase one after the other")
    if not found:
        raise InvalidInput.one("--users", f"{file!r} names nobody", "write one user id a line")
    return found
