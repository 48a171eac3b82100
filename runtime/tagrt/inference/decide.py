"""From best paths to decisions: back off to the deepest sure node, and say when a person must look."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tagrt.types import Decision, Reason, Tag, Tagging

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tagrt.inference.decode import Decoded
    from tagrt.taxonomy import Taxonomy

AUTO_DEPTH = 2
"""A decided tag above this depth says too little to go unseen, unless it is a leaf."""


class Decider:
    """Applies a bundle's threshold."""

    empty = Tagging((), (), Decision.REVIEW, Reason.EMPTY_TITLE)

    def __init__(self, taxonomy: Taxonomy, threshold: float) -> None:
        """Keep the least probability a decided tag must have."""
        self.taxonomy = taxonomy
        self.threshold = threshold
        self._names = list(zip(taxonomy.ids, taxonomy.en, taxonomy.zh, strict=True))
        self._rests = frozenset(taxonomy.ids[node] for node in taxonomy.rests.values())

    def decide(self, decoded: Decoded) -> list[Tagging]:
        """Return one tagging per row of a decoded batch."""
        rows = zip(decoded.nodes.tolist(), decoded.masses.tolist(), strict=True)
        return [self._decide(nodes, masses) for nodes, masses in rows]

    def tags(self, path: Iterable[int], masses: NDArray[np.float32]) -> tuple[Tag, ...]:
        """Return the tags of a path that are shown, given float32 masses [nodes]."""
        return self._shown(tuple(self._tag(node, float(masses[node])) for node in path))

    def decide_one(self, path: Iterable[tuple[int, float]]) -> Tagging:
        """Return the tagging of one best path: node and mass per level."""
        return self.tagging(tuple(self._tag(node, mass) for node, mass in path))

    def _tag(self, node: int, probability: float) -> Tag:
        return Tag(*self._names[node], probability)

    def _decide(self, nodes: list[int], masses: list[float]) -> Tagging:
        names = self._names
        return self.tagging(tuple([Tag(*names[n], m) for n, m in zip(nodes, masses, strict=True) if n >= 0]))

    def _shown(self, path: tuple[Tag, ...]) -> tuple[Tag, ...]:
        """Return a path without the rest of a tag that it ends in."""
        return path[:-1] if self._rests and path and path[-1].id in self._rests else path

    def tagging(self, guess: tuple[Tag, ...]) -> Tagging:
        """Return the decision on a best path, root first."""
        guess = self._shown(guess)
        sure = len([tag for tag in guess if tag.probability >= self.threshold])
        path = guess[:sure]
        if not sure:
            return Tagging(path, guess, Decision.REVIEW, Reason.LOW_CONFIDENCE)
        if sure < AUTO_DEPTH and sure < len(guess):
            return Tagging(path, guess, Decision.REVIEW, Reason.TOO_BROAD)
        return Tagging(path, guess, Decision.AUTO)
