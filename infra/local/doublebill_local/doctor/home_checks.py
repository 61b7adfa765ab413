"""Checks of a state folder: disk space, the file of the histories, what earlier repairs left."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from doublebill.stores.sqlite import REPAIR
from doublebill_local.doctor.finding import Finding, guarded
from doublebill_local.doctor.store_checks import check_stores
from doublebill_local.host.histories_file import check_histories_file, is_whole
from doublebill_local.host.home import Home

LITTLE_BYTES = 1_000_000_000
"""Free space below which a large import or training may not fit."""
NO_BYTES = 50_000_000


def check_home(home: Home) -> list[Finding]:
    """Returns what is wrong with a state folder."""
    if not home.folder.is_dir():
        return [Finding("folder", "ok", f"{home.folder} is not there yet; the first import makes it")]
    findings = [_space(home.folder), *guarded("histories", lambda: _histories(home))]
    return findings + check_stores(home, None, read_log=True)


def _space(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    detail = f"{free / 1e9:.1f} GB are free in {folder}"
    if free >= LITTLE_BYTES:
        return Finding("disk space", "ok", detail)
    return Finding(
        "disk space", "wrong" if free < NO_BYTES else "warning", detail, "make room, or use --home elsewhere"
    )


def _histories(home: Home) -> Iterator[Finding]:
    file = home.histories_file()
    check_histories_file(file, home.objects())
    if file.exists() and not is_whole(file):
        yield Finding("histories", "wrong", f"{file.name} is damaged", REPAIR)
    else:
        yield Finding("histories", "ok", f"{file.name} is {'whole' if file.exists() else 'not there yet'}")
    left = sorted(one.name for one in home.folder.glob(f"{file.name}.damaged-*") if "-wal" not in one.name)
    if left:
        yield Finding(
            "histories", "warning", f"{', '.join(left)} was set aside by a repair", "remove it when all is well"
        )
