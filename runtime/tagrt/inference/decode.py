"""From leaf logits to a best path and a decided path; pure arrays, shared by runtime and evaluation."""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tagrt.taxonomy import Taxonomy


class Decoded(NamedTuple):
    """Best paths of a batch.

    Attributes:
        nodes: int32 [batch, depth]: node index per level, -1 below the leaf.
        masses: float32 [batch, depth]: probability of each of these nodes, 0 below the leaf.
    """

    nodes: NDArray[np.int32]
    masses: NDArray[np.float32]


def leaf_probabilities(
    logits: NDArray[np.float32], taxonomy: Taxonomy, temperature: float
) -> NDArray[np.float32]:
    """Softmax over the leaves.

    Args:
        logits: float32 [batch, nodes], as the graph gives them; inner nodes are not read.
        taxonomy: Gives the leaves.
        temperature: Calibration temperature (Guo et al., 2017); 1 changes nothing.

    Returns:
        float32 [batch, leaves], in the order of `taxonomy.leaves`.
    """
    scaled = logits[:, taxonomy.leaves]
    if temperature != 1.0:
        scaled /= np.float32(temperature)
    scaled -= scaled.max(axis=1, keepdims=True)
    np.exp(scaled, out=scaled)
    scaled /= scaled.sum(axis=1, keepdims=True)
    return scaled


class Decoder:
    """Walks down the tree by the heaviest child, for whole batches at once."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        """Lay the children out as one padded array."""
        self.taxonomy = taxonomy
        self.depth = int(taxonomy.depth.max())
        self._start = taxonomy.leaf_start.tolist()
        self._stop = taxonomy.leaf_stop.tolist()
        self._roots = np.array(taxonomy.roots, dtype=np.int32)
        widest = max((len(c) for c in taxonomy.children), default=1) or 1
        self._children = np.full((len(taxonomy), widest), -1, dtype=np.int32)
        for node, children in enumerate(taxonomy.children):
            self._children[node, : len(children)] = children

    def decode(self, masses: NDArray[np.float32]) -> Decoded:
        """Find each row's best path: from the heaviest root down by the heaviest child to a leaf.

        Args:
            masses: float32 [batch, nodes], from `Taxonomy.masses`.

        Returns:
            The paths with the mass of each node.
        """
        rows = np.arange(len(masses))[:, None]
        return self._walk(len(masses), lambda nodes: masses[rows, nodes])

    def decode_leaves(self, leaves: NDArray[np.float32]) -> Decoded:
        """Find the same paths without the masses of all other nodes.

        Args:
            leaves: float32 [batch, leaves], from `leaf_probabilities`.
        """
        sums = np.zeros((len(leaves), leaves.shape[1] + 1))
        np.cumsum(leaves, axis=1, dtype=np.float64, out=sums[:, 1:])
        rows = np.arange(len(leaves))[:, None]
        start, stop = self.taxonomy.leaf_start, self.taxonomy.leaf_stop
        return self._walk(
            len(leaves), lambda nodes: (sums[rows, stop[nodes]] - sums[rows, start[nodes]]).astype(np.float32)
        )

    def _walk(self, count: int, masses_of: Callable[[NDArray[np.int32]], NDArray[np.float32]]) -> Decoded:
        rows = np.arange(count)
        nodes = np.full((count, self.depth), -1, dtype=np.int32)
        taken = np.zeros((count, self.depth), dtype=np.float32)
        below = np.broadcast_to(self._roots, (count, len(self._roots)))
        for level in range(self.depth):
            masses = np.where(below >= 0, masses_of(below), np.float32(-1))
            best = masses.argmax(axis=1)
            heaviest = masses[rows, best]
            nodes[:, level] = node = below[rows, best]
            taken[:, level] = np.maximum(heaviest, 0)
            below = self._children[node]
            below[node < 0] = -1
        return Decoded(nodes, taken)

    def one(self, leaves: NDArray[np.float32]) -> list[tuple[int, float]]:
        """Find the best path of one row, as `decode` does: node and mass per level.

        For a single product this takes a fraction of the time that arrays of one row take.

        Args:
            leaves: float32 [leaves], from `leaf_probabilities`.
        """
        sums = [0.0, *accumulate(leaves.tolist())]
        start, stop = self._start, self._stop
        path = []
        below = self.taxonomy.roots
        while below:
            masses = [sums[stop[node]] - sums[start[node]] for node in below]
            best = max(masses)
            node = below[masses.index(best)]
            path.append((node, float(np.float32(best))))
            below = self.taxonomy.children[node]
        return path
