"""The command `export`: writes a version as arrays or tables that other tools read."""

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from doublebill import schema
from doublebill.edge.clock import SYSTEM
from doublebill.errors import InvalidInput, NotFound, ObjectMissing
from doublebill.model.catalog import check_catalog_name
from doublebill.service.catalog import catalogs
from doublebill.service.registry.champions import ChampionRequest
from doublebill.service.registry.privacy.refused import check_allowed
from doublebill.service.serving.disk_cache import DiskCache
from doublebill_local.cli.options import CatalogName, StackOptions
from doublebill_local.display.console import Answer, numbered, out, working


def export(
    catalog: CatalogName,
    version: Annotated[str, Parameter(help="version to export, as `doublebill models` lists it")],
    /,
    *,
    to: Annotated[
        Literal["npz", "parquet"], Parameter(help="arrays of numpy and scipy, or tables (which needs pyarrow)")
    ] = "npz",
    folder: Annotated[str, Parameter(name="--out", metavar="FOLDER", help="folder that is made, or empty")],
    options: StackOptions = StackOptions(),
) -> None:
    """Writes the edges, items and popularity of a version as files for other tools."""
    from doublebill_local.cli.science import model_files

    name = check_catalog_name(catalog)
    wanted = schema.read(ChampionRequest, {"version": version}).version
    place = empty_folder("--out", folder)
    model_files.check_writer(to)
    home = options.open_home()
    objects = home.objects()
    catalogs.settings(objects, name)
    check_allowed(objects, name, wanted)
    with working(f"exporting {wanted}", quiet=options.as_json) as tell:
        try:
            recommender = DiskCache(objects, home.scratch(), SYSTEM).load(name, wanted)
        except ObjectMissing as missing:
            raise NotFound(f"catalog {name!r} has no version {wanted!r}") from missing
        tell(f"writing {place}")
        written = model_files.write(recommender, place, to, {"catalog": name, "version": wanted})
    options.answer(written, _show)


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


def _show(written: Answer) -> None:
    edges, items = numbered(written["edges"], "edges"), numbered(written["items"], "items")
    out.print(f"wrote {edges} of {items} to {written['folder']}:")
    for name, columns in written["files"].items():
        out.print(f"  {name}: {', '.join(columns)}", markup=False)
