"""Hierarchical precision, recall and F1 of one row (Kiritchenko et al., 2006), cut to the label's depth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tagrt.taxonomy import Taxonomy


class RowScore(NamedTuple):
    """Scores of one prediction, each 0 to 1."""

    precision: float
    recall: float
    f1: float
    top: float
    exact: float


_ZERO = RowScore(0.0, 0.0, 0.0, 0.0, 0.0)


def score_row(taxonomy: Taxonomy, predicted: int, gold: Sequence[int]) -> RowScore:
    """Score a predicted node against one or several acceptable gold nodes.

    The predicted path is cut to the gold's depth, since an inner label only says 'somewhere below
    here'. With several golds the best score counts.

    Args:
        taxonomy: The tree both live in.
        predicted: Node index, or -1 for no prediction.
        gold: Acceptable node indices, at least one.

    Returns:
        The scores by F1-best gold.
    """
    if predicted < 0:
        return _ZERO
    return max((_score(taxonomy, predicted, g) for g in gold), key=lambda s: s.f1)


def _score(taxonomy: Taxonomy, predicted: int, gold: int) -> RowScore:
    gold_path = taxonomy.path(gold)
    cut = taxonomy.path(predicted)[: len(gold_path)]
    shared = len(set(gold_path) & set(cut))
    precision = shared / len(cut)
    recall = shared / len(gold_path)
    f1 = 2 * precision * recall / (precision + recall) if shared else 0.0
    top = float(cut[0] == gold_path[0])
    return RowScore(precision, recall, f1, top, float(cut == gold_path))
