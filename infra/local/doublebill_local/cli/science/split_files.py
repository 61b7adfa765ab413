"""Split files: a split of a catalog's data as CSV, to train elsewhere, and the predictions that come back.

    train.csv             user, item_id, weight, timestamp_ms       the part that a model is fitted on
    test_train.csv        the same for the test, where that is another part (the newest events are hidden in both)
    validation.csv, test.csv    user, part (fold_in or target), item_id, weight, timestamp_ms
    items.csv             item_id, every item of the catalog
    split.json            catalog, split, seed, digest, counts

Users are numbers: 0, 1, … in train.csv, v0, … and t0, … in the others. The split knows neither ids nor pseudonyms, and
the numbers follow from the histories alone. split.json is written last, so a folder that has it is complete.
"""

import csv
import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from doublebill.errors import InvalidInput, shown
from doublebill.model.counting.pauses import Pauses
from doublebill.model.interactions import Interactions
from doublebill.service.analysis.evaluate_predictions import TEST, Predictions, digest_of
from doublebill.service.analysis.refitted import SplitData
from doublebill_local.cli.options import existing_file

COLUMNS = ("item_id", "weight", "timestamp_ms")
NAMES = {"user_id": "user", "item_id": "item"}
"""Other names of columns of predictions."""


def write_split(data: SplitData, catalog: str, folder: Path) -> dict[str, object]:
    """Writes a split into a folder; returns its description, as split.json has it, with the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    parts, ids, pauses = data.parts, data.cleaned.catalog.item_ids, data.cleaned.timeline.pauses
    _write(folder / "items.csv", ("item_id",), ([ids[item]] for item in range(len(ids))))
    _write(folder / "train.csv", ("user", *COLUMNS), _rows(parts.train, ids, "", pauses))
    if not _equal(parts.test.reference, parts.train):
        _write(folder / "test_train.csv", ("user", *COLUMNS), _rows(parts.test.reference, ids, "", pauses))
    for name, first, holdout in (("validation", "v", parts.validation), ("test", TEST, parts.test)):
        matrices = (("fold_in", holdout.fold_in), ("target", holdout.targets))
        rows = ([row[0], part, *row[1:]] for part, matrix in matrices for row in _rows(matrix, ids, first, pauses))
        _write(folder / f"{name}.csv", ("user", "part", *COLUMNS), rows)
    description = {
        "catalog": catalog,
        "split": data.name,
        "seed": data.seed,
        "digest": digest_of(parts),
        "train_users": parts.train.n_users,
        "validation_users": parts.validation.fold_in.n_users,
        "test_users": parts.test.fold_in.n_users,
        "items": len(ids),
    }
    (folder / "split.json").write_text(json.dumps(description, indent=2) + "\n", encoding="utf-8")
    return {**description, "folder": str(folder)}


def _write(path: Path, columns: tuple[str, ...], rows: Iterator[list[Any]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)


def _rows(matrix: Interactions, ids: Any, first: str, pauses: Pauses) -> Iterator[list[Any]]:
    """Yields a row for each interaction; `first` begins the name of a user."""
    columns = (matrix.users_of_entries(), matrix.items, matrix.weights, pauses.opened(matrix.timestamps))
    for user, item, weight, timestamp in zip(*(column.tolist() for column in columns), strict=True):
        yield [f"{first}{user}", ids[item], f"{weight:g}", timestamp]


def _equal(one: Interactions, other: Interactions) -> bool:
    return one is other or (one.n_users == other.n_users and bool(one.items.tobytes() == other.items.tobytes()))


def read_split(folder: str) -> Mapping[str, Any]:
    """Returns the description of a split that was written into a folder.

    Raises:
        InvalidInput: when there is none.
    """
    path = Path(folder) / "split.json"
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(found, dict) and isinstance(found["split"], str) and isinstance(found["seed"], int):
            return {"digest": "", **found}
    except (OSError, ValueError, KeyError, RecursionError):
        pass
    raise InvalidInput.one("--read-split", f"{folder!r} has no split", "name a folder of evaluate --write-split")


def check_same(data: SplitData, description: Mapping[str, Any], catalog: str) -> None:
    """Checks that a split of today's data is the one that was written.

    Raises:
        InvalidInput: when events came or went since then, or it is of another catalog.
    """
    if description.get("catalog") != catalog:
        problem = f"the split is of catalog {description.get('catalog')!r}"
        raise InvalidInput.one("--read-split", problem, "name a split of this catalog")
    if digest_of(data.parts) != description["digest"]:
        problem = "today's split is another one: events came or went since it was written"
        raise InvalidInput.one("--read-split", problem, "write the split again, and predict for its test users")


def read_predictions(name: str) -> Predictions:
    """Returns the predictions in a file of CSV with a header, or of one JSON object a line.

    Columns are user, item, and score (higher is better) or rank (1 is best); with both, the rank counts.

    Raises:
        InvalidInput: when the file has none, with the line and the column that is wrong.
    """
    users: list[str] = []
    item_ids: list[str] = []
    scores: list[float] = []
    for line, fields in _records(existing_file("--predictions", name)):
        place = f"--predictions, line {line}"
        number = "rank" if fields.get("rank") not in (None, "") else "score"
        for column in ("user", "item"):
            if not isinstance(fields.get(column), str | int) or fields[column] == "":
                raise InvalidInput.of_value(f"{place}, {column}", fields.get(column), "a user and an item on each line")
        score = _number(fields.get(number))
        if score is None:
            raise InvalidInput.of_value(f"{place}, {number}", fields.get(number), "a number: a score, or a rank")
        users.append(str(fields["user"]))
        item_ids.append(str(fields["item"]))
        scores.append(-score if number == "rank" else score)
    if not users:
        raise InvalidInput.one("--predictions", f"{name} has no rows", "give user, item and score in CSV or JSON lines")
    return Predictions(users, item_ids, scores)


def _records(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yields each row with the number of its line, its columns under their plain names."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            as_json = file.read(1) == "{"
            file.seek(0)
            rows = _json_lines(file) if as_json else _csv_lines(file)
            for line, fields in rows:
                yield line, {NAMES.get(column, column): value for column, value in fields.items()}
    except (UnicodeDecodeError, csv.Error) as wrong:
        raise InvalidInput.one(
            "--predictions", f"{path.name} is no text in UTF-8", "write CSV or JSON lines"
        ) from wrong


def _csv_lines(file: Any) -> Iterator[tuple[int, Mapping[str, Any]]]:
    reader = csv.DictReader(file)
    columns = {NAMES.get(one, one) for one in reader.fieldnames or ()}
    if not {"user", "item"} <= columns or not columns & {"score", "rank"}:
        found = ", ".join(sorted(map(str, columns))) or "nothing"
        problem = f"its header has {shown(found)}"
        raise InvalidInput.one("--predictions", problem, "name the columns user, item, and score or rank")
    for fields in reader:
        yield reader.line_num, fields


def _json_lines(file: Any) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for line, text in enumerate(file, 1):
        if not text.strip():
            continue
        try:
            fields = json.loads(text)
        except (ValueError, RecursionError):
            fields = None
        if not isinstance(fields, dict):
            raise InvalidInput.one(f"--predictions, line {line}", "is no JSON object", "write one object a line")
        yield line, fields


def _number(value: object) -> float | None:
    """Returns a finite number, None for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
