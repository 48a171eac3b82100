"""Rows as token ids: fresh augmentation and BPE dropout at every draw."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import torch
from tokenizers import Tokenizer
from torch import Tensor

from tagrt.taxonomy import Taxonomy
from tagrt.text import product_text
from tagrt_distill.corpus.augment import Augmenter
from tagrt_distill.corpus.row import Row


class Encoder:
    """Turns rows into bounded lists of token ids."""

    def __init__(self, tokenizer: Tokenizer, max_tokens: int) -> None:
        """Keep a tokenizer of one's own, since padding and dropout are set on it."""
        self.tokenizer = Tokenizer.from_str(tokenizer.to_str())
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(max_tokens)

    def __call__(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the ids of each text, at least one."""
        return [e.ids or [0] for e in self.tokenizer.encode_batch(list(texts), add_special_tokens=False)]

    def dropout(self, probability: float) -> None:
        """Set BPE dropout (0 for evaluation)."""
        self.tokenizer.model.dropout = probability or None


def hinted(row: Row, taxonomy: Taxonomy, chance: float, draw: random.Random) -> Row:
    """Sometimes give a row its tag's parent name as category text, as shop exports have it."""
    if not row.tags or row.product.category or draw.random() >= chance:
        return row
    path = taxonomy.path(taxonomy.index[row.tags[0]])
    node = path[max(0, len(path) - 2)]
    name = taxonomy.zh[node] if row.lang == "zh" else taxonomy.en[node]
    return replace(row, product=replace(row.product, category=name))


class TextSource:
    """Draws training texts of rows."""

    def __init__(
        self,
        rows: Sequence[Row],
        taxonomy: Taxonomy,
        augmenter: Augmenter | None,
        category_hints: float = 0.0,
    ) -> None:
        """Keep the rows; without an augmenter texts are the rows' own."""
        self.rows = rows
        self.taxonomy = taxonomy
        self.augmenter = augmenter
        self.category_hints = category_hints

    def draw(self, indices: Sequence[int]) -> list[str]:
        """Return one text per row number."""
        if self.augmenter is None:
            return [product_text(self.rows[i].product) for i in indices]
        draw = self.augmenter.random
        chosen = (hinted(self.rows[i], self.taxonomy, self.category_hints, draw) for i in indices)
        return [self.augmenter.text(row.product) for row in chosen]


def pad(ids: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """Return right-padded ids int64 [batch, tokens] and lengths int64 [batch]."""
    lengths = torch.tensor([len(row) for row in ids])
    padded = torch.zeros(len(ids), int(lengths.max()), dtype=torch.long)
    for i, row in enumerate(ids):
        padded[i, : len(row)] = torch.tensor(row)
    return padded, lengths
