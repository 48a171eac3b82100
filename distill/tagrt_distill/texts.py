"""Rows as token ids: fresh augmentation and BPE dropout at every draw."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.utils.data import Dataset

from tagrt.taxonomy import Taxonomy
from tagrt.text import product_text
from tagrt_distill.corpus.augment import Augmenter
from tagrt_distill.corpus.row import Row
from tagrt_distill.recipe import Recipe

DRAWN_TOGETHER = 8192


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
    label = taxonomy.index[row.tags[0]]
    path = taxonomy.path(label)
    path = path[:-1] if label in taxonomy.rests.values() else path
    node = path[max(0, len(path) - 2)]
    name = taxonomy.zh[node] if row.lang == "zh" else taxonomy.en[node]
    return replace(row, product=row.product._replace(category=name))


class TextSource(Dataset[int]):
    """Token ids of rows' texts, drawn for a whole epoch, so that batches can hold texts of like length.

    As a dataset it holds row numbers: a collator looks up what was drawn for them.
    """

    def __init__(
        self,
        rows: Sequence[Row],
        taxonomy: Taxonomy,
        encoder: Encoder,
        augmenter: Augmenter | None = None,
        category_hints: float = 0.0,
        dropout: float = 0.0,
    ) -> None:
        """Keep the rows; nothing is drawn yet.

        Args:
            rows: The rows.
            taxonomy: Gives category hints their names.
            encoder: Tokenizes.
            augmenter: Varies the texts; without one they are the rows' own.
            category_hints: Chance that a text carries its tag's parent name.
            dropout: BPE dropout.
        """
        self.rows = rows
        self.taxonomy = taxonomy
        self.encoder = encoder
        self.augmenter = augmenter
        self.category_hints = category_hints
        self.dropout = dropout
        self.ids: list[np.ndarray[Any, np.dtype[np.int32]]] = []

    def draw(self) -> None:
        """Draw every row's text anew."""
        self.ids = []
        self.encoder.dropout(self.dropout)
        for start in range(0, len(self.rows), DRAWN_TOGETHER):
            texts = [self._text(row) for row in self.rows[start : start + DRAWN_TOGETHER]]
            self.ids += [np.array(ids, dtype=np.int32) for ids in self.encoder(texts)]
        self.encoder.dropout(0.0)

    @property
    def lengths(self) -> list[int]:
        """Tokens of each row's text as drawn last."""
        return [len(ids) for ids in self.ids]

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.rows)

    def __getitem__(self, index: int) -> int:
        """Return the row number itself."""
        return index

    def _text(self, row: Row) -> str:
        if self.augmenter is None:
            return product_text(row.product)
        row = hinted(row, self.taxonomy, self.category_hints, self.augmenter.random)
        return self.augmenter.text(row.product)


def training_texts(
    recipe: Recipe,
    rows: Sequence[Row],
    validation: Sequence[Row],
    taxonomy: Taxonomy,
    encoder: Encoder,
    dropout: float = 0.0,
) -> tuple[TextSource, TextSource]:
    """Return the texts of a training run.

    Args:
        recipe: Gives augmentation, category hints and the seed.
        rows: Rows to train on; their texts are still to be drawn.
        validation: Rows to evaluate on.
        taxonomy: Gives category hints their names.
        encoder: Tokenizes.
        dropout: BPE dropout of the rows to train on.

    Returns:
        Varied texts of the rows, and the validation rows' own, drawn, shortest first, so that batches taken
        in order need little padding.
    """
    augmenter = Augmenter(recipe.augmentation, recipe.seed)
    varied = TextSource(rows, taxonomy, encoder, augmenter, recipe.corpus.category_hints, dropout)
    plain = TextSource(sorted(validation, key=lambda r: len(product_text(r.product))), taxonomy, encoder)
    plain.draw()
    return varied, plain


def pad(ids: Sequence[Sequence[int] | np.ndarray[Any, np.dtype[np.int32]]]) -> tuple[Tensor, Tensor]:
    """Return right-padded ids int64 [batch, tokens] and lengths int64 [batch]."""
    lengths = torch.tensor([len(row) for row in ids])
    padded = torch.zeros(len(ids), int(lengths.max()), dtype=torch.long)
    for i, row in enumerate(ids):
        padded[i, : len(row)] = torch.as_tensor(row)
    return padded, lengths
