"""Config: the hyper-parameters of a model; they travel inside its artifact."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, Literal, get_args

import numpy as np

from doublebill.arrays import Floats, Numbers, Reals
from doublebill.model.counting.strength import Strength, strengths
from doublebill.model.counting.verdicts import RatingLevels, shares

Weighting = Literal["cosine", "length", "tfidf", "bm25"]
Saturation = Literal["binary", "log"]
Support = Literal["pruned", "cosine", "inverse"]
Loss = Literal["mse", "cross-entropy"]
Values = Literal["int8", "float16", "float32"]

SPARE: Mapping[str, bool] = MappingProxyType({"written_by_default": False})
"""Metadata of a field that is written as JSON only where it differs from its default.

Versions are digests of configs, so a field that is added must not change the configs there are.
"""

LIMITS = ("minimum_users", "most_items")
"""Fields that the settings of a catalog decide for every config of a training, and no sentence repeats."""

STRONGEST_DAMPING = 1.0
"""Powers of popularity run from minus this to this."""


@dataclass(frozen=True)
class Knn:
    """Items compared two by two."""

    name: ClassVar[str] = "knn"
    weighting: Weighting = "cosine"
    bm25_k1: float = 1.2
    bm25_b: float = 0.75

    @property
    def additive(self) -> bool:
        """Returns whether users can be added one by one: tf-idf and BM25 weigh each interaction by all others."""
        return self.weighting in ("cosine", "length")

    def check(self) -> bool:
        """Returns whether these parameters are possible."""
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
        """Returns whether these parameters are possible."""
        return self.alpha >= 0 and self.beta >= 0

    def __str__(self) -> str:
        return f"rp3beta, alpha {self.alpha:g}, beta {self.beta:g}"


@dataclass(frozen=True)
class Edlae:
    """Every item explained by all others at once; EASE where `dropout` and `length_power` are 0."""

    name: ClassVar[str] = "edlae"
    ridge: float = 100.0
    """λ, in users."""
    dropout: float = 0.6
    """p: how strongly an item's own popularity regularises it."""
    length_power: float = 0.5
    """By which power of its length the history of a user counts less."""
    support: Support = "pruned"
    """The way to choose edges; see `doublebill.fit.linear.edlae`."""
    refit: bool = True
    """Whether the edges kept by `inverse` are fitted again without the others."""
    order: float = dataclasses.field(default=0.0, metadata=SPARE)
    """Share of the order of histories in what edges explain: 0 for all that is together, 1 for what follows."""
    scaled: bool = dataclasses.field(default=True, metadata=SPARE)
    """Whether the edges of each target are multiplied by their least-squares scale."""
    text: float = dataclasses.field(default=0.0, metadata=SPARE)
    """By how many users' worth edges are drawn towards the similarities of items by their metadata."""

    @property
    def additive(self) -> bool:
        """Returns whether users can be added one by one; the gram of what follows what is not kept by user."""
        return not self.order

    def check(self) -> bool:
        """Returns whether these parameters are possible."""
        possible = self.ridge > 0 and 0 <= self.dropout < 1 and self.support in get_args(Support)
        return possible and 0 <= self.order <= 1 and self.text >= 0 and (self.refit or not (self.order or self.text))

    def __str__(self) -> str:
        parts = f"edlae, ridge {self.ridge:g}, dropout {self.dropout:g}, length power {self.length_power:g}"
        return ", ".join([parts, *_unusual(self, "ridge", "dropout", "length_power")])


@dataclass(frozen=True)
class Factors:
    """Item factors learnt by gradients, so that the others of a history predict each of its items."""

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
        """Returns whether these parameters are possible."""
        counts = min(self.dimensions, self.batch_users, self.epochs, self.patience)
        return self.loss in get_args(Loss) and counts >= 1 and self.learning_rate > 0 and self.weight_decay >= 0

    def __str__(self) -> str:
        parts = f"factors, {self.loss}, {self.dimensions} dimensions"
        return ", ".join([parts, *_unusual(self, "loss", "dimensions")])


@dataclass(frozen=True)
class Popularity:
    """No edges at all: everybody gets what is popular; with a prior, by recent popularity."""

    name: ClassVar[str] = "popular"
    additive: ClassVar[bool] = True

    def check(self) -> bool:
        """Returns whether these parameters are possible."""
        return True

    def __str__(self) -> str:
        return "popularity"


