"""The command `compare`: two versions on the same held-out users."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from doublebill.errors import InvalidInput
from doublebill.model.catalog import check_catalog_name
from doublebill_local.cli.options import CatalogName, Integer, StackOptions
from doublebill_local.cli.science.short_versions import whole_version
from doublebill_local.display.comparisons import show_comparison
from doublebill_local.display.console import working


def compare(
    catalog: CatalogName,
    first: Annotated[str, Parameter(name="VERSION", help="version to compare with")],
    second: Annotated[str, Parameter(name="OTHER", help="version that is compared")],
    /,
    *,
    split: Annotated[
        Literal["random", "newest", "liked", "calendar", "met", "last"] | None,
        Parameter(help="split of the users, as of evaluate (default: the one that decides in a training)"),
    ] = None,
    seed: Annotated[
        Integer | None, Parameter(metavar="INTEGER", help="picks the test users (default: those of a training)")
    ] = None,
    options: StackOptions = StackOptions(),
) -> Mapping[str, str]:
    """Fits the configs of two versions again without test users, and measures both on them."""
    from doublebill.fit.selection.study import SEED
    from doublebill.service.analysis import compare_versions

    name = check_catalog_name(catalog)
    if seed is not None and seed < 0:
        raise InvalidInput.one("--seed", f"{seed} is negative", "use an integer from 0")
    home = options.open_home()
    wanted = whole_version(home.objects(), name, first), whole_version(home.objects(), name, second)
    question = (split or "", SEED if seed is None else seed)
    with working(f"comparing versions of {name}", quiet=options.as_json) as tell:
        answer = compare_versions.compare(home.objects(), name, wanted, question, tell, home.kept_since_ms())
    options.answer(answer, show_comparison)
    return better_one(answer)


def better_one(answer: Mapping[str, Any]) -> dict[str, str]:
    """Returns the version that the verdict prefers, where it is not the champion, for the next command."""
    first, second = answer["versions"]
    better = {"better": second, "worse": first}.get(answer["verdict"]["outcome"], "")
    return {"better": better} if better and better != answer["champion"] else {}
