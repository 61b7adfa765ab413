"""Options of `evaluate` that exchange files with other tools: a split that goes out, predictions that come back."""

from dataclasses import dataclass
from typing import Annotated

from cyclopts import Parameter

from doublebill.errors import InvalidInput
from doublebill_local.cli.options import StackOptions
from doublebill_local.cli.science.export_command import empty_folder
from doublebill_local.display.comparisons import show_predictions, show_split
from doublebill_local.display.console import working


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class ExchangeOptions:
    """Options that exchange files with other tools."""

    write_split: Annotated[
        str | None,
        Parameter(metavar="FOLDER", help="write the split as CSV, users as numbers, and evaluate nothing"),
    ] = None
    predictions: Annotated[
        str | None,
        Parameter(metavar="FILE", help="measure these lists too: CSV or JSON lines of user, item, and score or rank"),
    ] = None
    read_split: Annotated[
        str | None,
        Parameter(metavar="FOLDER", help="use the split and seed of this folder, if the data are still the same"),
    ] = None

    @property
    def used(self) -> bool:
        """Returns whether any is there."""
        return any(one is not None for one in (self.write_split, self.predictions, self.read_split))

    def run(self, catalog: str, version: str, question: tuple[str, int], options: StackOptions) -> None:
        """Writes the split, or measures predictions beside a version; `question` is the name of the split and its seed.

        Raises:
            InvalidInput: when the options do not go together, or a file is wrong.
        """
        from doublebill.service.analysis.evaluate_predictions import beside
        from doublebill.service.analysis.refitted import split_data
        from doublebill_local.cli.science import split_files

        if self.write_split is not None and (self.predictions is not None or self.read_split is not None):
            raise InvalidInput.one("--write-split", "given beside files to read", "write a split first")
        if self.write_split is None and self.predictions is None:
            raise InvalidInput.one("--read-split", "given without --predictions", "name a file of predictions")
        home = options.open_home()
        objects, since_ms = home.objects(), home.kept_since_ms()
        if self.write_split is not None:
            folder = empty_folder("--write-split", self.write_split)
            with working(f"writing a split of {catalog}", quiet=options.as_json):
                answer = split_files.write_split(split_data(objects, catalog, *question, since_ms), catalog, folder)
            options.answer(answer, show_split)
            return
        written = None if self.read_split is None else split_files.read_split(self.read_split)
        predictions = split_files.read_predictions(self.predictions or "")
        with working(f"evaluating {catalog}", quiet=options.as_json) as tell:
            name, seed = (str(written["split"]), int(written["seed"])) if written else question
            data = split_data(objects, catalog, name, seed, since_ms)
            if written:
                split_files.check_same(data, written, catalog)
            answer = beside(objects, catalog, version, data, predictions, tell)
        options.answer(answer, show_predictions)
