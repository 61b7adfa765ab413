"""Backups of a whole deployment in a folder, and what a restored one is checked against.

    objects/…            every object under its key, but for leases, and sums of a training at work
    histories.sqlite     the histories of a state folder; those of a stack are made again from the log of events
    objects.jsonl        key, size and SHA-256 of each object, one a line
    ../erasures.jsonl    beside the folder: the erasures of every backup that was made there, see `replay`
    backup.json          format, time, numbers and the fingerprint of the pseudonym key, which is not in the backup

A restore that has not ended leaves `restores/unfinished.json` in the stores, with a digest of its backup: the same
backup may be restored over it, and nothing else may be restored.

Objects that point to others are copied in an order in which each of them finds what it points to: records of erasures
first, so that one is unfinished wherever a champion is from before its end, and goes on when it is restored; then
champions, since versions stay for days after they are needed; requests before the index of the blocks that they may
have been joined into, and the blocks last. An index whose blocks were replaced meanwhile is copied again.
"""

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import filterfalse
from pathlib import Path

from doublebill.errors import InvalidInput, ObjectMissing, StoreUnavailable
from doublebill.service.access.pseudonym_key import recorded_fingerprint
from doublebill.service.catalog import catalogs
from doublebill.service.catalog.blocks.block_index import index_key, read_index
from doublebill.service.catalog.blocks.item_blocks import ITEMS
from doublebill.service.catalog.blocks.log_blocks import LOG
from doublebill.service.people import replay
from doublebill.service.people.erasure_record import Fields
from doublebill.service.people.replay import UNFINISHED
from doublebill.service.registry import runs
from doublebill.stores.objects import FolderObjects, Objects

FORMAT = 1

MANIFEST, LISTED, HISTORIES = "backup.json", "objects.jsonl", "histories.sqlite"

ERASURES = "erasures.jsonl"

UPLOADED = "spark/"
"""What EMR Serverless runs, which comes from a checkout."""

OUTLIVING = ("erasures/", "tombstones/", UPLOADED)
"""What an emptied deployment may still have: who was erased from it, and what was uploaded for it."""

LEFT_OUT = ("leases/", "sums/", "restores/", UPLOADED)
"""A restored deployment trains nothing yet; generations go on from those of the champions."""

FIRST = ("champions/", "priors/")

BEFORE = "erasures/"
"""Copied even before those."""

TRIES = 10
"""Copies of the blocks of a catalog while compactions replace them."""


def back_up(objects: Objects, histories: Path | None, folder: Path, now_ms: int) -> dict[str, object]:
    """Copies every object, and the file of the histories where there is one, to a new folder; returns the manifest.

    Raises:
        InvalidInput: when the folder has something in it.
        StoreUnavailable: when the store does not answer, or blocks were replaced while they were copied.
    """
    if folder.exists() and any(folder.iterdir()):
        raise InvalidInput.one("FOLDER", f"{str(folder)!r} is not empty", "name a new folder")
    copy = FolderObjects(folder.resolve() / "objects")
    copy_all(objects, copy)
    if histories is not None and histories.exists():
        _copy_histories(histories, folder / HISTORIES)
    return _describe(copy, folder, now_ms)


def copy_all(objects: Objects, copy: Objects) -> None:
    """Copies every object while others are written.

    Raises:
        StoreUnavailable: when the store does not answer, or blocks were replaced while they were copied.
    """
    listed = [key for key in objects.keys("") if not key.startswith(LEFT_OUT)]
    blocks = tuple(form.folder(name) for name in catalogs.names(objects) for form in (LOG, ITEMS))
    _copy(objects, copy, (key for key in listed if key.startswith(BEFORE)))
    _copy(objects, copy, (key for key in listed if key.startswith(FIRST)))
    _copy(objects, copy, (key for key in listed if not key.startswith((BEFORE, *FIRST, *blocks))))
    for place in blocks:
        _copy_blocks(objects, copy, place)


@dataclass(frozen=True)
class Restored:
    """The contents of a restored deployment."""

    manifest: dict[str, object]
    again: Sequence[Fields]
    """Records of the erasures that are made again."""


def note_erasures(objects: Objects, file: Path) -> int:
    """Adds the erasures of a deployment to a list outside of it, and returns the number of all in it.

    Raises:
        InvalidInput: when the file is no such list.
        StoreUnavailable: when a record cannot be read.
    """
    before = replay.from_bytes(file.read_bytes()) if file.exists() else []
    noted = replay.to_bytes([*before, *replay.erasures_of(objects)])
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f"{file.name}.new")
    new.touch(0o600)
    new.write_bytes(noted)
    new.replace(file)
    return noted.count(b"\n")


