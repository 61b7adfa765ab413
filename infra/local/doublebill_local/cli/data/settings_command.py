"""The command `settings`: shows the settings of a catalog, or changes them."""

from dataclasses import dataclass
from typing import Annotated

from cyclopts import Parameter

from doublebill import schema
from doublebill.errors import InvalidInput
from doublebill.model.catalog import check_catalog_name
from doublebill.service.catalog import catalog_record
from doublebill.service.catalog.catalog_record import SettingsRequest
from doublebill.values.rating_scale import RatingScale
from doublebill_local.cli.options import UNSET, CatalogName, StackOptions, YesNo
from doublebill_local.display.catalog_settings import show_settings

LEARNT, NONE, DEFAULT = "learnt", "none", "default"
FLAGS = ("verdict", "repeats")


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class SettingOptions:
    """Options that change settings; without any the settings are shown."""

    kind: Annotated[
        tuple[str, ...],
        UNSET,
        Parameter(
            metavar="NAME=WEIGHT",
            help="add or change an event kind, such as addtocart=2 or returned=-1,verdict; may be repeated",
        ),
    ] = ()
    rating_scale: Annotated[
        str, UNSET, Parameter(metavar="LOW..HIGH", help="lowest and highest rating, such as 1..5; or learnt")
    ] = ""
    unrated: Annotated[
        str, UNSET, Parameter(metavar="RATING", help='the rating that means "not rated" in files; or none')
    ] = ""
    exclude_seen: Annotated[YesNo | None, Parameter(help="whether recommendations leave out items of the history")] = (
        None
    )

    epsilon: Annotated[
        str, UNSET, Parameter(metavar="NUMBER", help="make every training private with this epsilon; or none")
    ] = ""
    delta: Annotated[float | None, UNSET, Parameter(metavar="NUMBER", help="delta of private trainings")] = None
    total_epsilon: Annotated[
        float | None, UNSET, Parameter(metavar="NUMBER", help="epsilon that all private trainings together may spend")
    ] = None
    minimum_users: Annotated[
        str,
        UNSET,
        Parameter(metavar="K", help="users that a pair of items must have in common to be learned from; or default"),
    ] = ""

    def fields(self) -> dict[str, object]:
        """Returns the fields of the request that the options make.

        Raises:
            InvalidInput: when an option cannot be read.
        """
        fields: dict[str, object] = {}
        if self.kind:
            fields["kinds"] = dict(map(_kind, self.kind))
        if self.rating_scale:
            learnt = self.rating_scale == LEARNT
            fields["rating_scale"] = None if learnt else RatingScale.of_text(self.rating_scale).to_json()
        if self.unrated:
            fields["unrated"] = None if self.unrated == NONE else _number("--unrated", self.unrated)
        if self.exclude_seen:
            fields["exclude_seen"] = self.exclude_seen == "yes"
        if privacy := self._privacy():
            fields["privacy"] = privacy
        if self.minimum_users:
            fields["minimum_users"] = None if self.minimum_users == DEFAULT else _whole(self.minimum_users)
        return fields

    def _privacy(self) -> dict[str, object]:
        """Returns the privacy settings to change."""
        found: dict[str, object] = {}
        if self.epsilon:
            found["epsilon"] = None if self.epsilon == NONE else _number("--epsilon", self.epsilon)
        numbers = {"delta": self.delta, "total_epsilon": self.total_epsilon}
        return found | {name: number for name, number in numbers.items() if number is not None}


def settings(
    catalog: CatalogName,
    /,
    *,
    changes: SettingOptions = SettingOptions(),
    options: StackOptions = StackOptions(),
) -> None:
    """Shows the settings of a catalog, or changes them."""
    name, objects = check_catalog_name(catalog), options.open_home().objects()
    request = schema.read(SettingsRequest, changes.fields())
    if request == SettingsRequest():
        options.answer(catalog_record.read(objects, name).settings(), show_settings)
    else:
        options.answer(catalog_record.put_settings(objects, name, request), show_settings)


def _kind(text: str) -> tuple[str, dict[str, object]]:
    """Returns the name and the fields of a kind, of `name=weight,flag`."""
    name, equals, rest = text.partition("=")
    weight, *flags = rest.split(",")
    if not equals or not set(flags) <= set(FLAGS):
        raise InvalidInput.of_value("--kind", text, "NAME=WEIGHT, then perhaps ,verdict or ,repeats")
    return name, {"weight": _number("--kind", weight), **dict.fromkeys(flags, True)}


def _whole(text: str) -> int:
    if not text.isdecimal():
        raise InvalidInput.of_value("--minimum-users", text, "a whole number from 1, or default")
    return int(text)


def _number(option: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise InvalidInput.of_value(option, text, "a number") from None