@dataclass(frozen=True)
class Private:
    """Edges and popularity from noised sums; no training can repeat it, since its noise is secret."""

    name: ClassVar[str] = "private"
    additive: ClassVar[bool] = False
    epsilon: float = 1.0
    delta: float = 1e-6

    def check(self) -> bool:
        """Returns whether these parameters are possible."""
        return self.epsilon > 0 and 0 < self.delta < 1

    def __str__(self) -> str:
        return f"private, epsilon {self.epsilon:g}, delta {self.delta:g}"


Family = Knn | Rp3beta | Edlae | Factors | Popularity | Private
FAMILIES: Mapping[str, type[Family]] = {
    family.name: family for family in (Knn, Rp3beta, Edlae, Factors, Popularity, Private)
}


@dataclass(frozen=True)
class Prior:
    """Recent popularity as part of every score; see `doublebill.model.priors.recency_prior`."""

    weight: float = 10.0
    """The factor of the recent share that is added to each score; 0 adds nothing."""
    power: float = 0.0
    """By which power of the recent over the all-time share each score is multiplied; 0 multiplies by 1."""
    half_life_days: float = 7.0
    """By how many days before the newest day a visit counts half."""

    def check(self) -> bool:
        """Returns whether these parameters are possible."""
        return min(self.weight, self.power) >= 0 < max(self.weight, self.power) and self.half_life_days > 0

    def __str__(self) -> str:
        return f"weight {self.weight:g}, power {self.power:g}, half-life {self.half_life_days:g} days"


