"""From probabilities of the classes that a classifier has seen to those of the tree's nodes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tagrt.taxonomy import Taxonomy
from tagrt_bench.peers.protocol import Masses


class ClassTree:
    """Spreads classes over leaves: an inner class says 'somewhere below here', evenly."""

    def __init__(self, taxonomy: Taxonomy, classes: Sequence[str]) -> None:
        """Keep the tree and the taxonomy id of each class."""
        self.taxonomy = taxonomy
        self.spread = np.zeros((len(classes), len(taxonomy.leaves)), dtype=np.float32)
        for row, tag in enumerate(classes):
            node = taxonomy.index[tag]
            start, stop = int(taxonomy.leaf_start[node]), int(taxonomy.leaf_stop[node])
            self.spread[row, start:stop] = 1 / (stop - start)

    def masses(self, probabilities: np.ndarray[Any, Any]) -> Masses:
        """Return float32 [rows, nodes] of float [rows, classes]."""
        total = np.maximum(probabilities.sum(axis=1, keepdims=True), 1e-9)
        return self.taxonomy.masses((probabilities / total).astype(np.float32) @ self.spread)
