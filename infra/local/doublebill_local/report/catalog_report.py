"""The report on a version of a catalog, from what its run has recorded: nothing is measured anew but a comparison."""

from dataclasses import dataclass
from typing import Any, cast

from doublebill.errors import NotFound
from doublebill.service.catalog.imported import import_records
from doublebill.service.registry import champions, model_list, run_list, runs
from doublebill.stores.objects import Objects
from doublebill_local.report.card_sections import card_sections
from doublebill_local.report.comparison_sections import comparison_section
from doublebill_local.report.data_sections import data_sections
from doublebill_local.report.figures import Json
from doublebill_local.report.quality_sections import quality_sections
from doublebill_local.report.report_parts import ReportParts, Section
from doublebill_local.report.search_sections import search_sections


@dataclass(frozen=True)
class RecordedVersion:
    """Everything that is stored of a version."""

    catalog: str
    card: Json
    record: Json
    """Of the latest run that made it."""
    imports: Json

    @property
    def version(self) -> str:
        return str(self.card["version"])


def recorded(objects: Objects, catalog: str, version: str) -> RecordedVersion:
    """Returns what is stored of a version, of the champion where `version` is empty.

    Raises:
        NotFound: when there is no such catalog, version or champion.
    """
    if not version:
        champion = champions.read_champion(objects, catalog)
        if champion is None:
            run_list.run_list(objects, catalog, run_list.RunListOptions(n=1), 0)  # names the catalog that there is not
            raise NotFound(f"catalog {catalog!r} has no champion; train it, or name a version")
        version = champion.version
    card = cast(Json, model_list.model(objects, catalog, version))
    record = runs.of_version(objects, catalog, version)
    return RecordedVersion(catalog, card, record, cast(Json, import_records.listed(objects, catalog)))


def catalog_report(found: RecordedVersion, comparison: dict[str, Any] | None = None) -> ReportParts:
    """Returns the parts of the report on a version, beside another one where there is a comparison."""
    run = str(found.card["run"])
    command = f"doublebill run {found.catalog} {run} --json"
    measure = f"doublebill evaluate {found.catalog} --version {found.version}"
    report = found.card["report"]
    sections: list[Section] = [
        *quality_sections(report, command, measure),
        *([comparison_section(comparison)] if comparison else []),
        *search_sections(report, command),
        _peers(found.catalog),
        *data_sections(found.record, found.imports, found.catalog, command),
        *card_sections(found.card, found.record, found.catalog, command),
    ]
    state = "champion" if found.card["champion"] else "not the champion"
    lead = f"Version {found.version} ({state}), trained {str(found.card['created'])[:16].replace('T', ' ')} UTC"
    return ReportParts(f"{found.catalog}: report", lead, sections)


def _peers(catalog: str) -> Section:
    words = (
        "Trainings compare with baselines only. Lists of another system are measured on the same test users by "
        f"doublebill evaluate {catalog} --predictions FILE."
    )
    return Section("Other systems", [words])