def restore(
    objects: Objects,
    histories: Path | None,
    folder: Path,
    erased: Sequence[Fields] = (),
    forget: Callable[[str, str], object] = lambda _catalog, _user: None,
    now_ms: int = 0,
) -> Restored:
    """Puts a backup into empty stores, the champions last, after all of it was checked; then call `finish`.

    Killed anywhere before that, or where anything after it fails, call it again with the same backup.

    Of the erasures in `erased`, and of those that the stores still have, those which the backup does not know are made
    again before the champions are there: `forget` removes the history of a pseudonym.

    `histories` is the file of the histories of a state folder. Where the backup has none, or they lie elsewhere, they
    have to be made again from the log: `histories` of the manifest says `rebuild`.

    Raises:
        InvalidInput: when the folder is no backup, or an object of it is missing or damaged, which is named.
        StoreUnavailable: when the stores are not empty, or do not answer.
    """
    manifest = _read_manifest(folder)
    copy = FolderObjects(folder.resolve() / "objects")
    keys = _checked_keys(copy, folder / LISTED)
    _begin(objects, hashlib.sha256((folder / LISTED).read_bytes()).hexdigest())
    later = replay.later_than(keys, [*erased, *replay.erasures_of(objects)])
    replay.bury(objects, later)
    for key in filterfalse(_is_first, keys):
        objects.put(key, copy.get(key).data)
    if histories is None or not _restore_histories(folder / HISTORIES, histories):
        manifest = {**manifest, "histories": "rebuild"}
    again = replay.begin_again(objects, later, now_ms)
    for one in again:
        for user in one["pseudonyms"]:
            forget(one["catalog"], user)
    for key in sorted(filter(_is_first, keys), reverse=True):  # the priors before the champions
        catalog, data = key.partition("/")[2].removesuffix(".json"), copy.get(key).data
        objects.put(key, replay.refusing(data, again, catalog) if key.startswith("champions/") else data)
    return Restored(manifest, again)


def finish(objects: Objects) -> None:
    """Ends a restore: from now on nothing can be restored over what there is."""
    objects.delete(UNFINISHED)


def _begin(objects: Objects, digest: str) -> None:
    """Notes that a backup is being restored, unless that is noted already."""
    begun = {"backup": digest}
    with suppress(ObjectMissing):
        if json.loads(objects.get(UNFINISHED).data) == begun:
            return
        raise StoreUnavailable("the restore of another backup has not ended; end it, or empty the stores")
    if (found := next((key for key in objects.keys("") if not key.startswith(OUTLIVING)), None)) is not None:
        raise StoreUnavailable(f"there is something stored already, such as {found}; restore into empty stores")
    objects.create(UNFINISHED, json.dumps(begun).encode())


def _checked_keys(copy: Objects, listed: Path) -> list[str]:
    """Returns the keys of a backup, after each object was compared with the list."""
    entries = [json.loads(line) for line in listed.read_text().splitlines()]
    for entry in entries:
        _check(copy, entry)
    return [str(entry["key"]) for entry in entries]


def _is_first(key: str) -> bool:
    return key.startswith(FIRST)


def _restore_histories(source: Path, target: Path) -> bool:
    """Copies the file of the histories of a backup, where there is one, and returns whether there is."""
    if not source.exists():
        return False
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    target.touch(0o600)
    shutil.copyfile(source, target)
    return True


def _copy(objects: Objects, copy: Objects, keys: Iterable[str]) -> None:
    """Copies objects; one that is gone was joined into a block meanwhile, or pruned."""
    for key in keys:
        with suppress(ObjectMissing):
            copy.put(key, objects.get(key).data)


def _copy_blocks(objects: Objects, copy: Objects, place: str) -> None:
    """Copies an index of blocks with every block that it lists."""
    for _ in range(TRIES):
        index, data = read_index(objects, place)
        if data is None:
            return
        copy.put(index_key(place), data)
        wanted = [block.stored.key for block in index.blocks]
        _copy(objects, copy, wanted)
        if set(wanted) <= set(copy.keys(place)):
            return
    raise StoreUnavailable(f"{place} was compacted {TRIES} times while it was copied; try again later")


def _copy_histories(source: Path, target: Path) -> None:
    """Copies a SQLite file that others may be writing."""
    target.touch(0o600)
    try:
        with closing(sqlite3.connect(source)) as reading, closing(sqlite3.connect(target)) as writing:
            reading.backup(writing)
    except sqlite3.Error as failed:
        raise StoreUnavailable(f"{source.name} cannot be copied: {failed}; run: doublebill repair") from failed


def _describe(copy: Objects, folder: Path, now_ms: int) -> dict[str, object]:
    """Writes the list of the objects, then the manifest, and returns it."""
    entries = [_entry(key, copy.get(key).data) for key in copy.keys("")]
    (folder / LISTED).write_text("".join(json.dumps(entry) + "\n" for entry in entries))
    manifest = {
        "format": FORMAT,
        "created": runs.iso(now_ms),
        "objects": len(entries),
        "size_bytes": sum(int(str(entry["size_bytes"])) for entry in entries),
        "histories": HISTORIES if (folder / HISTORIES).exists() else "rebuild",
        "key_fingerprint": recorded_fingerprint(copy),
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1))
    return manifest


def _entry(key: str, data: bytes) -> dict[str, object]:
    return {"key": key, "size_bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def _read_manifest(folder: Path) -> dict[str, object]:
    try:
        manifest: dict[str, object] = json.loads((folder / MANIFEST).read_text())
    except (OSError, ValueError):
        raise InvalidInput.one("FOLDER", f"{str(folder)!r} has no whole {MANIFEST}", "name a finished backup") from None
    if manifest.get("format") != FORMAT:
        raise InvalidInput.of_value("format", manifest.get("format"), f"a backup of format {FORMAT}")
    return manifest


def _check(copy: Objects, entry: dict[str, object]) -> None:
    key = str(entry["key"])
    try:
        whole = _entry(key, copy.get(key).data) == entry
    except ObjectMissing:
        whole = False
    if not whole:
        raise InvalidInput.one("FOLDER", f"{key} is missing or damaged", "use another backup; nothing was restored")
