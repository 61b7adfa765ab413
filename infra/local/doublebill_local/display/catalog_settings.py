"""Settings of a catalog as people see them."""

from collections.abc import Sequence

from doublebill_local.display.console import Answer, out, table


def show_settings(answer: Answer) -> None:
    """Prints the event kinds of a catalog, then its other settings."""
    kinds = table("kind", "weight", "verdict", "repeats")
    for name, kind in answer["kinds"].items():
        kinds.add_row(name, f"{kind['weight']:g}", *("yes" if kind[flag] else "no" for flag in ("verdict", "repeats")))
    out.print(kinds)
    scale, unrated, seen = answer["rating_scale"], answer["unrated"], answer["exclude_seen"]
    out.print(f"rating scale: {_scale(scale) if scale else f'learnt from the ratings{_learnt(answer)}'}")
    out.print(f"a rating in files that means not rated: {'none' if unrated is None else f'{unrated:g}'}")
    out.print(f"leave out items of the history: {'as the events suggest' if seen is None else 'yes' if seen else 'no'}")
    privacy = answer["privacy"]
    each = f"epsilon {privacy['epsilon']:g} each" if privacy["epsilon"] else "none, unless a training names it"
    delta = f"at delta {privacy['delta']:g}"
    out.print(f"differential privacy of trainings: {each}, epsilon {privacy['total_epsilon']:g} altogether, {delta}")
    out.print(f"users that a pair of items must have to be learned from: {answer['minimum_users']}")


def _learnt(answer: Answer) -> str:
    learnt = answer.get("learnt_scale")
    return f": {_scale(learnt)} in the newest training" if learnt else ""


def _scale(ends: Sequence[float]) -> str:
    return f"{ends[0]:g}..{ends[1]:g}"


def show_key(answer: Answer) -> None:
    """Prints the outcome of a command on the pseudonym keys, never a key."""
    words = {"backup": "the keys were copied to", "restore": "the keys were restored from"}.get(answer["action"])
    newest, *earlier = answer["keys"]
    if answer["action"] == "protect":
        out.print("the keys are protected by the passphrase; without it they cannot be read, so keep it")
    elif words is None:
        out.print(f"new key {newest}; running functions take it up within five minutes")
        if earlier:
            names = ", ".join(earlier)
            out.print(f"rows under {names} stay readable; back up all keys: doublebill key backup FILE")
    elif not answer["changed"]:
        out.print("these keys are in use already")
    else:
        out.print(f"{words} {answer['file']}; keep that file where nobody else can read it")
