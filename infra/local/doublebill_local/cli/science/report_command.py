"""The command `report`: one HTML file about a version of a catalog, or about a kind of game content."""

import secrets
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from doublebill import schema
from doublebill.edge.clock import SYSTEM
from doublebill.errors import InvalidInput
from doublebill.games.content_kind import ContentKind
from doublebill.games.seeds import SEED_LIMIT
from doublebill.games.text.kinds import TEXTS
from doublebill.model.catalog import check_catalog_name
from doublebill.service.content import generation
from doublebill.service.content.generator_cache import FindGenerator, GeneratorCache
from doublebill.service.content.requests import ContentRequest
from doublebill.service.registry.champions import ChampionRequest
from doublebill_local.cli.content.spec_words import spec_of
from doublebill_local.cli.options import UNSET, Flag, Integer, StackOptions
from doublebill_local.cli.science.export_command import check_output
from doublebill_local.cli.waiting import patience
from doublebill_local.display.console import Answer, Tell, err, out, working
from doublebill_local.report.catalog_report import catalog_report, recorded
from doublebill_local.report.content_report import MadeContent, content_report
from doublebill_local.report.html_report import Draw, html_report
from doublebill_local.report.report_parts import ReportParts

GALLERY = 6
"""Levels whose pictures a report has."""


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class GameReportOptions:
    """Options of a report on game content."""

    game: Annotated[
        str, UNSET, Parameter(metavar="KIND", help="report on this kind of game content, in place of a catalog")
    ] = ""
    seed: Annotated[Integer | None, Parameter(metavar="SEED", help="first seed of its items (default: a new one)")] = (
        None
    )
    count: Annotated[Integer, Parameter(metavar="N", help="number of its items, 2 to 100")] = 40
    spec: Annotated[
        tuple[str, ...], UNSET, Parameter(metavar="CONTROL=VALUE", help="a control of its items, as of generate")
    ] = ()


def report(
    catalog: Annotated[str, UNSET, Parameter(help="name of the catalog; or use --game")] = "",
    version: Annotated[str, UNSET, Parameter(help="version to report on (default: the champion)")] = "",
    /,
    *,
    compare: Annotated[
        str, UNSET, Parameter(metavar="VERSION", help="compare with this version, both fitted again")
    ] = "",
    games: GameReportOptions = GameReportOptions(),
    output: Annotated[str, UNSET, Parameter(metavar="FILE", help="file to write (default: CATALOG-report.html)")] = "",
    tables_only: Annotated[Flag, Parameter(help="draw no plots, which need matplotlib")] = False,
    options: StackOptions = StackOptions(),
) -> None:
    """Writes the report on a version, or on a kind of game content, as one HTML file."""
    if bool(catalog) == bool(games.game):
        problem = "given beside --game" if catalog else "missing"
        raise InvalidInput.one("CATALOG", problem, "name a catalog, or use --game KIND")
    if games.game and compare:
        raise InvalidInput.one("--compare", "given beside --game", "compare versions of a catalog")
    draw = None if tables_only else _plots(options.as_json)
    name = games.game or check_catalog_name(catalog)
    file = Path(output or f"{name}-report.html")
    check_output("--output", file)
    with working(f"reporting on {name}", quiet=options.as_json) as tell:
        if games.game:
            subject, parts = {"kind": name}, _of_content(games, options)
        else:
            subject, parts = _of_version(options, name, (version, compare), tell)
        page = html_report(parts, draw).encode()
        file.write_bytes(page)
    options.answer({**subject, "file": str(file), "size_bytes": len(page)}, _show)


def _plots(quiet: bool) -> Draw | None:
    """Returns the function that draws charts; None without matplotlib, which is said unless `quiet`."""
    from doublebill_local.report.svg_plots import plot

    try:
        import_module("matplotlib")
    except ImportError:
        if not quiet:
            how = "pip install 'matplotlib>=3.10', which is the extra `report`"
            err.print(f"tables only: plots need matplotlib ({how})", markup=False)
        return None
    return plot


def _of_version(
    options: StackOptions, catalog: str, named: tuple[str, str], tell: Tell
) -> tuple[dict[str, str], ReportParts]:
    """Returns the parts of the report on a version, beside the other one that is named where there is one."""
    version, other = (schema.read(ChampionRequest, {"version": one}).version if one else "" for one in named)
    home = options.open_home()
    found, comparison = recorded(home.objects(), catalog, version), None
    if other:
        from doublebill.fit.selection.study import SEED
        from doublebill.service.analysis import compare_versions

        both = (other, found.version)
        comparison = compare_versions.compare(home.objects(), catalog, both, ("", SEED), tell, home.kept_since_ms())
    return {"catalog": catalog, "version": found.version}, catalog_report(found, comparison)


def _of_content(games: GameReportOptions, options: StackOptions) -> ReportParts:
    """Returns the parts of the report on a batch of content."""
    seed = secrets.randbelow(SEED_LIMIT) if games.seed is None else games.seed
    if games.count < 2:
        raise InvalidInput.one("--count", f"{games.count} is too few for a report", "use 2 to 100")
    cache = GeneratorCache(options.open_home().objects(), SYSTEM, refresh_seconds=0.0)
    deadline = patience()

    def find(kind: str, corpus: str | None, model_version: str | None) -> ContentKind:
        return cache.find(kind, corpus, model_version, deadline)

    spec = spec_of(games.spec)
    request = schema.read(ContentRequest, {"spec": spec, "seed": seed, "count": games.count})
    answer = generation.generate(games.game, request, lambda: seed, find, batch=True)
    levels = [] if games.game in TEXTS else answer["items"][:GALLERY]
    pictures = [_picture(games.game, spec, level["seed"], find) for level in levels]
    return content_report(MadeContent(games.game, answer, seed, games.count, games.spec, pictures))


def _picture(kind: str, spec: object, seed: int | str, find: FindGenerator) -> str:
    """Returns the level of a seed as the product draws it, with the way of its proof."""
    fields = {"spec": spec, "seed": seed, "format": "svg", "solution": True}
    request = schema.read(ContentRequest, fields)
    files = generation.generate_files(kind, request, lambda: 0, find).files
    return next(one.content.decode() for one in files if not one.beside)


def _show(written: Answer) -> None:
    size = written["size_bytes"] / 1e6
    out.print(f"wrote {written['file']} ({size:.2f} MB); open it in a browser, or print it", markup=False)
