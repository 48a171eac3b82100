"""Evaluation on labelled rows: hF1, top, exact, and what a confidence threshold gives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer

from tagrt.inference.decode import Decoder
from tagrt.metrics import score_row
from tagrt.taxonomy import Taxonomy
from tagrt.text import product_text
from tagrt.types import Product
from tagrt_distill.corpus.row import Row
from tagrt_distill.student.model import Student
from tagrt_distill.texts import Encoder, pad

Logits = np.ndarray[Any, np.dtype[np.float32]]
Figures = dict[str, float]


def titles(rows: Sequence[Row]) -> list[str]:
    """Return the normalised titles alone, which is what the headline figures judge."""
    return [product_text(Product(row.product.title)) for row in rows]


@torch.inference_mode()
def student_logits(student: Student, tokenizer: Tokenizer, texts: Sequence[str], batch: int = 256) -> Logits:
    """Return float32 logits [texts, nodes], in the order of the texts."""
    encoded = Encoder(tokenizer, student.config.n_positions)(texts)
    order = sorted(range(len(texts)), key=lambda i: len(encoded[i]))
    logits = np.zeros((len(texts), student.head.score.out_features), dtype=np.float32)
    for start in range(0, len(order), batch):
        rows = order[start : start + batch]
        ids, lengths = pad([encoded[i] for i in rows])
        scored = student(ids.to(student.device), lengths.to(student.device)).logits
        logits[rows] = scored.float().cpu().numpy()
    return logits


def figures(masses: Logits, rows: Sequence[Row], taxonomy: Taxonomy) -> Figures:
    """Return hF1, hP, top and exact of the best guesses.

    Args:
        masses: float32 [rows, nodes], probability of each subtree.
        rows: Labelled rows.
        taxonomy: The tree.
    """
    nodes = Decoder(taxonomy).decode(masses).nodes
    scores = [
        score_row(taxonomy, int(path[path >= 0][-1]), [taxonomy.index[tag] for tag in row.tags])
        for path, row in zip(nodes, rows, strict=True)
    ]
    return {
        "rows": float(len(rows)),
        "hf1": float(np.mean([s.f1 for s in scores])),
        "hp": float(np.mean([s.precision for s in scores])),
        "top": float(np.mean([s.top for s in scores])),
        "exact": float(np.mean([s.exact for s in scores])),
    }


def evaluate(
    predict: Callable[[list[str]], Logits], dev: dict[str, list[Row]], taxonomy: Taxonomy
) -> dict[str, Figures]:
    """Evaluate a predictor of masses on each dev set; ``macro`` is the mean over the sets."""
    found = {name: figures(predict(titles(rows)), rows, taxonomy) for name, rows in dev.items()}
    if found:
        keys = ("hf1", "hp", "top", "exact")
        found["macro"] = {key: float(np.mean([f[key] for f in found.values()])) for key in keys}
    return found
