"""The command `export`: writes a version as arrays or tables that other tools read, or as a page that answers."""

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from doublebill.edge.clock import SYSTEM, now_ms
from doublebill.errors import InvalidInput, NoModel, NotFound, ObjectMissing
from doublebill.model.catalog import check_catalog_name
from doublebill.service.analysis.past_answers import Past
from doublebill.service.catalog import catalogs
from doublebill.service.registry.privacy.refused import check_allowed
from doublebill.service.serving.disk_cache import DiskCache
from doublebill_local.cli.options import UNSET, CatalogName, StackOptions
from doublebill_local.cli.science.short_versions import whole_version
from doublebill_local.cli.waiting import patience
from doublebill_local.display.console import Answer, numbered, out, working


def export(
    catalog: CatalogName,
    version: Annotated[
        str, UNSET, Parameter(help="version to export, as `doublebill models` lists it; the champion for html")
    ] = "",
    /,
    *,
    to: Annotated[
        Literal["npz", "parquet", "html"],
        Parameter(help="arrays of numpy and scipy, tables (which needs pyarrow), or a web page that answers offline"),
    ] = "npz",
    output: Annotated[
        str,
        UNSET,
        Parameter(
            name=("--out", "--output"),
            metavar="PATH",
            help="folder that is made, or empty; for html the file (default: CATALOG.html)",
        ),
    ] = "",
    options: StackOptions = StackOptions(),
) -> None:
    """Writes the edges, items and popularity of a version as files for other tools, or a page that answers offline."""
    name = check_catalog_name(catalog)
    wanted = whole_version(options.open_home().objects(), name, version) if version else ""
    if to == "html":
        options.answer(_page(options, name, wanted, Path(output or f"{name}.html")), _show_page)
    else:
        options.answer(_files(options, name, wanted, to, output), _show)


def _page(options: StackOptions, catalog: str, version: str, file: Path) -> Answer:
    """Writes the page of a version, of the champion where none is named, and returns its description."""
    from doublebill_local.offline.offline_page import offline_page

    home = options.open_home()
    check_output("--output", file)
    if version:
        check_allowed(home.objects(), catalog, version)
    with working(f"exporting {version or 'the champion'}", quiet=options.as_json):
        if version:
            serving = Past(home.intake(), home.disk_cache(), catalog, now_ms(), version).serving(version)
        else:
            serving = home.warm().serving(catalog, patience())
        if serving.degraded:
            raise NoModel(f"the champion of catalog {catalog!r} cannot be exported: {serving.degraded}")
        page = offline_page(catalog, serving, now_ms()).encode()
        file.write_bytes(page)
    return {"catalog": catalog, "version": serving.version, "file": str(file), "size_bytes": len(page)}


def _files(options: StackOptions, catalog: str, version: str, form: str, folder: str) -> Answer:
    """Writes a version as arrays or tables, and returns their description."""
    from doublebill_local.cli.science import model_files

    if not version:
        raise InvalidInput.one("VERSION", "missing", f"name a version; `doublebill models {catalog}` lists them")
    place = empty_folder("--out", folder)
    model_files.check_writer(form)
    home = options.open_home()
    objects = home.objects()
    catalogs.settings(objects, catalog)
    check_allowed(objects, catalog, version)
    with working(f"exporting {version}", quiet=options.as_json) as tell:
        try:
            recommender = DiskCache(objects, home.scratch(), SYSTEM).load(catalog, version)
        except ObjectMissing as missing:
            raise NotFound(f"catalog {catalog!r} has no version {version!r}") from missing
        tell(f"writing {place}")
        return model_files.write(recommender, place, form, {"catalog": catalog, "version": version})


def check_output(option: str, file: Path) -> None:
    """Checks that a file can be written, before anything is made for it.

    Raises:
        InvalidInput: when it is a folder, or its folder does not exist.
    """
    if file.is_dir() or not file.parent.is_dir():
        raise InvalidInput.one(option, f"{str(file)!r} is no file in a folder that exists", "name a file")


def empty_folder(option: str, name: str) -> Path:
    """Returns the path of a folder that is not there yet, or is empty.

    Raises:
        InvalidInput: when it is a file, or has any.
    """
    folder = Path(name)
    if not name or (folder.exists() and not folder.is_dir()):
        raise InvalidInput.one(option, f"{name!r} is no folder", "name a folder that does not exist yet")
    if folder.is_dir() and any(folder.iterdir()):
        raise InvalidInput.one(option, f"{name!r} has files already", "name a folder that is empty or does not exist")
    return folder


def _show_page(written: Answer) -> None:
    size = written["size_bytes"] / 1e6
    out.print(f"wrote version {written['version']} to {written['file']} ({size:.1f} MB); open it in a browser")


def _show(written: Answer) -> None:
    edges, items = numbered(written["edges"], "edges"), numbered(written["items"], "items")
    out.print(f"wrote {edges} of {items} to {written['folder']}:")
    for name, columns in written["files"].items():
        out.print(f"  {name}: {', '.join(columns)}", markup=False)
