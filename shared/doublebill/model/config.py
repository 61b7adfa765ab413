"""Config: the hyper-parameters of a model; they travel inside its artifact."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, get_args

import numpy as np

from doublebill.arrays import Floats, Numbers, Reals

Weighting = Literal["cosine", "length", "tfidf", "bm25"]
Saturation = Literal["binary", "log"]
Support = Literal["pruned", "cosine", "inverse"]
Loss = Literal["mse", "cross-entropy"]
Values = Literal["int8", "float16", "float32"]


@dataclass(frozen=True)
class Knn:
    """Items compared two by two."""

    name: ClassVar[str] = "knn"
    weighting: Weighting = "cosine"
    bm25_k1: float = 1.2
    bm25_b: float = 0.75

    @property
    def additive(self) -> bool:
        """tf-idf and BM25 weigh each interaction by what all others are, so users cannot be added one by one."""
        return self.weighting in ("cosine", "length")

    def check(self) -> bool:
        """Whether this is possible."""
        return self.weighting in get_args(Weighting) and self.bm25_k1 > 0 and 0 <= self.bm25_b <= 1

    def __str__(self) -> str:
        return ", ".join([self.weighting, *_unusual(self, "weighting")])


@dataclass(frozen=True)
class Rp3beta:
    """A walk of three steps, item to user to item, that popular items attract less."""

    name: ClassVar[str] = "rp3beta"
    additive: ClassVar[bool] = True
    alpha: float = 1.0
    beta: float = 0.6

    def check(self) -> bool:
        """Whether this is possible."""
        return self.alpha >= 0 and self.beta >= 0

    def __str__(self) -> str:
        return f"rp3beta, alpha {self.alpha:g}, beta {self.beta:g}"


@dataclass(frozen=True)
class Edlae:
    """Every item explained by all others at once; EASE where `dropout` and `length_power` are 0."""

    name: ClassVar[str] = "edlae"
    additive: ClassVar[bool] = True
    ridge: float = 100.0
    """λ, in users."""
    dropout: float = 0.6
    """p: how strongly an item's own popularity regularises it."""
    length_power: float = 0.5
    """By which power of its length the history of a user counts less."""
    support: Support = "pruned"
    """What chooses the edges; see `doublebill.fit.linear.edlae`."""
    refit: bool = True
    """Whether the edges kept by `inverse` are fitted again without the others."""

    def check(self) -> bool:
        """Whether this is possible."""
        return self.ridge > 0 and 0 <= self.dropout < 1 and self.support in get_args(Support)

    def __str__(self) -> str:
        parts = f"edlae, ridge {self.ridge:g}, dropout {self.dropout:g}, length power {self.length_power:g}"
        return ", ".join([parts, *_unusual(self, "ridge", "dropout", "length_power")])


@dataclass(frozen=True)
class Factors:
    """Item factors learnt by gradients, so that every item of a history is told from its others."""

    name: ClassVar[str] = "factors"
    additive: ClassVar[bool] = False
    loss: Loss = "mse"
    dimensions: int = 256
    learning_rate: float = 0.01
    weight_decay: float = 0.0
    """Share of the factors, times the learning rate, lost at each step; `mse` looks at directions only."""
    batch_users: int = 128
    epochs: int = 50
    """At most; fewer where the loss on users left out for it stops falling."""
    patience: int = 5
    seed: int = 1

    def check(self) -> bool:
        """Whether this is possible."""
        counts = min(self.dimensions, self.batch_users, self.epochs, self.patience)
        return self.loss in get_args(Loss) and counts >= 1 and self.learning_rate > 0 and self.weight_decay >= 0

    def __str__(self) -> str:
        parts = f"factors, {self.loss}, {self.dimensions} dimensions"
        return ", ".join([parts, *_unusual(self, "loss", "dimensions")])


Family = Knn | Rp3beta | Edlae | Factors
FAMILIES: Mapping[str, type[Family]] = {family.name: family for family in (Knn, Rp3beta, Edlae, Factors)}


@dataclass(frozen=True)
class Config:
    """What `fit` is told, and what serving must repeat."""

    family: Family = dataclasses.field(default_factory=Edlae)
    saturation: Saturation = "binary"
    """How the weight of an interaction grows: `binary` counts each item once, `log` as log(1 + weight)."""
    k: int = 100
    """Edges kept per target item; by `edlae`, on average."""
    transitions: float = 0.0
    """How much the order of histories adds: the weight of edges from an item to what comes soon after it."""
    cold_users: int = 0
    """Items with fewer users get neighbours by their metadata; 0 for none."""
    cold_boost: float = 2.0
    """How many times what metadata promises of such an item it is worth as a recommendation."""
    recency_days: float = 0.0
    """By how many days before the newest event an interaction counts half when `knn` is fitted; 0 for no decay."""
    half_life: float = 0.0
    """After how many newer items a history item counts half, where times are known; 0 for no decay."""
    damping: float = 0.0
    """By which power of its popularity the score of an item is divided."""
    values: Values = "int8"
    """How similarities are stored."""
    exclude_seen: bool = True
    """Whether recommendations leave out the items of the history when the request does not say."""

    def __post_init__(self) -> None:
        known = self.saturation in get_args(Saturation) and self.values in get_args(Values)
        least = min(self.transitions, self.cold_users, self.cold_boost, self.half_life, self.damping)
        possible = self.k >= 1 and least >= 0
        possible = possible and self.recency_days >= 0 and (not self.recency_days or isinstance(self.family, Knn))
        if not isinstance(self.family, Family) or not known or not possible or not self.family.check():
            raise ValueError(f"not a config: {self!r}")

    @property
    def additive(self) -> bool:
        """Whether the model follows from a sum over users, so that one user can be taken out exactly."""
        return self.family.additive and not self.transitions and not self.recency_days

    def saturate(self, weights: Reals) -> Floats:
        """Weights (any shape) as the model counts them, signs kept; the same at fitting and at serving."""
        if self.saturation == "binary":
            return np.sign(weights).astype(np.float64)
        return np.sign(weights) * np.log1p(np.abs(weights, dtype=np.float64))

    def weigh(self, weights: Reals, timestamps: Numbers) -> Floats:
        """[history] what each item of a history counts: saturated, and halved per `half_life` newer items.

        An item is as old as there are items with a later time, so a history without times (all 0) does not decay.
        """
        saturated = self.saturate(weights)
        if not self.half_life or not len(saturated):
            return saturated
        newer = len(timestamps) - np.searchsorted(np.sort(timestamps), timestamps, side="right")
        decayed: Floats = saturated * 0.5 ** (newer / self.half_life)
        return decayed

    def __str__(self) -> str:
        return ", ".join([str(self.family), *_unusual(self, "family")])

    def to_json(self) -> dict[str, object]:
        """The config as a JSON object."""
        return {**dataclasses.asdict(self), "family": {"name": self.family.name, **dataclasses.asdict(self.family)}}

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> "Config":
        """The config that `to_json` gave.

        Raises:
            KeyError, TypeError, ValueError: when `fields` is nothing like that.
        """
        family = dict(fields["family"])
        return cls(**{**fields, "family": FAMILIES[family.pop("name")](**family)})


def _unusual(told: Family | Config, *known: str) -> list[str]:
    """The fields, but the `known` ones, that are not what they are by default, each with its value."""
    fields = [field for field in dataclasses.fields(told) if field.name not in known]
    values = {field.name: getattr(told, field.name) for field in fields if getattr(told, field.name) != field.default}
    return [f"{name.replace('_', ' ')} {value}" for name, value in values.items()]
