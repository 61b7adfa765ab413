"""The decision about a file of events: the meaning of each column, from flags, profiled files and names."""

import re
from collections.abc import Collection, Mapping

from doublebill.errors import InvalidInput
from doublebill.imports.files.blocks import RawBlock
from doublebill.imports.meaning.headers import plain
from doublebill.imports.profiles.file_profile import FileProfile
from doublebill.imports.raw_cells.cell_texts import NumberForm, is_blank
from doublebill.imports.raw_cells.column_facts import FORM_NAMES, are_whole, number_form, time_form
from doublebill.imports.reading.file_reading import BY_FLAGS, BY_HEADER, UNREAD, ColumnReading, FileReading
from doublebill.imports.reading.flags import ReadingFlags, check_time_form
from doublebill.imports.reading.header_meanings import ITEM_TYPES, THINGS, event_meanings
from doublebill.imports.reading.matrices.matrix_decision import matrix_columns, matrix_kind
from doublebill.imports.reading.own_keys import with_own_keys
from doublebill.imports.reading.unnamed.unnamed_items import item_of_event
from doublebill.imports.reading.unnamed.unnamed_ratings import ask_about_unrated
from doublebill.imports.reading.unnamed.unnamed_times import HOW, unnamed_time

PURCHASES = (
    *("buy", "buys", "bought", "order", "orders", "ordered", "purchases", "purchased", "transaction", "transactions"),
    *("sale", "sold", "checkout", "order_completed", "purchase_completed"),
)
SYNONYMS = {
    **dict.fromkeys(("played", "listen", "listened", "scrobble", "watch", "watched", "stream"), "play"),
    **dict.fromkeys(("viewed", "click", "clicked", "pageview", "detail", "read", "impression_click"), "view"),
    **dict.fromkeys(PURCHASES, "purchase"),
    **dict.fromkeys(("rated", "rating", "review"), "rate"),
    **dict.fromkeys(("liked", "love", "loved", "favorite", "favourite", "star", "thumbs_up", "upvote"), "like"),
    **dict.fromkeys(("disliked", "thumbs_down", "downvote", "ban", "hate"), "dislike"),
    **dict.fromkeys(("skipped",), "skip"),
}
"""Words for event kinds that mean the same everywhere."""

PLAYED_THINGS = {name for thing in ("track", "artist", "album") for name in THINGS[thing]}
PLAYED_WORDS = ("played", "listened", "watched", "scrobble")
BOUGHT_WORDS = ("purchase", "bought", "order", "transact", "invoice", "sold")
OF_PURCHASES = frozenset({"orderid", "transactionid", "invoiceid", "invoiceno", "basketid", "purchases", "purchaseid"})
"""Plain names of columns that only purchases have."""

ITEMS = ("item", "item_else")
"""Meanings of columns that name the item."""

NUMERIC = re.compile(r"[+-]?[\d.,' ]*\d(e[+-]?\d+)?", re.ASCII)
SPACED = re.compile(r"\S+( +\S+){1,9}")

type Meanings = dict[str, tuple[str, str]]
"""Column → meaning, and how it was found."""


