"""Products that a person adds by hand, such as one whose barcode no product has."""

from __future__ import annotations

from collections import Counter

from tagrt.store.store import Store
from tagrt.types import Decision, Product, Tagging

SOURCE = "scanned"
"""What a store calls the file of products added by hand."""


class Additions:
    """What one person adds at one sitting: a run of its own, begun with the first product."""

    def __init__(self, store: Store, model: str) -> None:
        """Take an open store and the name of the model that tags."""
        self._store = store
        self._model = model
        self._run = 0
        self._counts: Counter[Decision] = Counter()

    def add(self, product: Product, tagging: Tagging) -> None:
        """Keep a product; on disk when this returns.

        Raises:
            StoreError: If the store cannot be written.
        """
        if not self._run:
            self._run = self._store.begin_run(SOURCE, self._model)
        cells = {"title": product.title, "barcode": product.gtin}
        self._store.record(self._run, [product], [tagging], [cells])
        self._counts[tagging.decision] += 1
        auto, review, human = (self._counts[d] for d in (Decision.AUTO, Decision.REVIEW, Decision.HUMAN))
        self._store.end_run(self._run, auto + review + human, auto, review, human, seconds=0.0)
