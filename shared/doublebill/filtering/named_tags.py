"""The tags that a filter names."""

from doublebill.filtering.conditions import Every, Filter, Inverse, Some, Tagged


def named_tags(condition: Filter) -> list[str]:
    """Returns the tags that a filter names, each once, in the order in which they stand."""
    return list(dict.fromkeys(_tags(condition)))


def _tags(condition: Filter) -> list[str]:
    match condition:
        case Tagged(tags):
            return list(tags)
        case Every(parts) | Some(parts):
            return [tag for part in parts for tag in _tags(part)]
        case Inverse(part):
            return _tags(part)
        case _:
            return []
