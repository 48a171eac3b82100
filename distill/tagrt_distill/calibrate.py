"""Calibration on validation rows: one temperature, one back-off threshold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer

from tagrt.inference.decode import Decoder
from tagrt.taxonomy import Taxonomy
from tagrt_distill.corpus.row import Row
from tagrt_distill.evaluate import student_logits, titles
from tagrt_distill.student.loss import TreeLoss
from tagrt_distill.student.model import Student

PRECISION = 0.98
"""Hierarchical precision that decided paths must have on validation rows.

These come from shops the model was trained on; on a new shop it loses some four points.
"""


def calibrate(
    student: Student, tokenizer: Tokenizer, rows: Sequence[Row], taxonomy: Taxonomy
) -> tuple[float, float]:
    """Fit the temperature (Guo et al., 2017) and the least mass a decided node must have.

    Args:
        student: In evaluation mode.
        tokenizer: Its tokenizer.
        rows: Labelled rows that were not trained on.
        taxonomy: The tree.

    Returns:
        Temperature that minimises the likelihood of the labels' subtrees, and the threshold.
    """
    logits = torch.as_tensor(student_logits(student, tokenizer, titles(rows)))
    labels = torch.tensor([taxonomy.index[row.tags[0]] for row in rows])
    loss = TreeLoss(taxonomy, 1.0, 0.0, 1.0)
    grid = np.linspace(0.7, 2.5, 37)
    costs = [-loss.log_masses(logits, t).gather(1, labels[:, None]).mean().item() for t in grid]
    temperature = float(grid[int(np.argmin(costs))])
    masses = loss.log_masses(logits, temperature).exp().numpy()
    return round(temperature, 3), least_mass(masses, labels.tolist(), taxonomy)


def least_mass(masses: Any, labels: Sequence[int], taxonomy: Taxonomy) -> float:
    """Return the least threshold at which decided paths reach `PRECISION`.

    Args:
        masses: float32 [rows, nodes].
        labels: Gold node per row.
        taxonomy: The tree.
    """
    decoded = Decoder(taxonomy).decode(masses)
    right = np.zeros(decoded.nodes.shape, dtype=bool)
    known = np.zeros(decoded.nodes.shape, dtype=bool)
    for row, label in enumerate(labels):
        path = taxonomy.path(label)
        known[row, : len(path)] = True
        for level, node in enumerate(path):
            right[row, level] = decoded.nodes[row, level] == node
    known &= decoded.nodes >= 0
    for threshold in np.arange(0.5, 0.99, 0.01):
        sure = decoded.masses >= threshold
        deepest = np.maximum(sure.sum(axis=1) - 1, 0)
        counted = sure & known
        if counted.sum() == 0:
            break
        decided = sure[np.arange(len(sure)), 1] if sure.shape[1] > 1 else sure[:, 0]
        share = (right & counted).sum(axis=1) / np.maximum(counted.sum(axis=1), 1)
        if decided.any() and share[decided & (deepest >= 0)].mean() >= PRECISION:
            return round(float(threshold), 3)
    return 0.98
