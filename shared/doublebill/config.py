"""Config: the hyper-parameters of a model; they travel inside its artifact."""

import dataclasses
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

Weighting = Literal["cosine", "tfidf", "bm25"]
Saturation = Literal["binary", "log"]
Family = Literal["knn", "edlae"]


@dataclass(frozen=True)
class Config:
    """What `fit` is told, and what serving must repeat."""

    family: Family = "knn"
    """`knn` compares items two by two, `edlae` explains each item by all others at once."""
    weighting: Weighting = "cosine"
    """Of `knn`."""
    saturation: Saturation = "binary"
    """How the weight of an interaction grows: `binary` counts each item once, `log` as log(1 + weight)."""
    k: int = 100
    """Edges kept per target item; by `edlae`, on average."""
    bm25_k1: float = 1.2
    bm25_b: float = 0.75
    ridge: float = 200.0
    """λ of `edlae`, in users."""
    dropout: float = 0.33
    """p of `edlae`: how strongly an item's own popularity regularises it."""
    length_power: float = 0.5
    """By which power of its length the history of a user counts less in `edlae`."""
    exclude_seen: bool = True
    """Whether recommendations leave out the items of the history when the request does not say."""

    def __post_init__(self) -> None:
        known = self.weighting in get_args(Weighting) and self.saturation in get_args(Saturation)
        possible = self.k >= 1 and self.ridge > 0 and 0 <= self.dropout < 1
        if not known or not possible or self.family not in get_args(Family):
            raise ValueError(f"not a config: {self!r}")

    def saturate(self, weights: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
        """Weights (any shape) as the model counts them, signs kept; the same at fitting and at serving."""
        if self.saturation == "binary":
            return np.sign(weights).astype(np.float64)
        return np.sign(weights) * np.log1p(np.abs(weights, dtype=np.float64))

    def __str__(self) -> str:
        if self.family == "knn":
            return f"{self.weighting}, {self.saturation}"
        return f"edlae, ridge {self.ridge:g}, dropout {self.dropout:g}, length power {self.length_power:g}"

    def to_json(self) -> dict[str, object]:
        """The config as a JSON object."""
        return dataclasses.asdict(self)