@dataclass(frozen=True)
class Config:
    """The hyper-parameters of a fit, which serving must repeat."""

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
    """The factor of the scores that such an item gets from metadata."""
    recency_days: float = 0.0
    """By how many days before the newest event an interaction counts half when `knn` is fitted; 0 for no decay."""
    half_life: float = 0.0
    """After how many newer items a history item counts half, where times are known; 0 for no decay."""
    damping: float = 0.0
    """By which power of its popularity the score of an item is divided; multiplied where that is below 0."""
    values: Values = "int8"
    """How similarities are stored."""
    exclude_seen: bool = True
    """Whether recommendations leave out the items of the history when the request does not say."""
    new_transitions: bool = dataclasses.field(default=False, metadata=SPARE)
    """Whether transitions may be edges where the family has none."""
    strength: Strength = dataclasses.field(default="none", metadata=SPARE)
    """How the weight of an item in a history counts beside the others of that history, where it does; for `edlae`."""
    liked_from: float | None = dataclasses.field(default=None, metadata=SPARE)
    """The rating from which an item is liked, where that makes a difference to the model; None where it makes none."""
    liked_edges: float = dataclasses.field(default=0.0, metadata=SPARE)
    """The share of edges fitted to what users liked in the edges of the model; the rest is fitted to everything."""
    others: float = dataclasses.field(default=1.0, metadata=SPARE)
    """How much an item of a history counts that was rated below `liked_from`, where one that is liked counts 1."""
    prior: Prior | None = dataclasses.field(default=None, metadata=SPARE)
    """Recent popularity as part of every score; None for none."""
    minimum_users: int = dataclasses.field(default=1, metadata=SPARE)
    """The k of k-support: users that a pair of items must have to be an edge, and an item to have a popularity."""
    most_items: int = dataclasses.field(default=0, metadata=SPARE)
    """Items of one user that count when the model is fitted, the newest ones; 0 for all."""
    most_influence: float = dataclasses.field(default=0.0, metadata=SPARE)
    """Largest norm of what one user adds to the gram of `edlae`; 0 for no limit."""

    def __post_init__(self) -> None:
        named = self.saturation in get_args(Saturation) and self.values in get_args(Values)
        least = min(self.transitions, self.cold_users, self.cold_boost, self.half_life)
        possible = self.k >= 1 and least >= 0 and abs(self.damping) <= STRONGEST_DAMPING
        possible = possible and self.recency_days >= 0 and (not self.recency_days or isinstance(self.family, Knn))
        plain = not isinstance(self.family, Edlae) or self.family.order or not self.family.refit
        possible = possible and self.strength in get_args(Strength) and (self.strength == "none" or not plain)
        judged = self.liked_from is not None or (self.liked_edges, self.others) == (0.0, 1.0)
        possible = possible and judged and 0 <= self.liked_edges <= 1 and 0 <= self.others <= 1
        possible = possible and (self.prior is None or self.prior.check())
        possible = possible and self.minimum_users >= 1 and min(self.most_items, self.most_influence) >= 0
        possible = possible and (not self.most_influence or isinstance(self.family, Edlae))
        if not isinstance(self.family, Family) or not named or not possible or not self.family.check():
            raise ValueError(f"not a config: {self!r}")

    @property
    def additive(self) -> bool:
        """Returns whether the model follows from a sum over users, so that one user can be taken out exactly.

        A prior is a sum over users too, but it is anchored at the newest visit and stored as rounded sums.
        """
        timeless = not (self.transitions or self.recency_days or self.prior)
        return self.family.additive and timeless

    @property
    def baseline(self) -> str:
        """Returns the name of the baseline that this config is, empty for a model; see `fit.evaluation.baselines`."""
        if isinstance(self.family, Popularity):
            return "recent popularity" if self.prior else "popularity"
        return "item-kNN" if self == self.plain(Knn("cosine")) else ""

    def plain(self, family: Family) -> "Config":
        """Returns a config of a family with the fields that data and settings decide, and defaults for all others."""
        return Config(
            family,
            cold_users=self.cold_users,
            exclude_seen=self.exclude_seen,
            minimum_users=self.minimum_users,
            most_items=self.most_items,
        )

    def saturate(self, weights: Reals) -> Floats:
        """Weights (any shape) as the model counts them, signs kept; the same at fitting and at serving."""
        if self.saturation == "binary":
            return np.sign(weights).astype(np.float64)
        return np.sign(weights) * np.log1p(np.abs(weights, dtype=np.float64))

    def weigh(
        self, weights: Reals, timestamps: Numbers, ratings: Reals | None = None, levels: RatingLevels | None = None
    ) -> Floats:
        """Returns [history] the weight of each item of a history: saturated, judged, and halved per `half_life` newer.

        An item is as old as there are items with a later time, so a history without times (all 0) does not decay.
        `ratings` are in stars, NaN where there is none; with `levels` a low one leaves no weight.
        """
        saturated = self.saturate(weights)
        if self.strength != "none":
            saturated = strengths(weights, np.array([0, len(weights)]), self.strength)
        if ratings is not None:
            saturated *= shares(ratings, self.liked_from, self.others, levels)
        if not self.half_life or not len(saturated):
            return saturated
        newer = len(timestamps) - np.searchsorted(np.sort(timestamps), timestamps, side="right")
        decayed: Floats = saturated * 0.5 ** (newer / self.half_life)
        return decayed

    def __str__(self) -> str:
        return ", ".join([str(self.family), *_unusual(self, "family", *LIMITS)])

    def to_json(self) -> dict[str, object]:
        """Returns the config as a JSON object."""
        family = {"name": self.family.name, **_written(self.family)}
        prior = {"prior": dataclasses.asdict(self.prior)} if self.prior else {}
        return {**_written(self), "family": family, **prior}

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> "Config":
        """Returns the config that `to_json` gave.

        Raises:
            KeyError, TypeError, ValueError: when `fields` is nothing like that.
        """
        family, prior = dict(fields["family"]), fields.get("prior")
        kinds = {"family": FAMILIES[family.pop("name")](**family), "prior": prior and Prior(**prior)}
        return cls(**{**fields, **kinds})


def _written(config: Family | Config) -> dict[str, object]:
    """Returns the fields by name, without those of metadata `SPARE` that have their default."""
    values = {field: getattr(config, field.name) for field in dataclasses.fields(config)}
    return {
        field.name: value
        for field, value in values.items()
        if field.metadata.get("written_by_default", True) or value != field.default
    }


def _unusual(config: Family | Config, *usual: str) -> list[str]:
    """Returns the fields that differ from their defaults, each with its value, but for the `usual` ones."""
    fields = [(field, getattr(config, field.name)) for field in dataclasses.fields(config) if field.name not in usual]
    return [f"{field.name.replace('_', ' ')} {_text(value)}" for field, value in fields if value != field.default]


def _text(value: object) -> str:
    """Returns a value as people write it: yes or no, and no zeros after the point."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)