def decide_events(
    block: RawBlock,
    shape: tuple[bool, str, str],
    flags: ReadingFlags,
    explicit: Mapping[str, str],
    profile: FileProfile | None,
    kinds: Collection[str],
) -> FileReading:
    """Returns the reading of a file of events; `shape` is whether it has a header, its delimiter and its name.

    Raises:
        InvalidInput: when the owner has to say more.
    """
    headed, delimiter, name = shape
    plain_table = profile or "user" in explicit.values() or flags.person
    if not plain_table and (found := matrix_columns(block, headed)):
        return _matrix(block, found, flags, explicit.get("*", ""))
    meanings, form = _meanings(block, explicit, profile)
    person = flags.person
    if person:
        meanings = {column: one for column, one in meanings.items() if one[0] != "user"}
    elif profile and profile.person and not _with(block, meanings, "user"):
        person = profile.person
    _require(meanings, person, tuple(block.columns), name, headed)
    if not profile and not _with(block, meanings, "time"):
        items = _with(block, meanings, "item")
        if time_column := unnamed_time(block, meanings, items, check_time_form(flags.time_form)):
            meanings[time_column] = "time", HOW
    profile = profile or FileProfile("", {})
    # a form that no column has is no part of the reading
    named = check_time_form(flags.time_form) if _with(block, meanings, "time") else ""
    time = named or profile.time_form or _time_form(block, meanings)
    reading = FileReading(
        "events",
        profile.name or (BY_HEADER if headed else BY_FLAGS),
        _described(block, meanings, time),
        person=person,
        kind=flags.kind or profile.kind or _kind(block, meanings),
        fixed_kind=bool(flags.kind),
        words={**SYNONYMS, **profile.words, **{kind: kind for kind in kinds}, **flags.words},
        item_form=form,
        export=profile.export,
        time_form=time,
        numbers=_numbers(block, meanings, delimiter, flags.decimal),
        unrated=_unrated(flags, profile),
        unweighed=profile.unweighed,
        itemless=profile.itemless,
        userless=profile.userless,
        undone=profile.undone,
        title_lead=profile.title_lead,
        impressions=profile.impressions,
        delimited=bool(delimiter),
        whole_ids=_whole_ids(block, meanings) if delimiter else (),
        notes=_notes(person if not flags.person else "", profile),
    )
    column = reading.one("rating")
    if column and reading.unrated is None and not flags.unrated and not reading.source.startswith("MovieLens"):
        ask_about_unrated(column, block.columns[column])
    return reading if delimiter else with_own_keys(block, reading, profiled=True)


def _meanings(block: RawBlock, explicit: Mapping[str, str], profile: FileProfile | None) -> tuple[Meanings, str]:
    columns = [column for column in block.columns if column not in explicit]
    meanings: Meanings = {column: (meaning, "named by a flag") for column, meaning in explicit.items()}
    own = set(explicit.values())
    form = "{} - {}" if list(explicit.values()).count("item") > 1 else ""
    rivals = {"rating", "weight"} if own & {"rating", "weight"} else set()
    if profile:
        for name, meaning in profile.columns.items():
            column = next((one for one in columns if name in (plain(one), one)), "")
            if column and (meaning not in own | rivals or meaning == UNREAD):
                meanings[column] = meaning, profile.name
        form = form or (profile.item_form if "item" not in own else "")
    else:
        for column, meaning in event_meanings(columns).items():
            if meaning not in own | rivals:
                why_not = _other_cells(block, column, meaning)
                meanings[column] = (UNREAD, why_not) if why_not else (meaning, "its name")
    if not any(meaning in ITEMS for meaning, _ in meanings.values()):
        found, form = item_of_event(block, [column for column in columns if column not in meanings])
        meanings |= dict.fromkeys(found, ("item", "its name"))
    return meanings, form or "{} - {}"


def _other_cells(block: RawBlock, column: str, meaning: str) -> str:
    """Returns why a column does not mean what its name says, by its cells; nothing where it may."""
    cells = [str(cell).strip().lower() for cell in block.columns[column].distinct if not is_blank(cell)]
    if not cells:
        return "its cells are empty" if meaning == "weight" else ""
    if meaning == "kind" and ITEM_TYPES.issuperset(cells):
        return "its words say what the items are"
    if meaning == "weight" and not any(map(NUMERIC.fullmatch, cells)):
        return "none of its cells is a number"
    return ""


def _require(meanings: Meanings, person: str, columns: tuple[str, ...], name: str, headed: bool) -> None:
    there = {meaning for meaning, _ in meanings.values()}
    found = f"it has the columns {', '.join(columns)}" if headed else f"it has {len(columns)} columns without names"
    if there.isdisjoint(ITEMS) and len(columns) == 1 and SPACED.fullmatch(columns[0]):
        problem = "its lines have cells separated by spaces, which titles have too"
        raise InvalidInput.one(name, problem, "put commas or tabs between them: tr ' ' '\\t' < FILE > FILE.tsv")
    if there.isdisjoint(ITEMS):
        fix = "name the column of the item, with --item COLUMN (or --item 'ARTIST+TITLE', or its number from 1)"
        more = (
            "; metadata of users is not read"
            if "user" in there or person
            else ", and that of the user, with --user COLUMN or --user-is NAME"
        )
        raise InvalidInput.one(name, f"not recognised: {found}", fix + more)
    if "user" not in there and not person:
        fix = "name it with --user COLUMN; for one person's export say --user-is NAME; for metadata use --items"
        raise InvalidInput.one(name, f"no column of users: {found}", fix)


