"""Active learning: the products whose answers tell most about the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tagrt.memory.memory import SIMILARITY, similarity_of
from tagrt.store.lessons import decisions
from tagrt.types import Product

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tagrt.inference.tagger import Tagger
    from tagrt.store import Store

POOL = 4000
"""Products that are looked at, the least certain of the store."""

LEAST_LIKENESS = 0.6
"""Cosine below which one product's answer says nothing about another."""


class Question(NamedTuple):
    """A product that a person is asked about.

    Attributes:
        key: Its key in the store.
        product: The product.
        best: The model's best guess, a taxonomy id.
        probability: How sure the model is of it.
        teaches: Doubt that the answer takes from the shop, in products.
    """

    key: str
    product: Product
    best: str
    probability: float
    teaches: float


def choose(store: Store, tagger: Tagger, budget: int, pool: int = POOL) -> list[Question]:
    """Return the products whose answers teach most, the first the most.

    Uncertainty with diversity as facility location (Wei et al., 2015): every product has its doubt, an answer
    takes the doubt from those that are like it, and greedily the answer is asked for that takes most. What
    people decided already counts as answered.

    Args:
        store: An open store.
        tagger: The model.
        budget: Products to ask about, at most.
        pool: Products to look at, the least certain.
    """
    rows = store.query(
        "SELECT p.key, p.title, p.brand, p.description, p.category, p.gtin, p.best, "
        "ifnull(p.best_probability, 0.0) FROM products p "
        "WHERE p.gone IS NULL AND p.reason NOT IN ('rule', 'memory') AND NOT EXISTS "
        "(SELECT 1 FROM corrections c WHERE c.product = p.id AND c.ended IS NULL) "
        "ORDER BY p.best_probability, p.id LIMIT ?",
        (pool,),
    )
    if not rows:
        return []
    products = [_product(*row[:6]) for row in rows]
    vectors = tagger.embed(products)
    doubt = 1.0 - np.array([row[7] for row in rows], dtype=np.float32)
    answered = [decided.product for decided in decisions(store)]
    told = tagger.embed(answered) if answered else vectors[:0]
    order, gains = cover(vectors, doubt, told, budget, similarity_of(tagger))
    return [
        Question(rows[n][0], products[n], rows[n][6], rows[n][7], gain)
        for n, gain in zip(order, gains, strict=True)
    ]


def cover(
    vectors: NDArray[np.float32],
    doubt: NDArray[np.float32],
    told: NDArray[np.float32],
    budget: int,
    similarity: float = SIMILARITY,
) -> tuple[list[int], list[float]]:
    """Choose greedily what covers most doubt.

    Args:
        vectors: float32 [products, width], L2-normalised.
        doubt: float32 [products], each product's own.
        told: float32 [answered, width], of products whose answer is known.
        budget: How many to choose, at most.
        similarity: The memory's threshold.

    Returns:
        Numbers of the chosen, in order, and the doubt that each takes away.
    """
    says = _says(vectors @ vectors.T, similarity)
    covered = (
        _says(vectors @ told.T, similarity).max(axis=1) if len(told) else np.zeros(len(vectors), np.float32)
    )
    chosen: list[int] = []
    gains: list[float] = []
    for _ in range(min(budget, len(vectors))):
        gain = np.maximum(says - covered[None, :], 0.0) @ doubt
        gain[chosen] = -1.0
        best = int(gain.argmax())
        chosen.append(best)
        gains.append(float(gain[best]))
        covered = np.maximum(covered, says[best])
    return chosen, gains


def _says(likeness: NDArray[np.float32], similarity: float) -> NDArray[np.float32]:
    """Return how much an answer says about a product so alike: all from the memory's threshold on."""
    says: NDArray[np.float32] = (likeness - LEAST_LIKENESS) / max(similarity - LEAST_LIKENESS, 0.01)
    return np.clip(says, 0.0, 1.0, out=says)


def _product(key: str, title: str, brand: str, description: str, category: str, gtin: str) -> Product:
    own = key[len("key:") :].partition("#")[0] if key.startswith("key:") else ""
    return Product(title, brand, description, category, own, gtin)
