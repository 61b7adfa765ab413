"""Segments of test users and items as people see them: each with its interval, beside baselines on the same users."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from doublebill_local.display.console import Answer

METRICS = ("recall@20", "ndcg@100")

DECIDES = "ndcg@100"
"""The metric of baselines beside a segment."""

FEWEST = 10
"""Users of whom figures are shown; records of earlier code have figures of fewer."""

TOO_FEW = "too few users"

type Mean = Callable[[Answer, str], str]
"""Writes a metric of `metrics` with its interval of `intervals`."""

type Difference = Callable[[Answer], str]
"""Writes a paired difference."""


def segment_table(
    segments: Mapping[str, Answer], mean: Mean, difference: Difference
) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    """Returns the heads and the rows of the table of segments."""
    others = list(dict.fromkeys(name for segment in segments.values() for name in segment.get("beside", {})))
    beside = [head for name in others for head in (f"{DECIDES} of {name}", f"over {name}")]
    rows = [[title, *_cells(segment, others, mean, difference)] for title, segment in segments.items()]
    return ["segment", "users", "hidden items", *METRICS, *beside], rows


def _cells(segment: Answer, others: Sequence[str], mean: Mean, difference: Difference) -> Iterator[str]:
    yield from (f"{segment[name]:,}" if name in segment else "" for name in ("users", "hidden"))
    if not segment or segment["users"] < FEWEST:
        yield from ("left out" if not segment else TOO_FEW if segment["users"] else "" for _ in METRICS)
        return
    own = {"metrics": segment, "intervals": segment.get("intervals", {})}
    yield from (mean(own, name) for name in METRICS)
    for name in others:
        if one := segment.get("beside", {}).get(name):
            yield from (mean({"metrics": one["metrics"], "intervals": {}}, DECIDES), difference(one["over"][DECIDES]))
        else:
            yield from ("", "")


def measured_segments(segments: Mapping[str, Answer]) -> list[tuple[str, float]]:
    """Returns the titles of segments of enough users with what is measured."""
    return [(title, one[DECIDES]) for title, one in segments.items() if DECIDES in one and one["users"] >= FEWEST]
