"""The tagger: products in, taggings out. Everything that tags goes through here."""

from __future__ import annotations

import hashlib
import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from copy import copy
from functools import cached_property
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime as ort

from tagrt.bundle.bundle import MODEL, TAXONOMY, TOKENIZER, Bundle
from tagrt.errors import BundleError, UsageError
from tagrt.inference.decide import Decider
from tagrt.inference.decode import Decoder, leaf_probabilities
from tagrt.inference.encode import Batch, TextEncoder, batches
from tagrt.inference.session import Session
from tagrt.inference.stages import Stages
from tagrt.inference.threads import available_cpus
from tagrt.taxonomy import Taxonomy
from tagrt.taxonomy.grow import path_to
from tagrt.text import product_text
from tagrt.types import Decision, Product, Reason, Tag, Tagging

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tagrt.memory import Memory
    from tagrt.memory.memory import Recalled
    from tagrt.taxonomy.grow import Names
    from tagrt.vocabulary import Vocabulary

CHUNK = 1024
"""Products that `Tagger.tag_many` hands to one thread at a time, at most."""

LEAST_CHUNK = 8
"""Fewer are not worth a thread of their own."""


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
        self.taxonomy = _taxonomy(bundle)
        if self.taxonomy.ids != bundle.manifest.labels:
            raise BundleError(f"{bundle.path}: labels and taxonomy.tsv differ: export the bundle again")
        self.vocabulary = _vocabulary(Path(vocabulary), self.taxonomy) if vocabulary else None
        self.memory: Memory | None = None
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
        return self._tag_chunk([product], Stages())[0]

    def tag_many(self, products: Iterable[Product | str]) -> Iterator[Tagging]:
        """Tag a stream of products, in input order and constant memory.

        Raises:
            UsageError: If `products` is one text instead of several.
        """
        return chain.from_iterable(self.tag_chunks(_chunks(_several(products), self.threads)))

    def tag_chunks(
        self, chunks: Iterable[Sequence[Product | str]], stages: Stages | None = None
    ) -> Iterator[list[Tagging]]:
        """Tag chunks of products, several at once, each on a thread of its own.

        What a chunk gets depends on that chunk alone.

        Args:
            chunks: Some hundreds to thousands of products each; read as threads become free.
            stages: Told what CPU time goes into.

        Yields:
            The taggings of one chunk after the other.
        """
        stages = stages or Stages()
        with stages.timed("load"):
            _ = self._session, self._encoder  # made before the threads ask for them all at once
        if self.threads == 1:
            yield from (self._tag_chunk(chunk, stages) for chunk in chunks)
            return
        under_way: deque[Future[list[Tagging]]] = deque()
        try:
            for chunk in chunks:
                under_way.append(self._pool.submit(self._tag_chunk, chunk, stages))
                if len(under_way) > self.threads:
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        finally:
            for future in under_way:
                future.cancel()

    def probabilities(self, products: Sequence[Product | str], tag: str) -> list[float]:
        """Return how probable each product is to belong to a tag or below it.

        Args:
            products: Products with titles.
            tag: A taxonomy id.

        Raises:
            KeyError: If the tree has no such tag.
        """
        node = self.taxonomy.index[tag]
        start, stop = int(self.taxonomy.leaf_start[node]), int(self.taxonomy.leaf_stop[node])
        found = [0.0] * len(products)
        for batch in batches(self._encoder.ids([_text(product) for product in products])):
            leaves = self._leaf_probabilities(self._session.logits(batch.input_ids, batch.lengths))
            sums = leaves[:, start:stop].sum(axis=1).tolist()
            for row, probability in zip(batch.rows, sums, strict=True):
                found[row] = probability
        return found

    def corrected(
        self, tagging: Tagging, tag: str, changed: bool = False, new: Mapping[str, Names] | None = None
    ) -> Tagging:
        """Return a tagging with what a person decided in the place of what the model did; the guess stays.

        Args:
            tagging: The model's.
            tag: The person's, a taxonomy id; one with nothing above it in this model's tree changes nothing.
            changed: Whether the product's text has changed since: then it is for review.
            new: Names of tags that a shop added and this model's tree lacks.
        """
        path = path_to(self.taxonomy, tag, 1.0, new)
        if not path:
            return tagging
        decision = (Decision.REVIEW, Reason.CHANGED) if changed else (Decision.HUMAN, Reason.NONE)
        found = Tagging(path, tagging.guess, *decision)
        return self.vocabulary.apply(found) if self.vocabulary else found

    def recalling(self, memory: Memory | None) -> Tagger:
        """Return a tagger of the same model that gives products like corrected ones the tags of those.

        Args:
            memory: What `tagrt.memory.learn` made with this model; None for a tagger without.
        """
        made = copy(self)
        made.memory = memory
        made._threads = None
        return made

    def candidates(
        self, product: Product | str, count: int = 5, first: str | None = None
    ) -> list[tuple[Tag, ...]]:
        """Return the most probable leaves, each as its path, best first; none without a title.

        Args:
            product: A product with a title.
            count: How many, at most.
            first: Id of a tag that leads, whatever its probability; one that the tree lacks does not.
        """
        text = _text(product)
        if not text or count < 1:
            return []
        (batch,) = batches(self._encoder.ids([text]))
        leaves = self._leaf_probabilities(self._session.logits(batch.input_ids, batch.lengths))[0]
        masses = self.taxonomy.masses(leaves)
        best = [int(self.taxonomy.leaves[at]) for at in np.argsort(-leaves, kind="stable")[:count]]
        led = self.taxonomy.index.get(first) if first else None
        if led is not None:
            best = [led, *(node for node in best if node != led)][:count]
        return [self._decider.tags(self.taxonomy.path(node), masses) for node in best]

    def embed(self, products: Sequence[Product | str]) -> NDArray[np.float32]:
        """Return float32 embeddings [products, width], L2-normalised, for similar-product search."""
        parts = list(batches(self._encoder.ids([_text(p) for p in _several(products)])))
        found = [self._session.embeddings(b.input_ids, b.lengths) for b in parts]
        rows = [row for b in parts for row in b.rows]
        joined = np.concatenate(found) if found else np.zeros((0, 0), np.float32)
        ordered = np.empty_like(joined)
        ordered[rows] = joined
        return ordered

    def token_ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the token ids of normalised texts."""
        return self._encoder.ids(texts)

    @cached_property
    def single_bytes(self) -> frozenset[int]:
        """Ids of the tokens of one byte."""
        return self._encoder.single_bytes

    @cached_property
    def fingerprint(self) -> str:
        """A hash of everything that decides the tags: versions, the bundle and the vocabulary."""
        from importlib.metadata import version

        own = [version("tagrt"), ort.__version__, *sorted(self.bundle.manifest.files.values())]
        words = repr(self.vocabulary.entries) if self.vocabulary else ""
        return hashlib.sha256("\n".join([*own, words]).encode()).hexdigest()

    @cached_property
    def _session(self) -> Session:
        session, manifest = Session(self.bundle.contents[MODEL]), self.bundle.manifest
        session.check(manifest.max_tokens, self._encoder.highest_id, len(manifest.labels))
        return session

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

    def _tag_chunk(self, products: Sequence[Product | str], stages: Stages) -> list[Tagging]:
        """Tag products on the calling thread; equal texts are tagged once."""
        with stages.timed("normalise"):
            texts = [_text(product) for product in products]
            distinct = list(dict.fromkeys(text for text in texts if text))
        with stages.timed("tokenise"):
            parts = list(batches(self._encoder.ids(distinct))) if distinct else []
        found = {"": self._decider.empty}
        for part in parts:
            taggings = self._tag_batch(part, stages)
            found.update((distinct[row], tagging) for row, tagging in zip(part.rows, taggings, strict=True))
        return [found[text] for text in texts]

    def _leaf_probabilities(self, logits: NDArray[np.float32]) -> NDArray[np.float32]:
        return leaf_probabilities(logits, self.taxonomy, self.bundle.manifest.temperature)

    def _tag_batch(self, batch: Batch, stages: Stages) -> list[Tagging]:
        if not self.memory:
            with stages.timed("session"):
                logits = self._session.logits(batch.input_ids, batch.lengths)
            with stages.timed("decode"):
                return self._decided(logits)
        with stages.timed("session"):
            logits, embeddings = self._session.both(batch.input_ids, batch.lengths)
        with stages.timed("decode"):
            taggings = self._decided(logits)
        with stages.timed("memory"):
            recalled = self.memory.recall(embeddings)
            return [self._remembered(t, r) if r else t for t, r in zip(taggings, recalled, strict=True)]

    def _decided(self, logits: NDArray[np.float32]) -> list[Tagging]:
        leaves = self._leaf_probabilities(logits)
        if len(leaves) == 1 and self.vocabulary is None:
            return [self._decider.decide_one(self._decoder.one(leaves[0]))]
        taggings = self._decider.decide(self._decoder.decode_leaves(leaves))
        if self.vocabulary is None:
            return taggings
        masses = self.taxonomy.masses(leaves)
        return [self.vocabulary.apply(t, m) for t, m in zip(taggings, masses, strict=True)]

    def _remembered(self, tagging: Tagging, recalled: Recalled) -> Tagging:
        note = f"like '{recalled.title}' ({recalled.similarity:.3f})"
        return self.put(tagging, recalled.tag, recalled.similarity, Reason.MEMORY, note)

    def put(self, tagging: Tagging, tag: str, probability: float, reason: Reason, note: str) -> Tagging:
        """Return a tagging with a tag that something else than the model decided; the guess stays.

        Args:
            tagging: The model's.
            tag: Taxonomy id.
            probability: How sure that is.
            reason: What decided.
            note: Which corrected product or rule it was.

        Raises:
            KeyError: If the tree has no such tag.
        """
        path = self._decider.decide_one(
            (n, probability) for n in self.taxonomy.path(self.taxonomy.index[tag])
        )
        found = Tagging(path.guess, tagging.guess, Decision.AUTO, reason, note)
        return self.vocabulary.apply(found) if self.vocabulary else found


def _taxonomy(bundle: Bundle) -> Taxonomy:
    origin = str(bundle.path / TAXONOMY)
    try:
        return Taxonomy.parse(bundle.contents[TAXONOMY].decode("utf-8"), origin)
    except UnicodeError as error:
        raise BundleError(f"{origin} is not UTF-8: export the bundle again") from error


def _vocabulary(path: Path, taxonomy: Taxonomy) -> Vocabulary:
    from tagrt.vocabulary import Vocabulary  # most taggers need none

    return Vocabulary.load(path, taxonomy)


def _text(product: Product | str) -> str:
    """Return what the model reads; nothing for a product without title, which a person has to look at."""
    product = Product(product) if isinstance(product, str) else product
    return product_text(product) if product.title.strip() else ""


def _chunks(products: Iterable[Product | str], threads: int) -> Iterator[list[Product | str]]:
    """Cut a stream into chunks, one for each thread and of even size where it ends."""
    stream = iter(products)
    while block := list(islice(stream, CHUNK * threads)):
        size = max(LEAST_CHUNK, -(-len(block) // threads))
        yield from (block[at : at + size] for at in range(0, len(block), size))


def _several(products: Iterable[Product | str]) -> Iterable[Product | str]:
    if isinstance(products, (str, Product)):
        raise UsageError("give several products, such as a list; tag() takes one")
    return products
