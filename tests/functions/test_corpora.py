"""Corpora over HTTP: what is sent is learned from by a job, and generated from by whoever names it."""

from typing import Any

import pytest

from doublebill.service.content.stored_names import stored_name
from doublebill_local.host.environments import Context
from http_events import Answer, ask, check_problem, http_event
from playable import faults
from stacks import Stack

POST = "POST /v1/games/{kind}/corpora"
GET = "GET /v1/games/{kind}/corpora/{corpus}"
GENERATE = "POST /v1/games/{kind}"
NAMES = ["Aldra", "Belwen", "Cormir", "Delan", "Ferris", "Galdor", "Helwyn", "Joran", "Karsin", "Loreth"]
ROOMS = [
    ["..........", ".##....##.", ".#..P...#.", "....##....", ".#..E...#.", ".##.K..D#.", ".........."],
    ["P.........", "..#.##.#..", "..#....#..", "....KE....", "..#....#..", "..#.##.#..", ".........D"],
]


def send(stack: Stack, kind: str, body: dict[str, object]) -> Answer:
    return ask(stack.load("CatalogsFunction").handler, http_event(POST, body, {"kind": kind}))


def learn(stack: Stack, kind: str, corpus: str) -> dict[str, Any]:
    """Runs the job that nobody here could take, and gives what is told of the corpus then."""
    sent = next(iter(stack.objects(f"content/{stored_name(kind)}/{corpus}/examples/")))
    job = {"kind": kind, "corpus": corpus, "examples": sent.rpartition("/")[2].partition(".")[0]}
    handler = stack.load("TrainFunction").handler
    assert handler(job, Context("TrainFunction")) == {"corpus": corpus, "state": "ready"}
    answer = ask(stack.load("CatalogsFunction").handler, http_event(GET, None, {"kind": kind, "corpus": corpus}))
    assert answer.status == 200
    return answer.body


def generate(stack: Stack, kind: str, **body: object) -> Answer:
    return ask(stack.load("GenerateFunction").handler, http_event(GENERATE, body, {"kind": kind}))


def test_names_sound_like_what_was_sent_and_are_the_same_for_ever(stack: Stack) -> None:
    assert send(stack, "names", {"corpus": "elves", "examples": NAMES, "licence": "CC0"}).status == 503  # no Lambda
    told = learn(stack, "names", "elves")
    assert (told["state"], told["examples"], told["models"][0]["licence"]) == ("ready", 10, "CC0")
    answer = generate(stack, "names", corpus="elves", seed=7, count=5)
    assert (answer.status, answer.body["corpus"], answer.body["licence"]) == (200, "elves", "CC0")
    assert answer.body["model_version"] == told["model_version"]
    letters = set("".join(NAMES).lower())
    assert all(set(item["text"].lower()) <= letters for item in answer.body["items"])
    send(stack, "names", {"corpus": "elves", "examples": ["Zug", "Zog", "Zag"]})
    named = generate(stack, "names", corpus="elves", seed=7, count=5, model_version=told["model_version"])
    assert named.body == answer.body


def test_a_chamber_learned_from_rooms_is_proved_like_any_other(stack: Stack) -> None:
    send(stack, "chamber", {"corpus": "rooms", "examples": ["\n".join(room) for room in ROOMS]})
    told = learn(stack, "chamber", "rooms")
    answer = generate(stack, "chamber", corpus="rooms", seed=1, count=3, spec={"enemies": [1, 2]})
    assert (answer.status, answer.body["model_version"]) == (200, told["model_version"])
    assert [faults("chamber", item) for item in answer.body["items"]] == [[]] * 3


def test_what_was_kept_is_listed(stack: Stack) -> None:
    send(stack, "names", {"corpus": "dwarves", "examples": NAMES})
    answer = ask(stack.load("GenerateFunction").handler, http_event("GET /v1/games"))
    (names,) = [kind for kind in answer.body["texts"] if kind["name"] == "names"]
    listed = {one["corpus"]: one["ships"] for one in names["corpora"]}
    assert listed["people"]
    assert listed["dwarves"] is False


@pytest.mark.parametrize(
    ("kind", "body", "status", "field"),
    [
        ("castles", {"corpus": "x", "examples": ["a"]}, 404, None),
        ("quests", {"corpus": "x", "examples": ["a"]}, 400, "kind"),
        ("names", {"corpus": "X", "examples": ["a"]}, 400, "corpus"),
        ("names", {"corpus": "people", "examples": ["a"]}, 400, "corpus"),
        ("names", {"corpus": "x"}, 400, "examples"),
        ("names", {"corpus": "x", "examples": []}, 400, "examples"),
        ("names", {"corpus": "x", "examples": [{}]}, 400, "examples[0]"),
        ("chamber", {"corpus": "x", "examples": ["..P\n.."]}, 400, "examples[0][1]"),
        ("chamber", {"corpus": "x", "examples": [["..P", ".?.", "K.D"]]}, 400, "examples[0][1][1]"),
        ("chamber", {"corpus": "x", "examples": [["..P", "...", "K.D"]], "legend": {"P": "plumber"}}, 400, "legend.P"),
        ("names", {"corpus": "x", "examples": ["a" * 999_990]}, 413, "body"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_kept(
    stack: Stack, kind: str, body: dict[str, object], status: int, field: str | None
) -> None:
    before = stack.objects().keys()
    answer = send(stack, kind, body)
    check_problem(answer, status, {400: "invalid-input", 404: "not-found", 413: "too-large"}[status])
    if field:
        assert answer.body["errors"][0]["field"] == field
    assert stack.objects().keys() == before


def test_a_corpus_that_is_not_there_is_not_found(stack: Stack) -> None:
    missing = http_event(GET, None, {"kind": "names", "corpus": "trolls"})
    check_problem(ask(stack.load("CatalogsFunction").handler, missing), 404, "not-found")
    check_problem(generate(stack, "names", corpus="trolls"), 404, "not-found")
    check_problem(generate(stack, "names", corpus="people", model_version="people-0"), 404, "not-found")


def test_one_of_which_nothing_was_learned_yet_has_no_model(stack: Stack) -> None:
    send(stack, "names", {"corpus": "gnomes", "examples": NAMES})
    answer = generate(stack, "names", corpus="gnomes")
    check_problem(answer, 503, "no-model")
