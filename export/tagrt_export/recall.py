"""How alike a product must be to a corrected one to take its tag: measured on shops the model never saw.

Of every shop some rows are drawn as if a person had corrected them; the rest is judged with and without the
memory of these, at several thresholds. One will do where what is decided without a person is as precise with
the memory as without it, on every shop.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from tagrt import Tagger
from tagrt.memory import Memory, learn
from tagrt.memory.memory import Lesson
from tagrt.metrics import score_row
from tagrt.types import Decision
from tagrt_distill.corpus.row import Row

THRESHOLDS = (0.70, 0.75, 0.80, 0.84, 0.86, 0.88, 0.90, 0.92, 0.94, 0.96, 0.98)
CORRECTED, DRAWS = 100, 5
"""Rows of a shop drawn as corrected, a third of it at most, and how often."""

NEVER = 2.0
"""As a threshold: nothing is recalled."""

LEAST_ROWS = 100
"""A smaller shop tells too little."""


class Figures(NamedTuple):
    """Sums over draws: rows judged, and what became of them."""

    rows: int = 0
    recalled: int = 0
    recalled_hp: float = 0.0
    auto: int = 0
    auto_hp: float = 0.0
    hf1: float = 0.0

    def __add__(self, other: tuple[Any, ...]) -> Figures:
        """Return the sums."""
        return Figures(*(one + two for one, two in zip(self, other, strict=True)))

    @property
    def precision(self) -> float:
        """Hierarchical precision of what is decided without a person; 1 where nothing is."""
        return self.auto_hp / self.auto if self.auto else 1.0


def least_similarity(tagger: Tagger, shops: Mapping[str, Sequence[Row]]) -> float | None:
    """Return the least threshold at which the memory makes decisions worse on no shop.

    Args:
        tagger: The model.
        shops: Rows of shops that it was not trained on, by name.

    Returns:
        The threshold, the highest of `THRESHOLDS` where none will do; None where no shop is large enough.
    """
    judged = [Shop(tagger, rows) for rows in shops.values() if len(rows) >= LEAST_ROWS]
    return least_harmless(map(_precisions, judged)) if judged else None


def least_harmless(shops: Iterable[tuple[float, Sequence[float]]]) -> float:
    """Return the least threshold at which precision falls nowhere, the highest if it always does.

    Args:
        shops: Of each its precision without the memory, and that at each of `THRESHOLDS`.
    """
    told = list(shops)
    harmless = (at for n, at in enumerate(THRESHOLDS) if all(found[n] >= without for without, found in told))
    return next(harmless, THRESHOLDS[-1])


def _precisions(shop: Shop) -> tuple[float, list[float]]:
    without, *at = (shop.drawn(threshold).precision for threshold in (NEVER, *THRESHOLDS))
    return without, at


class Shop:
    """The rows of one shop with what the model says of them, asked once."""

    def __init__(self, tagger: Tagger, rows: Sequence[Row]) -> None:
        """Ask the model."""
        self.tagger = tagger
        self.taxonomy = tagger.taxonomy
        self.rows = rows
        products = [row.product._replace(brand="", description="", category="") for row in rows]
        self.products = products
        self.taggings = list(tagger.tag_many(products))
        self.embeddings = tagger.embed(products)
        self.golds = [[self.taxonomy.index[tag] for tag in row.tags] for row in rows]

    def drawn(self, threshold: float, corrected: int = CORRECTED, draws: int = DRAWS) -> Figures:
        """Return the figures of several draws of corrected rows.

        Args:
            threshold: Least similarity of what is recalled.
            corrected: Rows drawn as corrected.
            draws: How often.
        """
        total = Figures()
        for seed in range(draws):
            total += self.judged(threshold, corrected, seed)
        return total

    def judged(self, threshold: float, corrected: int, seed: int) -> Figures:
        """Return the figures of one draw of corrected rows."""
        order = random.Random(seed).sample(range(len(self.rows)), len(self.rows))
        corrected = min(corrected, len(order) // 3)
        taught, rest = order[:corrected], order[corrected:]
        lessons = [Lesson(self.products[n], self.rows[n].tags[0]) for n in taught]
        memory: Memory = learn(self.tagger, lessons, threshold)
        recalled = memory.recall(np.ascontiguousarray(self.embeddings[rest]))
        total = Figures()
        for n, found in zip(rest, recalled, strict=True):
            total += self._row(n, found.tag if found else None)
        return total

    def _row(self, n: int, recalled: str | None) -> Figures:
        tagging, gold, index = self.taggings[n], self.golds[n], self.taxonomy.index
        if recalled is not None:
            score = score_row(self.taxonomy, index[recalled], gold)
            return Figures(1, 1, score.precision, 1, score.precision, score.f1)
        guess = score_row(self.taxonomy, index[tagging.best.id] if tagging.best else -1, gold)
        if tagging.decision is Decision.AUTO and tagging.tag:
            hp = score_row(self.taxonomy, index[tagging.tag.id], gold).precision
            return Figures(1, 0, 0.0, 1, hp, guess.f1)
        return Figures(1, 0, 0.0, 0, 0.0, guess.f1)
