"""Sections that are cards: the model, its config and platform, and the privacy of users."""

from collections.abc import Iterator

from doublebill_local.display.run_tables import config_label
from doublebill_local.display.users.privacy_cards import facts
from doublebill_local.report.figures import Json, figure, flat
from doublebill_local.report.report_parts import FigureTable, Section

INTENDED_USE = (
    "Intended use: ordering the items of this catalog for histories of its own users. Scores order the items of one "
    "answer; they are no probabilities, and those of two versions do not compare."
)


def card_sections(card: Json, record: Json, catalog: str, command: str) -> Iterator[Section]:
    """Yields the model card and the privacy card of a version of a catalog; `command` prints the run that made it."""
    subject = f"{catalog} {card['version']}"
    yield _model_card(card, record, catalog, command)
    yield _config(card, command)
    yield from _privacy(card, f"doublebill privacy {subject}")


def _model_card(card: Json, record: Json, catalog: str, command: str) -> Section:
    ended = "started_ms" in record and "finished_ms" in record
    rows = [
        ["model", config_label(card["config"])],
        ["version", str(card["version"])],
        ["champion", figure(card["champion"])],
        ["promoted by its training", f"{figure(card['promoted'])}: {card['why']}"],
        ["run", str(card["run"])],
        ["created", str(card["created"])],
        ["version before", str(card["parent"] or "none")],
        ["bytes of the model", figure(card["size_bytes"])],
        ["format", figure(card["format"])],
        *(
            [["seconds of the training", f"{(record['finished_ms'] - record['started_ms']) / 1000:.1f}"]]
            if ended
            else []
        ),
        *([["baseline that is published", card["baseline"]]] if card.get("baseline") else []),
        *([name, value] for name, value in flat(card.get("online") or {}, "online: ")),
    ]
    words = [
        INTENDED_USE,
        f"doublebill verify {card['version']} --catalog {catalog} trains it again from the same data and compares bytes"
        + (", but for a version whose noise is secret." if card.get("privacy") else "."),
    ]
    return Section("Model card", words, [FigureTable("Facts", ["fact", "value"], rows, command)])


def _config(card: Json, command: str) -> Section:
    tables = [FigureTable("Config", ["field", "value"], flat(card["config"]), command)]
    platform = flat(card.get("platform") or {})
    tables.append(FigureTable("Platform of the training", ["fact", "value"], platform, command))
    return Section("Config and platform", [], tables)


def _privacy(card: Json, command: str) -> Iterator[Section]:
    privacy = card.get("privacy_card")
    if not privacy:
        yield Section(
            "Privacy card", ["This version was made before there were privacy cards; train the catalog again."]
        )
        return
    words = [
        f"Collected: {'; '.join(privacy['collected'])}.",
        *(f"Not covered: {one}." for one in privacy["not_covered"]),
        f"Attacks: {privacy['attacks']}.",
    ]
    if privacy["epsilon"] is None:
        words.append(
            "Accuracy against ε is not measured by trainings, since each private version spends some of the budget; "
            "make bench-privacy draws that curve on public data."
        )
    rows = [list(pair) for pair in facts(privacy)]
    yield Section("Privacy card", words, [FigureTable("Protection", ["fact", "this version"], rows, command)])
