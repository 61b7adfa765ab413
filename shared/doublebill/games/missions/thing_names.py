"""Names of things, which a quest writes into the rules of a grammar."""

NAME_LENGTH = 40


def nameable(name: str) -> bool:
    """Checks whether a name can stand in a sentence and in a grammar."""
    return bool(name.strip()) and len(name) <= NAME_LENGTH and name.isprintable() and not set(name) & set("#[]\\")
