"""The flags of a reading: facts that the owner of a file names, kept with the catalog for the next file like it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from doublebill.errors import InvalidInput
from doublebill.imports.reading.file_reading import (
    ATTRIBUTE,
    EVENT_MEANINGS,
    ITEM_MEANINGS,
    OTHER_EVENT_MEANINGS,
    UNREAD,
)
from doublebill.model.items import is_attribute_name
from doublebill.times.moments import TIME_FORMS, is_pattern

MEANINGS = (*dict.fromkeys((*EVENT_MEANINGS, *OTHER_EVENT_MEANINGS, *ITEM_MEANINGS)), "plays", UNREAD)


@dataclass(frozen=True, slots=True)
class ReadingFlags:
    """The flags of one import; empty ones are decided by the file."""

    columns: Mapping[str, str] = field(default_factory=dict)
    """Column, by name or number → meaning."""
    words: Mapping[str, str] = field(default_factory=dict)
    person: str = ""
    kind: str = ""
    time_form: str = ""
    unrated: str = ""
    """A number, or `none`."""
    decimal: str = ""
    """`comma` or `point`."""
    subject: str = ""
    """`events` or `items`."""

    def document(self) -> dict[str, Any]:
        """Returns the flags as the catalog keeps them; a person's name is not kept."""
        kept: dict[str, Any] = {"columns": dict(self.columns), "words": dict(self.words)}
        kept |= {name: getattr(self, name) for name in ("kind", "time_form", "unrated", "decimal", "subject")}
        return {name: value for name, value in kept.items() if value}

    def over(self, stored: Mapping[str, Any]) -> "ReadingFlags":
        """Returns these flags, and the stored ones where these say nothing."""
        names = ("kind", "time_form", "unrated", "decimal", "subject")
        return replace(
            self,
            columns=self.columns or dict(stored.get("columns", {})),
            words={**stored.get("words", {}), **self.words},
            **{name: getattr(self, name) or str(stored.get(name, "")) for name in names},
        )


def mapped_columns(pairs: Iterable[str]) -> dict[str, str]:
    """Returns column → meaning of the texts `COLUMN=MEANING`.

    Raises:
        InvalidInput: when a text is something else or a meaning is unknown.
    """
    mapping: dict[str, str] = {}
    for pair in pairs:
        column, equals, meaning = pair.rpartition("=")
        if not equals or not column:
            raise InvalidInput.one(
                "--map", f"{pair!r} has no '='", "write COLUMN=MEANING, such as 'Price=attribute price'"
            )
        mapping[column.strip()] = meaning_of(meaning)
    return mapping


def meaning_of(text: str) -> str:
    """Returns a meaning that the caller wrote.

    Raises:
        InvalidInput: when it is none.
    """
    text = text.strip().lower().replace("attribute:", ATTRIBUTE)
    if text in MEANINGS:
        return "weight" if text == "plays" else text
    if text.startswith(ATTRIBUTE) and is_attribute_name(text.removeprefix(ATTRIBUTE).strip()):
        return ATTRIBUTE + text.removeprefix(ATTRIBUTE).strip()
    if text == "attribute":
        return text
    raise InvalidInput.one("--map", f"{text!r} is no meaning", f"use one of {', '.join(MEANINGS)}, attribute NAME")


def mapped_words(text: str) -> dict[str, str]:
    """Returns word → event kind of a text such as `addtocart=like,transaction=purchase`; `none` is no event.

    Raises:
        InvalidInput: when the text is something else.
    """
    words: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        word, equals, kind = pair.rpartition("=")
        if not equals or not kind:
            raise InvalidInput.one(
                "--kinds", f"{pair!r} has no '='", "write WORD=KIND,WORD=KIND; KIND none is no event"
            )
        words[word.strip().lower()] = "" if kind.strip() == UNREAD else kind.strip()
    return words


def check_time_form(form: str) -> str:
    """Returns the form of times that the caller named.

    Raises:
        InvalidInput: when it is none.
    """
    if form in ("", *TIME_FORMS) or is_pattern(form):
        return form
    letters = {"yyyy": "%Y", "yy": "%y", "mm": "%m", "dd": "%d"}
    if re.fullmatch(r"(yyyy|yy|mm|dd|[-/. ])+", form.lower()):
        return re.sub("yyyy|yy|mm|dd", lambda found: letters[found.group()], form.lower())
    wanted = f"one of {', '.join(TIME_FORMS)}, or a pattern such as %d.%m.%Y %H:%M"
    raise InvalidInput.of_value("--time-format", form, wanted)