def _time_form(block: RawBlock, meanings: Meanings) -> str:
    forms = {time_form(column, block.columns[column].distinct) for column in _with(block, meanings, "time")}
    return forms.pop() if len(forms) == 1 else ""


def _numbers(block: RawBlock, meanings: Meanings, delimiter: str, decimal: str) -> NumberForm:
    if not delimiter:
        return NumberForm()
    forms = [
        number_form(column, meaning, block.columns[column].distinct, delimiter, decimal)
        for meaning in ("rating", "weight")
        for column in _with(block, meanings, meaning)
    ]
    return max(forms, key=lambda form: (form.decimal_comma, form.groups), default=NumberForm())


def _whole_ids(block: RawBlock, meanings: Meanings) -> tuple[str, ...]:
    return tuple(
        meaning
        for meaning in ("user", "item")
        if any(are_whole(block.columns[column].distinct) for column in _with(block, meanings, meaning))
    )


def _kind(block: RawBlock, meanings: Meanings) -> str:
    """Returns the kind of events that are plays or purchases by the names of their columns."""
    times = [plain(column) for column in _with(block, meanings, "time")]
    bought = any(word in name for name in times for word in BOUGHT_WORDS)
    if bought or not OF_PURCHASES.isdisjoint(map(plain, block.columns)):
        return "purchase"
    music = {plain(column) for column in _with(block, meanings, "item")} & PLAYED_THINGS
    heard = any(word in name for name in times for word in PLAYED_WORDS)
    return "play" if music or heard else ""


def _notes(person: str, profile: FileProfile) -> tuple[str, ...]:
    notes = [f"one person's export: every event is of {person!r} (--user-is NAME for another)"] if person else []
    notes += ["rows without a user are ignored"] if profile.userless else []
    notes += ["rows with a weight below 0 are ignored: they were cancelled"] if profile.undone else []
    return tuple(notes)


def _unrated(flags: ReadingFlags, profile: FileProfile) -> float | None:
    if not flags.unrated:
        return profile.unrated
    return None if flags.unrated == UNREAD else float(flags.unrated)


def _with(block: RawBlock, meanings: Meanings, meaning: str) -> list[str]:
    return [column for column, (own, _) in meanings.items() if own == meaning and column in block.columns]


def _described(block: RawBlock, meanings: Meanings, time: str) -> tuple[ColumnReading, ...]:
    """Returns the columns, those with a meaning first and in the order of their use."""
    named = [
        ColumnReading(column, meaning, f"{how}; {FORM_NAMES.get(time, time)}" if meaning == "time" else how)
        for column, (meaning, how) in meanings.items()
        if column in block.columns
    ]
    rest = [
        ColumnReading(column, UNREAD, "an event has no place for it")
        for column in block.columns
        if column not in meanings
    ]
    return (*named, *rest)


def _matrix(block: RawBlock, found: tuple[str, tuple[str, ...]], flags: ReadingFlags, meaning: str) -> FileReading:
    user, items = found
    named = {"rating": "rate", "weight": "play"}.get(meaning, "")
    kind, unrated = (named, None) if named else matrix_kind(block, items)
    if flags.unrated:
        unrated = None if flags.unrated == UNREAD else float(flags.unrated)
    users = (ColumnReading(user, "user", "the first column of a matrix"),) if user else ()
    columns = (*users, *(ColumnReading(item, "item", f"a column of a matrix: its cells are {kind}s") for item in items))
    notes = () if user else ("a matrix without a column of users: every row is a user",)
    return FileReading("events", "a matrix of users and items", columns, unrated=unrated, matrix=kind, notes=notes)
