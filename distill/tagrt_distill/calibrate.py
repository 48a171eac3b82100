"""Calibration on validation rows: one temperature, one back-off threshold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from tagrt.inference.decode import Decoder, leaf_probabilities
from tagrt.metrics import calibration_error
from tagrt.taxonomy import Taxonomy
from tagrt_distill.corpus.row import Row
from tagrt_distill.evaluate import student_logits, titles
from tagrt_distill.recipe import CalibrationRecipe
from tagrt_distill.student.model import Student

LEAST_ROWS = 200
"""Fewer rows of the chosen sources are too few to calibrate on."""

TEMPERATURES = np.arange(0.7, 2.5, 0.05)


def calibrate(
    student: Student, tokenizer: Tokenizer, rows: Sequence[Row], taxonomy: Taxonomy, recipe: CalibrationRecipe
) -> tuple[float, float]:
    """Fit the temperature (Guo et al., 2017) and the least mass a decided node must have.

    Args:
        student: In evaluation mode.
        tokenizer: Its tokenizer.
        rows: Labelled rows that were not trained on.
        taxonomy: The tree.
        recipe: Which of the rows are used, and for what precision.

    Returns:
        Temperature that minimises the calibration error of the best guess, and the threshold.
    """
    chosen = [row for row in rows if row.source in recipe.sources]
    rows = chosen if len(chosen) >= LEAST_ROWS else rows
    logits = student_logits(student, tokenizer, titles(rows))
    labels = [taxonomy.index[row.tags[0]] for row in rows]

    def masses(temperature: float) -> Any:
        return taxonomy.masses(leaf_probabilities(logits, taxonomy, temperature))

    errors = [guess_error(masses(float(t)), labels, taxonomy) for t in TEMPERATURES]
    temperature = round(float(TEMPERATURES[int(np.argmin(errors))]), 3)
    return temperature, least_mass(masses(temperature), labels, taxonomy, recipe.precision)


def guess_error(masses: Any, labels: Sequence[int], taxonomy: Taxonomy) -> float:
    """Return the calibration error of the best guess at the label's depth.

    Args:
        masses: float32 [rows, nodes].
        labels: Gold node per row.
        taxonomy: The tree.
    """
    decoded = Decoder(taxonomy).decode(masses)
    confidence, right = np.zeros(len(labels)), np.zeros(len(labels))
    for row, label in enumerate(labels):
        level = min(len(taxonomy.path(label)), int((decoded.nodes[row] >= 0).sum())) - 1
        confidence[row] = decoded.masses[row, level]
        right[row] = decoded.nodes[row, level] == label
    return calibration_error(confidence, right)


def least_mass(masses: Any, labels: Sequence[int], taxonomy: Taxonomy, precision: float) -> float:
    """Return the least threshold at which decided paths reach a hierarchical precision.

    Args:
        masses: float32 [rows, nodes].
        labels: Gold node per row.
        taxonomy: The tree.
        precision: What to reach, 0 to 1.
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
        if decided.any() and share[decided & (deepest >= 0)].mean() >= precision:
            return round(float(threshold), 3)
    return 0.98
