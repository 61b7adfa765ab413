"""Film titles: from the sorted form of MovieLens to the usual one."""

import re

from doublebill.model.items import TITLE_LENGTH

YEAR = re.compile(r"\s*\((\d{4})\)\s*")
ARTICLE = re.compile(r"(.+), (The|An|A)( \(.*\))?")


def film_title(written: str) -> tuple[str, int | None]:
    """Returns title and year: The Net and 1995 for `Net, The (1995)`; other articles (`Postino, Il`) stay."""
    if len(written) > TITLE_LENGTH:
        return written, None
    at = written.rstrip().rfind("(")
    year = YEAR.fullmatch(written, at) if at >= 0 else None
    title = written[:at].strip() if year else written.strip()
    moved = ARTICLE.fullmatch(title)
    if moved:
        title = f"{moved.group(2)} {moved.group(1)}{moved.group(3) or ''}"
    return title, int(year.group(1)) if year else None
