"""Spec lists: the specs of the items of one request, one for all or one for each, and the names that errors use."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from doublebill.errors import Complaint, InvalidInput, naming
from doublebill.games.content_kind import GenerationRequest
from doublebill.schema import read


@dataclass(frozen=True, slots=True)
class SpecList[S]:
    """The specs of the items of one request."""

    specs: Sequence[S]
    """That of each item; one object where it is the same for all."""
    listed: bool = False
    """Whether the request lists them, in `specs` instead of `spec`."""

    def __len__(self) -> int:
        """Returns the number of items."""
        return len(self.specs)

    def named(self, index: int) -> AbstractContextManager[None]:
        """Returns a context whose errors name the spec of an item as the request does."""
        return naming("spec", f"specs[{index}]" if self.listed else "spec")

    def check(self, check: Callable[[S], None]) -> None:
        """Checks each spec.

        Raises:
            InvalidInput: what `check` raises for the first that is refused.
        """
        for index, spec in enumerate(self.specs if self.listed else self.specs[:1]):
            with self.named(index):
                check(spec)


def read_specs(
    wanted: type[Any],
    request: GenerationRequest,
    prepare: Callable[[Mapping[str, object]], Mapping[str, object]] = lambda spec: spec,
) -> SpecList[Any]:
    """Returns the specs of a request, each prepared and validated.

    Raises:
        InvalidInput: with a complaint about each wrong field of each spec.
    """
    if not request.specs:
        return SpecList([read(wanted, prepare(request.spec), "spec")] * request.count)
    specs: list[Any] = []
    wrong: list[Complaint] = []
    for index, spec in enumerate(request.specs):
        try:
            specs.append(read(wanted, prepare(spec), f"specs[{index}]"))
        except InvalidInput as refused:
            wrong += refused.complaints
    if wrong:
        raise InvalidInput(wrong)
    return SpecList(specs, listed=True)
