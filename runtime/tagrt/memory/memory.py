"""The memory: embeddings of corrected products, and the nearest of them to a new one."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tagrt.text import product_text
from tagrt.types import Product

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tagrt.inference.tagger import Tagger

SIMILARITY = 0.86
"""Least cosine similarity at which a product takes the tag of a corrected one, for bundles that name none.

Measured for model 5 by ``benchmarks/memory_threshold.py`` on five shops that it never saw, 100 corrections
(or a third of the shop) drawn five times: it is the least at which the hierarchical precision of what is
decided without a person falls on none of them (0.953 to 0.995, without the memory 0.952 to 0.991). Of the
rest of a shop 13 to 80 % are recalled, with a precision of 0.983 to 1. For model 4 it is the least as well.
"""


class Lesson(NamedTuple):
    """What a person said of a product.

    Attributes:
        product: The product as it was then.
        tag: A taxonomy id.
    """

    product: Product
    tag: str


class Recalled(NamedTuple):
    """The corrected product that a new one is like.

    Attributes:
        tag: Its tag, a taxonomy id.
        title: Its title.
        similarity: Cosine of the two embeddings.
    """

    tag: str
    title: str
    similarity: float


@dataclass(frozen=True, slots=True)
class Memory:
    """Corrected products by their embeddings.

    Attributes:
        vectors: float32 [lessons, width], L2-normalised.
        lessons: What people said, in the same order.
        similarity: Least similarity of what is recalled.
    """

    vectors: NDArray[np.float32]
    lessons: tuple[Lesson, ...]
    similarity: float = SIMILARITY

    @property
    def digest(self) -> str:
        """A hash of everything that decides what is recalled."""
        told = [f"{self.similarity}", *(repr(lesson) for lesson in self.lessons)]
        return hashlib.sha256("\n".join(told).encode("utf-8", "replace")).hexdigest()[:16]

    def recall(self, embeddings: NDArray[np.float32]) -> list[Recalled | None]:
        """Return the nearest lesson of each product; None where none is near enough, or near ones disagree.

        Args:
            embeddings: float32 [products, width], L2-normalised.
        """
        found: list[Recalled | None] = [None] * len(embeddings)
        if not self.lessons:
            return found
        similarities = embeddings @ self.vectors.T
        best = similarities.argmax(axis=1)
        highest = similarities[np.arange(len(best)), best]
        for row in np.flatnonzero(highest >= self.similarity).tolist():
            near = np.flatnonzero(similarities[row] >= self.similarity).tolist()
            lesson = self.lessons[int(best[row])]
            exact = highest[row] > 1 - 1e-4
            if exact or all(_agree(self.lessons[other].tag, lesson.tag) for other in near):
                found[row] = Recalled(lesson.tag, lesson.product.title, min(float(highest[row]), 1.0))
        return found


def similarity_of(tagger: Tagger) -> float:
    """Return the least similarity that was measured for a model, or the one of the models before."""
    return tagger.bundle.manifest.similarity or SIMILARITY


def learn(tagger: Tagger, lessons: Sequence[Lesson], similarity: float | None = None) -> Memory:
    """Return a memory of what people said; tags that the model's tree lacks are left out.

    Args:
        tagger: Gives the embeddings; what is recalled must come from the same model.
        lessons: What people said; of equal texts the last counts.
        similarity: Least similarity of what is recalled; that of the model if None.
    """
    similarity = similarity_of(tagger) if similarity is None else similarity
    by_text = {product_text(lesson.product): lesson for lesson in lessons if lesson.product.title.strip()}
    known = tuple(lesson for lesson in by_text.values() if lesson.tag in tagger.taxonomy.index)
    if not known:
        return Memory(np.zeros((0, 1), np.float32), (), similarity)
    return Memory(tagger.embed([lesson.product for lesson in known]), known, similarity)


def _agree(one: str, other: str) -> bool:
    """Whether two tags are the same, or one lies below the other."""
    return one == other or one.startswith(f"{other}/") or other.startswith(f"{one}/")
