"""Texts to token ids, and ids to batches in which little is padding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from tokenizers import Tokenizer

from tagrt.errors import BundleError
from tagrt.inference.words import word_ids

if TYPE_CHECKING:
    from numpy.typing import NDArray

BATCH_TOKENS = 1024
"""Tokens per batch: large enough to amortise a call, small enough to stay in the cache."""


class Batch(NamedTuple):
    """A right-padded batch.

    Attributes:
        rows: Positions of its texts among all texts.
        input_ids: int64 [batch, tokens].
        lengths: int64 [batch].
    """

    rows: list[int]
    input_ids: NDArray[np.int64]
    lengths: NDArray[np.int64]


class TextEncoder:
    """The bundle's tokenizer, cut to the model's longest input."""

    def __init__(self, tokenizer: bytes, max_tokens: int) -> None:
        """Read ``tokenizer.json``.

        Raises:
            BundleError: If it is no tokenizer.
        """
        try:
            self._tokenizer = Tokenizer.from_str(tokenizer.decode("utf-8"))
        except Exception as error:
            raise BundleError(f"the bundle's tokenizer cannot be read: {error}") from error
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._max_tokens = max_tokens
        self._by_words = word_ids(self._tokenizer)

    @property
    def highest_id(self) -> int:
        """The highest token id that a text can have."""
        return int(self._tokenizer.get_vocab_size()) - 1

    @property
    def single_bytes(self) -> frozenset[int]:
        """Ids of the tokens of one byte: a byte-level alphabet has one character for each."""
        return frozenset(at for token, at in self._tokenizer.get_vocab().items() if len(token) == 1)

    def ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the ids of each text, at least one (padding) for an empty text."""
        found = self._by_words(texts) if self._by_words else self._whole(texts)
        return [ids[: self._max_tokens] or [0] for ids in found]

    def _whole(self, texts: Sequence[str]) -> list[list[int]]:
        encodings = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [encoding.ids for encoding in encodings]


def batches(ids: Sequence[Sequence[int]], tokens: int = BATCH_TOKENS) -> Iterator[Batch]:
    """Cut texts, sorted by length, into batches of at most so many tokens, padding included."""
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    start = 0
    while start < len(order):
        stop = start + 1
        while stop < len(order) and (stop + 1 - start) * len(ids[order[stop]]) <= tokens:
            stop += 1
        yield _batch(order[start:stop], ids)
        start = stop


def _batch(rows: list[int], ids: Sequence[Sequence[int]]) -> Batch:
    lengths = np.array([len(ids[i]) for i in rows], dtype=np.int64)
    padded = np.zeros((len(rows), int(lengths[-1])), dtype=np.int64)
    for line, row in zip(padded, rows, strict=True):
        line[: len(ids[row])] = ids[row]
    return Batch(rows, padded, lengths)
