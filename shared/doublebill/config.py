"""Config: the hyper-parameters of a model; they travel inside its artifact."""

import dataclasses
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

Weighting = Literal["cosine", "tfidf", "bm25"]
Saturation = Literal["binary", "log"]


@dataclass(frozen=True)
class Config:
    """What `fit` is told, and what serving must repeat."""

    weighting: Weighting = "cosine"
    saturation: Saturation = "binary"
    """How the weight of an interaction grows: `binary` counts each item once, `log` as log(1 + weight)."""
    k: int = 100
    """Edges kept per target item."""
    bm25_k1: float = 1.2
    bm25_b: float = 0.75
    exclude_seen: bool = True
    """Whether recommendations leave out the items of the history when the request does not say."""

    def __post_init__(self) -> None:
        if self.weighting not in get_args(Weighting) or self.saturation not in get_args(Saturation) or self.k < 1:
            raise ValueError(f"not a config: {self}")

    def saturate(self, weights: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
        """Weights (any shape) as the model counts them, signs kept; the same at fitting and at serving."""
        if self.saturation == "binary":
            return np.sign(weights).astype(np.float64)
        return np.sign(weights) * np.log1p(np.abs(weights, dtype=np.float64))

    def to_json(self) -> dict[str, object]:
        """The config as a JSON object."""
        return dataclasses.asdict(self)
