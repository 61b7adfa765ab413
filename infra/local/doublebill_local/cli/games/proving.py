"""The command `prove`: whether levels in files can be finished."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from doublebill import schema
from doublebill.errors import Complaint, InvalidInput
from doublebill.games.files.readers.read_file import TEXTS, form_of, marked_levels
from doublebill.games.proofs.prove import EXAMINERS, examiner_of, under_physics
from doublebill.service.content import proofs
from doublebill.service.content.proofs import STEPS, ProofRequest, Proofs
from doublebill_local.cli.corpus_files import read_legend, text_of
from doublebill_local.cli.options import UNSET, HomeOptions, Integer, json_value
from doublebill_local.display.games.proofs import show_proofs

KINDS_OF_FILES = {".xsb": "sokoban", ".sok": "sokoban"}
"""Ending of a file → the kind of its levels."""

NOT_PLAYABLE, WRONG, NOT_DECIDED = 1, 2, 4
"""Exit codes: 2 where a file cannot be read, whatever the others are; 4 only where no level is known to be unplayable.
"""


def prove(
    *files: Annotated[str, Parameter(name="FILE", help="file of levels")],
    kind: Annotated[
        str, UNSET, Parameter(metavar="KIND", help=f"kind of the levels: {', '.join(EXAMINERS)}; .xsb is sokoban")
    ] = "",
    legend: Annotated[
        str,
        UNSET,
        Parameter(metavar="FILE", help="JSON file: tile of the levels → tile of the kind, its name, or properties"),
    ] = "",
    physics: Annotated[
        str,
        Parameter(
            metavar="JSON", help="how the player of a platform or runner level moves, such as '{\"jump_height\": 3}'"
        ),
    ] = "{}",
    steps: Annotated[Integer, Parameter(metavar="N", help="steps of search for the levels of a file")] = STEPS,
    options: HomeOptions = HomeOptions(),
) -> int:
    """Proves levels, or says why they cannot be finished."""
    if not files:
        raise InvalidInput.one("FILE", "missing", "name files of levels")
    if steps < 1:
        raise InvalidInput.of_value("--steps", steps, "an integer from 1")
    numbers = json_value("--physics", physics)
    meanings: dict[str, object] = {"legend": read_legend(Path(legend))} if legend else {}
    if numbers != {}:
        meanings["physics"] = numbers
    if kind:
        under_physics(examiner_of(kind), kind, schema.read(ProofRequest, {"file": "-", **meanings}).physics)
    answers: list[Proofs] = []
    shown: list[dict[str, Any]] = []
    for file in files:
        try:
            text = text_of(Path(file))
            request = schema.read(ProofRequest, {"file": text, **meanings})
            answers.append(proofs.prove(kind or _kind_of(Path(file), text), request, steps))
            shown.append({"file": file, **answers[-1]})
        except InvalidInput as wrong:
            named = (replace(one, field=_named(one.field, file)) for one in wrong.complaints)
            shown.append({"file": file, "errors": [problem_of(one) for one in named]})
    options.answer({"files": shown}, show_proofs)
    return _exit_code(answers) if len(answers) == len(files) else WRONG


def problem_of(complaint: Complaint) -> dict[str, str]:
    """Returns a complaint as JSON, in the fields of the API."""
    return {"field": complaint.field, "problem": complaint.problem, "fix": complaint.fix}


def _named(field: str, file: str) -> str:
    """Returns the name of a field of a request with the name of the file for `file`."""
    return file + field.removeprefix("file") if field.startswith("file") else field


def _kind_of(file: Path, text: str) -> str:
    """Returns the kind of the levels in a file by its name, or as it says itself.

    Raises:
        InvalidInput: when neither says it.
    """
    form = form_of(text)
    levels = [] if form in TEXTS else marked_levels(text, form)
    kind = KINDS_OF_FILES.get(file.suffix.lower()) or (levels[0].kind if levels else "")
    if kind not in EXAMINERS:
        raise InvalidInput.one("--kind", f"{file.name} does not say it", "use one of " + ", ".join(EXAMINERS))
    return kind


def _exit_code(answers: list[Proofs]) -> int:
    """Returns 0 where all levels are playable, 1 where one is not, 4 where one was not decided."""
    levels = [level for answer in answers for level in answer["levels"]]
    if any(level["decided"] and not level["playable"] for level in levels):
        return NOT_PLAYABLE
    return 0 if all(level["playable"] for level in levels) else NOT_DECIDED
