"""The tagger: products in, taggings out. Everything that tags goes through here."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tagrt.bundle.bundle import MODEL, TAXONOMY, TOKENIZER, Bundle
from tagrt.errors import BundleError, UsageError
from tagrt.inference.decide import Decider
from tagrt.inference.decode import Decoder, leaf_probabilities
from tagrt.inference.encode import Batch, TextEncoder, batches
from tagrt.inference.session import Session
from tagrt.inference.threads import available_cpus
from tagrt.taxonomy import Taxonomy
from tagrt.text import product_text
from tagrt.types import Product, Tag, Tagging
from tagrt.vocabulary import Vocabulary

if TYPE_CHECKING:
    from numpy.typing import NDArray

CHUNK = 4096
"""Products held in memory at once by `Tagger.tag_many`."""


class Tagger:
    """Tags products with one bundle. Thread-safe; sessions are made at the first use."""

    def __init__(
        self, bundle: Bundle, vocabulary: str | Path | None = None, threads: int | None = None
    ) -> None:
        """Keep a verified bundle.

        Args:
            bundle: The model.
            vocabulary: A shop's own tag names (``vocabulary.toml``).
            threads: Threads for batches; by default the CPUs this process may use.

        Raises:
            UsageError: If `threads` is below 1.
            BundleError: If the bundle's labels and taxonomy do not fit each other.
        """
        if threads is not None and threads < 1:
            raise UsageError(f"threads must be at least 1, not {threads}")
        self.bundle = bundle
        self.threads = threads or available_cpus()
        self.taxonomy = Taxonomy.parse(bundle.contents[TAXONOMY].decode("utf-8"), str(bundle.path / TAXONOMY))
        if self.taxonomy.ids != bundle.manifest.labels:
            raise BundleError(f"{bundle.path}: labels and taxonomy.tsv differ: export the bundle again")
        self.vocabulary = Vocabulary.load(Path(vocabulary), self.taxonomy) if vocabulary else None
        self._threads: tuple[int, ThreadPoolExecutor] | None = None
        self._decoder = Decoder(self.taxonomy)
        self._decider = Decider(self.taxonomy, bundle.manifest.threshold)

    @classmethod
    def load(
        cls,
        model: str | Path | None = None,
        *,
        vocabulary: str | Path | None = None,
        threads: int | None = None,
    ) -> Tagger:
        """Load the bundled model, or the bundle in a folder.

        Raises:
            BundleError: If the bundle is damaged.
            VocabularyError: If the vocabulary is malformed.
        """
        return cls(Bundle.load(model), vocabulary, threads)

    def tag(self, product: Product | str) -> Tagging:
        """Tag one product."""
        return self._tag_texts([_text(product)])[0]

    def tag_many(self, products: Iterable[Product | str]) -> Iterator[Tagging]:
        """Tag a stream of products, in input order and constant memory.

        Raises:
            UsageError: If `products` is one text instead of several.
        """
        stream = iter(_several(products))
        while chunk := list(islice(stream, CHUNK)):
            texts = [_text(product) for product in chunk]
            distinct = list(dict.fromkeys(texts))
            found = dict(zip(distinct, self._tag_texts(distinct), strict=True))
            yield from (found[text] for text in texts)

    def candidates(self, product: Product | str, count: int = 5) -> list[tuple[Tag, ...]]:
        """Return the most probable leaves, each as its path, best first; none without a title."""
        text = _text(product)
        if not text or count < 1:
            return []
        (batch,) = batches(self._encoder.ids([text]))
        leaves = self._leaf_probabilities(batch)[0]
        masses = self.taxonomy.masses(leaves)
        best = np.argsort(-leaves, kind="stable")[:count]
        return [self._decider.tags(self.taxonomy.path(int(self.taxonomy.leaves[i])), masses) for i in best]

    def embed(self, products: Sequence[Product | str]) -> NDArray[np.float32]:
        """Return float32 embeddings [products, width], L2-normalised, for similar-product search."""
        parts = list(batches(self._encoder.ids([_text(p) for p in _several(products)])))
        found = [self._session.embeddings(b.input_ids, b.lengths) for b in parts]
        rows = [row for b in parts for row in b.rows]
        joined = np.concatenate(found) if found else np.zeros((0, 0), np.float32)
        ordered = np.empty_like(joined)
        ordered[rows] = joined
        return ordered

    @cached_property
    def _session(self) -> Session:
        return Session(self.bundle.contents[MODEL])

    @cached_property
    def _encoder(self) -> TextEncoder:
        return TextEncoder(self.bundle.contents[TOKENIZER], self.bundle.manifest.max_tokens)

    @property
    def _pool(self) -> ThreadPoolExecutor:
        """The threads of this process; a forked child gets its own, for those of its parent are gone."""
        if self._threads is None or self._threads[0] != os.getpid():
            pool = ThreadPoolExecutor(self.threads, thread_name_prefix="tagrt")
            self._threads = (os.getpid(), pool)
        return self._threads[1]

    def __getstate__(self) -> dict[str, object]:
        """Leave out what cannot be pickled and is made again at the first use."""
        kept = {k: v for k, v in self.__dict__.items() if k not in ("_session", "_encoder")}
        return {**kept, "_threads": None}

    def _tag_texts(self, texts: Sequence[str]) -> list[Tagging]:
        taggings = [self._decider.empty] * len(texts)
        filled = [i for i, text in enumerate(texts) if text]
        if not filled:
            return taggings
        parts = list(batches(self._encoder.ids([texts[i] for i in filled])))
        spread = self.threads > 1 and len(parts) > 1
        _ = self._session  # made before the threads ask for it all at once
        results = (
            self._pool.map(self._tag_batch, reversed(parts))
            if spread
            else map(self._tag_batch, reversed(parts))
        )
        for part, found in zip(reversed(parts), results, strict=True):
            for row, tagging in zip(part.rows, found, strict=True):
                taggings[filled[row]] = tagging
        return taggings

    def _leaf_probabilities(self, batch: Batch) -> NDArray[np.float32]:
        logits = self._session.logits(batch.input_ids, batch.lengths)
        return leaf_probabilities(logits, self.taxonomy, self.bundle.manifest.temperature)

    def _tag_batch(self, batch: Batch) -> list[Tagging]:
        masses = self.taxonomy.masses(self._leaf_probabilities(batch))
        taggings = self._decider.decide(self._decoder.decode(masses))
        if self.vocabulary is None:
            return taggings
        return [self.vocabulary.apply(t, m) for t, m in zip(taggings, masses, strict=True)]


def _text(product: Product | str) -> str:
    """Return what the model reads; nothing for a product without title, which a person has to look at."""
    product = Product(product) if isinstance(product, str) else product
    return product_text(product) if product.title.strip() else ""


def _several(products: Iterable[Product | str]) -> Iterable[Product | str]:
    if isinstance(products, (str, Product)):
        raise UsageError("give several products, such as a list; tag() takes one")
    return products
