"""Writes the list of files that are recognised, from the profiles themselves.

python infra/docs/generators/file_reference.py        prints infra/docs/reference/files.md; `make docs` writes it
"""

from collections.abc import Iterator

from doublebill.imports.profiles.every_profile import PROFILES
from doublebill.imports.profiles.file_profile import FileProfile
from doublebill.imports.reading.file_reading import ATTRIBUTE

INTRODUCTION = """\
# Files that are recognised

Written by `make docs` from the profiles; do not edit. A file is recognised by its columns, in any order and beside
others, or without a header by its cells. All other files are read by the names of their columns, or as flags say:
`doublebill import CATALOG FILE --dry-run` shows what each column means before anything is stored.

| file | columns that it needs | holds |
|---|---|---|"""


def page() -> str:
    """Returns the page `files.md`."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield INTRODUCTION
    for profile in sorted(PROFILES, key=lambda profile: profile.name.lower()):
        columns = ", ".join(sorted(profile.needs)) or f"{len(profile.patterns)} without a header"
        yield f"| {profile.name} | {columns} | {'; '.join(_facts(profile))} |"


def _facts(profile: FileProfile) -> Iterator[str]:
    if profile.subject not in ("events", "items"):
        yield f"not read: {profile.subject}"
        return
    yield profile.subject
    if profile.person:
        yield "one person's"
    words = [f"{word or 'empty'} = {kind or 'no event'}" for word, kind in profile.words.items() if word != kind]
    if words:
        yield ", ".join(words)
    if profile.unrated is not None:
        yield f"a rating of {profile.unrated:g} is none"
    if profile.userless:
        yield "a row without a user is no event"
    if profile.undone:
        yield "a weight below 0 is no event"
    described = sorted({meaning.removeprefix(ATTRIBUTE) for meaning in profile.describes.values()})
    if described:
        yield f"of its items also {', '.join(described)}"


if __name__ == "__main__":
    print(page(), end="")
