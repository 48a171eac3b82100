"""What the peers share that run our student without its runtime: logits in, tags out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tagrt.inference.decode import leaf_probabilities
from tagrt.inference.encode import Batch, batches
from tagrt_bench.peers.protocol import Base, Masses, best_ids


class Scored(Base):
    """A student, however it is run.

    Attributes:
        encoder: Gives the token ids of texts.
        score: Gives logits float32 [batch, nodes].
        temperature: That of the bundle.
    """

    encoder: Callable[[Sequence[str]], list[list[int]]]
    score: Callable[[Batch], Any]
    temperature: float

    def predict(self, texts: Sequence[str]) -> list[str]:
        """Return the best leaves."""
        return best_ids(self.masses(texts), self.taxonomy)

    def masses(self, texts: Sequence[str]) -> Masses:
        """Return the calibrated masses."""
        found = np.zeros((len(texts), len(self.taxonomy)), dtype=np.float32)
        for batch in batches(self.encoder(texts)):
            leaves = leaf_probabilities(self.score(batch), self.taxonomy, self.temperature)
            found[batch.rows] = self.taxonomy.masses(leaves)
        return found
