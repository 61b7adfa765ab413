"""Worlds small enough to fit in the eye."""

from doublebill.events import Event

FIRST_MS = 1_700_000_000_000


def checkerboard(users: int = 20, items: int = 12) -> list[Event]:
    """Even users view even items, odd users odd items, each all of them but one; one event a second.

    User `u` leaves out the `u // 2`-th of its items, counted round and round, so the left-out item is what should be
    recommended. Users are `user-00`, … (they stand for pseudonyms), items `item-00`, ….
    """
    events: list[Event] = []
    for user in range(users):
        liked = range(user % 2, items, 2)
        left_out = liked[user // 2 % len(liked)]
        for item in liked:
            if item != left_out:
                timestamp = FIRST_MS + 1000 * len(events)
                events.append(Event(f"user-{user:02d}", f"item-{item:02d}", "view", 1.0, timestamp))
    return events
